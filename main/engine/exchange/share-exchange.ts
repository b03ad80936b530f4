/**
 * The exchange of one share with all its peers: sessions on one side, the download's decisions and the share's bytes on
 * the other. It turns frames into facts for `Download`, its plans into frames, received chunks into verified and written
 * ones, and serves what others want (uploader.ts). It opens no connections, knows no files and no libp2p: links are
 * attached to it, content is given to it, `tick` drives it. The same code runs in simulations in virtual time.
 * Implements SPEC chapters EX and TR.
 */
import type { Bitfield } from '../content/bitfield.ts'
import { RateMeter } from '../swarm/rate-meter.ts'
import { Download } from '../transfer/download.ts'
import { Admission } from './admission.ts'
import { type BanReason, banText } from './ban-reason.ts'
import { BAN_AFTER_BAD_CHUNKS, ChunkIntake } from './chunk-intake.ts'
import { type Frame, GoodbyeCode, RejectCode } from './exchange.pb.js'
import { HaveNews } from './have-news.ts'
import { OPEN_TIMEOUT_MS } from './limits.ts'
import { NodeRequests } from './node-requests.ts'
import { PeerWatch } from './peer-watch.ts'
import type { FrameLink, LinkEnd, ShareContent } from './ports.ts'
import { refusalOf } from './refusal.ts'
import { Requester } from './requester.ts'
import { servingEvents } from './serving-tap.ts'
import { Session } from './session.ts'
import type { SessionEvents } from './session-events.ts'
import type { ShareExchangeDeps } from './share-events.ts'
import { StallWatch } from './stall-watch.ts'
import { type ReadNode, Uploader } from './uploader.ts'

export type { ShareEvent, ShareExchangeDeps } from './share-events.ts'

export class ShareExchange {
  readonly sessions = new Map<string, Session>()
  readonly nodes = new NodeRequests()
  readonly down = new RateMeter()
  readonly up = new RateMeter()
  private readonly deps: ShareExchangeDeps
  private readonly admission: Admission
  private readonly intake: ChunkIntake
  private readonly requester: Requester
  private readonly watch: PeerWatch
  private readonly news: HaveNews
  private readonly stalls = new StallWatch()
  private readonly uploader: Uploader
  private content: ShareContent | undefined
  private serving = true
  private completed = false

  constructor(deps: ShareExchangeDeps) {
    this.deps = deps
    this.admission = new Admission((peer) => deps.isSmallerThan(peer))
    this.news = new HaveNews(deps.clock, this.sessions)
    this.intake = new ChunkIntake({
      written: (index, peer) => {
        this.news.gained(index)
        deps.emit({ type: 'chunk', index, peer })
      },
      writeFailed: (error) => deps.emit({ type: 'write-failed', error }),
      corrupt: (index, peer, badChunks) => {
        deps.emit({ type: 'corrupt', index, peer, badChunks })
        if (badChunks >= BAN_AFTER_BAD_CHUNKS) this.ban(peer, { cause: 'wrong-chunks', chunks: badChunks })
        this.requester.fillAll()
      },
      settled: (peer) => {
        this.checkComplete()
        const session = this.sessions.get(peer)
        if (session !== undefined) this.requester.fill(session)
      },
    })
    const { sessions, intake, stalls } = this
    this.requester = new Requester({ ...deps, sessions, intake, stalls })
    this.watch = new PeerWatch(this.requester, this.stalls, {
      liveness: (session, state, reassigned) => deps.emit({ type: 'liveness', session, state, reassigned }),
    })
    this.uploader = new Uploader({
      ...deps,
      sessions,
      buckets: deps.upBuckets,
      line: deps.upLine,
      sent: (session, bytes) => {
        for (const meter of [session.up, this.up]) meter.add(bytes, deps.clock.now())
      },
      readFailed: (error) => deps.emit({ type: 'read-failed', error }),
    })
  }

  /** Peers that may not come back in this run, and why. */
  get banned(): ReadonlyMap<string, string> {
    return this.admission.banned
  }

  /** Bytes of chunks that were not what their digest says. */
  get corruptBytes(): number {
    return this.intake.corruptBytes
  }

  get state(): Download | undefined {
    return this.requester.download
  }

  /** The manifest is known. `have`: what is on disk and verified. */
  setContent(content: ShareContent, have: Bitfield): void {
    this.content = content
    const { chunkCount } = content
    const chunkLength = (index: number) => content.chunkLength(index)
    const download = new Download({ chunkCount, chunkLength, random: () => this.deps.random() }, have)
    this.requester.setContent(content, download)
    this.uploader.setContent(content, have)
    for (const session of this.sessions.values()) this.join(session, content)
  }

  /** Chunks were withdrawn or came back without being fetched: `have` is as it is now. */
  haveReplaced(): void {
    this.news.replaced(() => this.state?.have)
  }

  /** Which chunks are wanted; starts or goes on. */
  startDownload(wanted: Iterable<number>): void {
    const download = this.state
    if (download === undefined) throw new Error('startDownload before setContent')
    this.requester.cancel(download.want(wanted, this.deps.clock.now()))
    download.start()
    this.requester.begin()
    this.completed = false
    this.checkComplete()
    this.requester.fillAll()
  }

  stopDownload(): void {
    this.requester.end()
    if (this.state === undefined) return
    this.requester.cancel(this.state.stop(this.deps.clock.now()))
    for (const session of this.sessions.values()) this.requester.updateInterest(session)
  }

  setServing(serving: boolean): void {
    this.serving = serving
    if (!serving) for (const session of this.sessions.values()) session.setChoked(true, this.deps.clock.now())
  }

  get isServing(): boolean {
    return this.serving
  }

  /** A new link for this share; `first` is the Open that an inbound link began with. */
  attach(link: FrameLink, first?: Frame): void {
    const old = this.sessions.get(link.remote)
    const verdict = this.admission.verdict(link, old, this.sessions.size, this.deps.clock.now())
    if (!verdict.admitted) {
      link.close(verdict.code, verdict.text)
      return
    }
    if (old !== undefined) {
      this.sessions.delete(old.remote)
      old.close(GoodbyeCode.DUPLICATE, 'a newer session takes over')
    }
    const session = new Session(link, this.deps.clock, this.sessionEvents())
    this.sessions.set(link.remote, session)
    session.start()
    const { root, client, nodeName } = this.deps
    const manifest = this.content !== undefined
    session.send({ open: { root, client, nodeName, shareName: this.deps.shareName(), manifest } })
    if (this.content !== undefined) this.join(session, this.content)
    if (first !== undefined) session.accept(first)
  }

  /** Ends all sessions. */
  close(code: GoodbyeCode, text: string): void {
    for (const session of [...this.sessions.values()]) session.close(code, text)
  }

  /** Ends the session with one peer and refuses it from now on. */
  ban(peer: string, reason: BanReason): void {
    this.admission.ban(peer, banText(reason))
    this.sessions.get(peer)?.close(GoodbyeCode.BANNED, banText(reason))
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
      this.watch.check(session, nowMs)
      if (session.ended) continue
      session.heartbeat(nowMs)
      this.requester.updateInterest(session)
      this.requester.fill(session)
    }
  }

  /** Copies of the rarest chunk that are reachable: peers with a session and ourselves. 0 when nothing is known. */
  availability(): number {
    return this.state?.rarestCopies() ?? 0
  }

  /** A chunk was written before, but turns out to be damaged. */
  lost(index: number): void {
    this.state?.lost(index)
    this.completed = false
    this.requester.fillAll()
  }

  private sessionEvents(): SessionEvents {
    const { clock } = this.deps
    const readNode: ReadNode = async (cid) => (this.content === undefined ? undefined : this.deps.readNode(cid))
    return {
      opened: (session) => {
        if (session.hasManifest) this.nodes.sourceJoined(session)
        this.deps.emit({ type: 'session-open', session })
      },
      haveChanged: (session) => {
        this.nodes.sourceJoined(session)
        this.learnHave(session)
        this.requester.updateInterest(session)
        this.requester.fill(session)
      },
      gained: (session, indices) => {
        for (const index of indices) this.state?.peerGained(session.remote, index)
        this.requester.fill(session)
      },
      choked: (session, choked) => {
        const lost = this.state?.choke(session.remote, choked, clock.now()) ?? 0
        if (choked && lost > 0) this.requester.fillAll()
        else this.requester.fill(session)
      },
      interest: () => this.deps.slotsChanged(),
      ...servingEvents(this.deps.tap, (session) => this.uploader.serve(session)),
      refused: (session, indices, code) => {
        const nowMs = clock.now()
        for (const index of indices) this.state?.refused(session.remote, index, nowMs, refusalOf(code))
        if (code !== RejectCode.CHOKED) this.requester.fillAll()
      },
      isAsked: (session, index) => this.state?.isAskedOf(session.remote, index) ?? false,
      progress: (session, index, bytes) => this.progress(session, index, bytes),
      chunk: (session, index, bytes) => this.chunk(session, index, bytes),
      ...this.intake.buffers,
      nodesWanted: (session, request, cids) => this.uploader.serveNodes(session, request, cids, readNode),
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
    this.stalls.left(session.remote)
    session.wants.clear()
    const reassigned = this.state?.removePeer(session.remote, this.deps.clock.now()) ?? 0
    this.nodes.sourceLeft(session)
    this.deps.slotsChanged()
    this.deps.emit({ type: 'session-end', session, end, reassigned })
    if (reassigned > 0) this.requester.fillAll()
  }

  private progress(session: Session, index: number, bytes: number): void {
    const nowMs = this.deps.clock.now()
    this.down.add(bytes, nowMs)
    this.watch.progressed(session, nowMs)
    this.state?.progress(session.remote, index, bytes, nowMs)
  }

  private chunk(session: Session, index: number, bytes: Uint8Array): void {
    const { content, state: download } = this
    if (content === undefined || download === undefined) return
    this.requester.cancel(download.receivedWhole(session.remote, index, this.deps.clock.now()))
    this.intake.take(content, download, index, session.remote, bytes)
    this.requester.fill(session)
  }

  private checkComplete(): void {
    const download = this.state
    if (this.completed || download === undefined || !this.intake.isIdle) return
    if (!download.running || !download.isComplete) return
    this.completed = true
    this.news.flush()
    for (const session of this.sessions.values()) this.requester.updateInterest(session)
    this.deps.emit({ type: 'complete' })
  }

  private learnHave({ remote, have }: Session): void {
    if (have !== undefined) this.state?.peerHas(remote, have === 'all' ? 'all' : have.clone())
  }

  /** The session takes part in the transfer of this content. */
  private join(session: Session, content: ShareContent): void {
    this.state?.addPeer(session.remote)
    session.setContent(content)
    this.learnHave(session)
    this.state?.choke(session.remote, session.weAreChoked, this.deps.clock.now())
    if (this.state !== undefined) this.news.tell(session, this.state.have)
  }
}
