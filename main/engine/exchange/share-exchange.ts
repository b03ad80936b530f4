/**
 * The exchange of one share with all its peers: sessions on one side, the download's decisions and the share's bytes on
 * the other. It turns frames into facts for `Download`, its plans into frames, received chunks into verified and written
 * ones, and serves what others want (uploader.ts). It opens no connections, knows no files and no libp2p: links are
 * attached to it, content is given to it, `tick` drives it. The same code runs in simulations in virtual time.
 * Implements SPEC chapters EX and TR.
 */
import { Bitfield } from '../content/bitfield.ts'
import { RateMeter } from '../swarm/rate-meter.ts'
import { takeFrom, type TokenBucket, waitMsOf } from '../swarm/token-bucket.ts'
import { Download, type Want } from '../transfer/download.ts'
import { type Frame, GoodbyeCode, RejectCode } from './exchange.pb.js'
import { BufferPool } from './buffer-pool.ts'
import { MAX_NODES_PER_WANT, MAX_OPEN_NODE_REQUESTS, MAX_SESSIONS_PER_SHARE, OPEN_TIMEOUT_MS } from './limits.ts'
import { NodeRequests } from './node-requests.ts'
import type { Clock, FrameLink, LinkEnd, ShareContent } from './ports.ts'
import { Session, type SessionEvents } from './session.ts'
import { type ReadNode, Uploader } from './uploader.ts'

/** Chunks that failed verification before a peer is banned from the share: its disk may rot, but not often. */
export const BAN_AFTER_BAD_CHUNKS = 3
/** Bytes received and not yet written before we stop asking for more: bounds memory when the disk is slow. */
const MAX_UNWRITTEN_BYTES = 32 * 1024 * 1024
/** Chunks gained within this many ms are announced in one frame. */
const ANNOUNCE_MS = 30
/** Asked for chunks and got no byte of one for this long: the peer is treated as a suspect, in ms. */
export const STALL_MS = 3_000

export type ShareEvent =
  | { type: 'session-open'; session: Session }
  | { type: 'session-end'; session: Session; end: LinkEnd; reassigned: number }
  | { type: 'liveness'; session: Session; state: 'suspect' | 'back' | 'gone'; reassigned: number }
  | { type: 'chunk'; index: number; peer: string }
  | { type: 'corrupt'; index: number; peer: string; badChunks: number }
  | { type: 'banned'; peer: string; reason: string }
  | { type: 'write-failed'; error: unknown }
  | { type: 'read-failed'; error: unknown }
  | { type: 'peers-told'; from: string; peers: { id: Uint8Array; addresses: Uint8Array[] }[] }
  | { type: 'complete' }

export interface ShareExchangeDeps {
  readonly clock: Clock
  /** Uniform in [0, 1). */
  random(): number
  /** Root CID in binary. */
  readonly root: Uint8Array<ArrayBuffer>
  readonly client: string
  readonly nodeName: string
  shareName(): string
  /** Is our peer id smaller than this one? Decides between two links opened at once. */
  isSmallerThan(peer: string): boolean
  /** DAG node by binary CID, once the manifest is held. */
  readonly readNode: ReadNode
  /** Buckets an upload / download passes, outermost first. */
  readonly upBuckets: readonly TokenBucket[]
  readonly downBuckets: readonly TokenBucket[]
  /** Somebody became interested, left or stopped waiting: slots may be dealt anew. */
  slotsChanged(): void
  emit(event: ShareEvent): void
}

export class ShareExchange {
  readonly sessions = new Map<string, Session>()
  readonly nodes = new NodeRequests()
  readonly down = new RateMeter()
  readonly up = new RateMeter()
  corruptBytes = 0
  /** Peers that may not come back in this run, and why. */
  readonly banned = new Map<string, string>()
  private readonly deps: ShareExchangeDeps
  private readonly pool = new BufferPool()
  private readonly uploader: Uploader
  private content: ShareContent | undefined
  private download: Download | undefined
  private unwrittenBytes = 0
  /** Chunks gained since others were last told. */
  private fresh: number[] = []
  private readonly lastProgressMs = new Map<string, number>()
  private serving = true
  private completed = false

  constructor(deps: ShareExchangeDeps) {
    this.deps = deps
    this.uploader = new Uploader({
      clock: deps.clock,
      buckets: deps.upBuckets,
      sent: (session, bytes) => {
        const nowMs = deps.clock.now()
        session.up.add(bytes, nowMs)
        this.up.add(bytes, nowMs)
      },
      readFailed: (error) => deps.emit({ type: 'read-failed', error }),
    })
  }

  get state(): Download | undefined {
    return this.download
  }

  /** The manifest is known. `have`: what is on disk and verified. */
  setContent(content: ShareContent, have: Bitfield): void {
    this.content = content
    this.download = new Download(
      { chunkCount: content.chunkCount, chunkLength: (index) => content.chunkLength(index), random: () => this.deps.random() },
      have,
    )
    this.uploader.setContent(content, have)
    for (const session of this.sessions.values()) this.join(session, content)
  }

  /** Chunks were withdrawn or came back without being fetched: `have` is as it is now. */
  haveReplaced(): void {
    for (const session of this.sessions.values()) if (session.isOpen) this.tellHave(session)
  }

  /** Which chunks are wanted; starts or goes on. */
  startDownload(wanted: Iterable<number>): void {
    const download = this.download
    if (download === undefined) throw new Error('startDownload before setContent')
    this.sendCancels(download.want(wanted, this.deps.clock.now()))
    download.start()
    this.completed = false
    this.checkComplete()
    this.fillAll()
  }

  stopDownload(): void {
    if (this.download === undefined) return
    this.sendCancels(this.download.stop(this.deps.clock.now()))
    for (const session of this.sessions.values()) this.updateInterest(session)
  }

  /** Whether others are served. */
  setServing(serving: boolean): void {
    this.serving = serving
    if (!serving) for (const session of this.sessions.values()) session.setChoked(true, this.deps.clock.now())
  }

  get isServing(): boolean {
    return this.serving
  }

  /** A new link for this share; `first` is the Open that an inbound link began with. */
  attach(link: FrameLink, first?: Frame): void {
    const reason = this.banned.get(link.remote)
    if (reason !== undefined) return link.close(GoodbyeCode.BANNED, reason)
    const old = this.sessions.get(link.remote)
    if (old !== undefined && !this.replaces(link, old)) return link.close(GoodbyeCode.DUPLICATE, 'another session is in use')
    if (old === undefined && this.sessions.size >= MAX_SESSIONS_PER_SHARE) return link.close(GoodbyeCode.TOO_BUSY, 'enough peers')
    if (old !== undefined) {
      this.sessions.delete(old.remote)
      old.close(GoodbyeCode.DUPLICATE, 'a newer session takes over')
      this.sessionEnded(old, { reason: 'closed-by-us' })
    }
    const session = new Session(link, this.deps.clock, this.sessionEvents())
    this.sessions.set(link.remote, session)
    session.start()
    session.send({
      open: {
        root: this.deps.root,
        client: this.deps.client,
        nodeName: this.deps.nodeName,
        shareName: this.deps.shareName(),
        manifest: this.content !== undefined,
      },
    })
    if (this.content !== undefined) this.join(session, this.content)
    if (first !== undefined) session.accept(first)
  }

  /** Ends all sessions. */
  close(code: GoodbyeCode, text: string): void {
    for (const session of [...this.sessions.values()]) session.close(code, text)
  }

  /** Ends the session with one peer and refuses it from now on. */
  ban(peer: string, reason: string): void {
    this.banned.set(peer, reason)
    this.sessions.get(peer)?.close(GoodbyeCode.BANNED, reason)
    this.deps.emit({ type: 'banned', peer, reason })
  }

  /** Call about ten times a second. */
  tick(): void {
    const nowMs = this.deps.clock.now()
    this.nodes.tick(nowMs)
    for (const session of [...this.sessions.values()]) {
      if (!session.isOpen && nowMs - session.openedAtMs > OPEN_TIMEOUT_MS) {
        session.close(GoodbyeCode.PROTOCOL_ERROR, 'no Open came')
        continue
      }
      this.checkLiveness(session, nowMs)
      if (session.ended) continue
      session.heartbeat(nowMs)
      this.updateInterest(session)
      this.fill(session)
    }
  }

  /** Copies of the rarest of `indices` that are reachable: peers with a session and ourselves. 0 when nothing is known. */
  availability(): number {
    return this.download?.rarestCopies() ?? 0
  }

  /** A chunk was written before, but turns out to be damaged. */
  lost(index: number): void {
    this.download?.lost(index)
  }

  private sessionEvents(): SessionEvents {
    const { clock } = this.deps
    return {
      opened: (session) => {
        if (session.hasManifest) this.nodes.sourceJoined(session)
        this.deps.emit({ type: 'session-open', session })
      },
      haveChanged: (session) => {
        this.nodes.sourceJoined(session)
        if (session.have !== undefined) this.download?.peerHas(session.remote, session.have === 'all' ? 'all' : session.have.clone())
        this.updateInterest(session)
        this.fill(session)
      },
      gained: (session, index) => {
        if (session.have !== undefined && session.have !== 'all') session.have.set(index)
        this.download?.peerGained(session.remote, index)
        this.fill(session)
      },
      choked: (session, choked) => {
        const lost = this.download?.choke(session.remote, choked, clock.now()) ?? 0
        if (choked && lost > 0) this.fillAll()
        else this.fill(session)
      },
      interest: () => this.deps.slotsChanged(),
      wanted: (session) => this.uploader.serve(session),
      refused: (session, index, code) => {
        this.download?.refused(session.remote, index, clock.now())
        if (code !== RejectCode.CHOKED) this.fillAll()
      },
      isAsked: (session, index) => this.download?.isAskedOf(session.remote, index) ?? false,
      progress: (session, index, bytes) => this.progress(session, index, bytes),
      chunk: (session, index, bytes) => this.chunk(session, index, bytes),
      buffer: (length) => this.pool.take(length),
      nodesWanted: (session, request, cids) => this.serveNodes(session, request, cids),
      node: (session, request, position, bytes) => this.nodes.answered(session, request, position, bytes),
      peers: (session, peers) => this.deps.emit({ type: 'peers-told', from: session.remote, peers }),
      ended: (session, end) => {
        if (this.sessions.get(session.remote) === session) this.sessions.delete(session.remote)
        this.sessionEnded(session, end)
      },
    }
  }

  private sessionEnded(session: Session, end: LinkEnd): void {
    session.ended = true
    this.lastProgressMs.delete(session.remote)
    session.wants.clear()
    const reassigned = this.download?.removePeer(session.remote, this.deps.clock.now()) ?? 0
    this.nodes.sourceLeft(session)
    this.deps.slotsChanged()
    this.deps.emit({ type: 'session-end', session, end, reassigned })
    if (reassigned > 0) this.fillAll()
  }

  /** The same end opened again: it lost the old one. Opened from both ends at once: the smaller peer id's stays. */
  private replaces(link: FrameLink, old: Session): boolean {
    if (old.link.initiator === link.initiator) return true
    const nowMs = this.deps.clock.now()
    const oldIsAlive = nowMs - old.detector.lastHeardAtMs < STALL_MS
    if (old.isOpen && oldIsAlive && nowMs - old.openedAtMs > STALL_MS) return false
    return link.initiator === this.deps.isSmallerThan(link.remote)
  }

  private checkLiveness(session: Session, nowMs: number): void {
    const change = session.detector.check(nowMs)
    const state = this.download?.peer(session.remote)
    if (change === 'gone') {
      this.deps.emit({ type: 'liveness', session, state: 'gone', reassigned: state?.requests.size ?? 0 })
      session.link.abandon('nothing heard for too long')
      return
    }
    if (state === undefined || this.download === undefined) return
    const progressMs = this.lastProgressMs.get(session.remote) ?? nowMs
    if (state.requests.size === 0) this.lastProgressMs.set(session.remote, nowMs)
    const stalled = state.requests.size > 0 && nowMs - progressMs > STALL_MS
    const suspect = stalled || session.detector.state === 'suspect'
    if (suspect !== state.suspect) {
      this.download.suspect(session.remote, suspect)
      const reassigned = suspect ? state.requests.size : 0
      this.deps.emit({ type: 'liveness', session, state: suspect ? 'suspect' : 'back', reassigned })
      this.fillAll()
    }
  }

  private progress(session: Session, index: number, bytes: number): void {
    const nowMs = this.deps.clock.now()
    this.down.add(bytes, nowMs)
    this.lastProgressMs.set(session.remote, nowMs)
    const state = this.download?.peer(session.remote)
    if (state?.suspect === true) {
      this.download?.suspect(session.remote, false)
      this.deps.emit({ type: 'liveness', session, state: 'back', reassigned: 0 })
    }
    this.download?.progress(session.remote, index, bytes, nowMs)
  }

  private chunk(session: Session, index: number, bytes: Uint8Array): void {
    const { content, download } = this
    if (content === undefined || download === undefined) return
    const peer = session.remote
    this.sendCancels(download.receivedWhole(peer, index, this.deps.clock.now()))
    if (!content.verify(index, bytes)) {
      this.corruptBytes += bytes.byteLength
      this.pool.give(bytes)
      download.discarded(peer, index, true)
      const badChunks = download.peer(peer)?.badChunks ?? 1
      this.deps.emit({ type: 'corrupt', index, peer, badChunks })
      if (badChunks >= BAN_AFTER_BAD_CHUNKS) this.ban(peer, `delivered ${badChunks} chunks with wrong bytes`)
      else download.avoid(peer, index, Number.POSITIVE_INFINITY)
      this.fillAll()
      return
    }
    this.unwrittenBytes += bytes.byteLength
    this.fill(session)
    void content
      .write(index, bytes)
      .then(
        () => {
          download.verified(peer, index)
          if (this.fresh.push(index) === 1) this.deps.clock.after(ANNOUNCE_MS, () => this.broadcastFresh())
          this.deps.emit({ type: 'chunk', index, peer })
        },
        (error: unknown) => {
          download.discarded(peer, index, false)
          this.deps.emit({ type: 'write-failed', error })
        },
      )
      .finally(() => {
        this.unwrittenBytes -= bytes.byteLength
        this.pool.give(bytes)
        this.checkComplete()
        if (!session.ended) this.fill(session)
      })
  }

  private checkComplete(): void {
    if (this.completed || this.download === undefined || !this.download.running || !this.download.isComplete || this.unwrittenBytes > 0) return
    this.completed = true
    this.broadcastFresh()
    for (const session of this.sessions.values()) this.updateInterest(session)
    this.deps.emit({ type: 'complete' })
  }

  private fillAll(): void {
    for (const session of this.sessions.values()) {
      this.updateInterest(session)
      this.fill(session)
    }
  }

  private fill(session: Session): void {
    const { download } = this
    if (download === undefined || !download.running || session.ended) return
    if (this.unwrittenBytes >= MAX_UNWRITTEN_BYTES) return
    const nowMs = this.deps.clock.now()
    if (waitMsOf(this.deps.downBuckets, nowMs) > 0) return
    const state = download.peer(session.remote)
    if (state === undefined) return
    if (session.roundTripMs !== undefined) state.roundTripMs = session.roundTripMs
    const limited = this.deps.downBuckets.some((bucket) => bucket.rate !== undefined)
    if (state.requests.size === 0) this.lastProgressMs.set(session.remote, nowMs)
    // Under a limit one chunk at a time is asked, and its bytes are paid for in advance.
    const plan = download.fill(session.remote, nowMs, limited ? 1 : Number.POSITIVE_INFINITY)
    if (limited) for (const want of plan.wants) takeFrom(this.deps.downBuckets, this.content?.chunkLength(want.index) ?? 0, nowMs)
    this.sendCancels(plan.cancels)
    session.want(plan.wants.map((want) => want.index))
  }

  private sendCancels(cancels: readonly Want[]): void {
    const byPeer = new Map<string, number[]>()
    for (const { peer, index } of cancels) {
      const list = byPeer.get(peer)
      if (list === undefined) byPeer.set(peer, [index])
      else list.push(index)
    }
    for (const [peer, indices] of byPeer) this.sessions.get(peer)?.cancel(indices)
  }

  private updateInterest(session: Session): void {
    if (!session.isOpen || this.download === undefined) return
    const interested = this.download.isInterestedIn(session.remote)
    session.setInterest(interested, interested ? this.pace() : 0)
  }

  /** What each giver may send us so that all together keep to the limit; 0: no limit. */
  private pace(): number {
    let limit = Number.POSITIVE_INFINITY
    for (const bucket of this.deps.downBuckets) limit = Math.min(limit, bucket.rate ?? Number.POSITIVE_INFINITY)
    if (limit === Number.POSITIVE_INFINITY) return 0
    let givers = 0
    for (const state of this.download?.peerStates() ?? []) if (state.requests.size > 0) givers += 1
    return Math.max(Math.round(limit / Math.max(givers, 1)), 1)
  }

  /** The session takes part in the transfer of this content. */
  private join(session: Session, content: ShareContent): void {
    this.download?.addPeer(session.remote)
    session.setContent(content)
    if (session.have !== undefined) this.download?.peerHas(session.remote, session.have === 'all' ? 'all' : session.have.clone())
    this.download?.choke(session.remote, session.weAreChoked, this.deps.clock.now())
    this.tellHave(session)
  }

  private tellHave(session: Session): void {
    const have = this.download?.have
    if (have === undefined) return
    if (have.isFull) session.send({ have: { all: true, indices: [] } })
    else session.send({ have: { all: false, bitfield: have.toBytes().slice(), indices: [] } })
  }

  private broadcastFresh(): void {
    if (this.fresh.length === 0) return
    const fresh = this.fresh
    this.fresh = []
    for (const session of this.sessions.values()) {
      for (let at = 0; at < fresh.length; at += 4096) session.send({ have: { all: false, indices: fresh.slice(at, at + 4096) } })
    }
  }

  private serveNodes(session: Session, request: number, cids: Uint8Array[]): void {
    if (cids.length > MAX_NODES_PER_WANT || session.nodeRequestsOpen >= MAX_OPEN_NODE_REQUESTS) {
      return session.close(GoodbyeCode.PROTOCOL_ERROR, 'too many node requests')
    }
    void this.uploader.sendNodes(session, request, cids, async (cid) => (this.content === undefined ? undefined : this.deps.readNode(cid)))
  }
}
