/**
 * One peer of one share: what both have told each other over one link. It keeps the wire's rules (who may send what,
 * how much, in which order), assembles chunks from pieces and reports facts; what to ask and whom to unchoke is decided
 * in `share-exchange.ts`. Implements SPEC [EX5] to [EX19].
 */
import { Bitfield } from '../content/bitfield.ts'
import { FailureDetector } from '../liveness/failure-detector.ts'
import { RateMeter } from '../swarm/rate-meter.ts'
import { TokenBucket } from '../swarm/token-bucket.ts'
import { UploadQueue } from '../swarm/upload-queue.ts'
import { type Frame, GoodbyeCode, RejectCode } from './exchange.pb.js'
import { ExchangeProtocolError } from './frame-decoder.ts'
import { applyIndices, checkCids, checkPeers } from './frame-checks.ts'
import { Incoming } from './incoming.ts'
import { HEARTBEAT_MS, MAX_BITFIELD_BYTES, MAX_FULL_HAVES, MAX_OPEN_WANTS } from './limits.ts'
import type { Clock, FrameLink, LinkEnd, ShareContent } from './ports.ts'

/** What a session reports; the share decides. */
export interface SessionEvents {
  opened(session: Session): void
  haveChanged(session: Session): void
  gained(session: Session, index: number): void
  choked(session: Session, choked: boolean): void
  interest(session: Session): void
  wanted(session: Session): void
  refused(session: Session, index: number, code: RejectCode): void
  isAsked(session: Session, index: number): boolean
  progress(session: Session, index: number, bytes: number): void
  /** All bytes of an asked chunk, in a buffer that is the receiver's from now on. */
  chunk(session: Session, index: number, bytes: Uint8Array): void
  /** A buffer for a chunk of `length` bytes; may be a used one. */
  buffer(length: number): Uint8Array
  nodesWanted(session: Session, request: number, cids: Uint8Array[]): void
  node(session: Session, request: number, position: number, bytes: Uint8Array | undefined): void
  peers(session: Session, peers: { id: Uint8Array; addresses: Uint8Array[] }[]): void
  ended(session: Session, end: LinkEnd): void
}

export class Session {
  readonly link: FrameLink
  readonly remote: string
  readonly detector: FailureDetector
  readonly down = new RateMeter()
  readonly up = new RateMeter()
  readonly openedAtMs: number
  client = ''
  nodeName = ''
  shareName = ''
  /** The peer sent its Open. */
  isOpen = false
  ended = false
  /** The peer holds all DAG nodes. */
  hasManifest = false
  /** What the peer said it holds, before we know how many chunks there are. */
  private rawHave: { all: true } | { bitfield: Uint8Array } | undefined
  private content: ShareContent | undefined
  have: Bitfield | 'all' | undefined

  weAreChoked = true
  theyAreChoked = true
  unchokedAtMs: number | undefined
  waitingSinceMs = 0
  weAreInterested = false
  theyAreInterested = false
  readonly wants = new UploadQueue()
  /** Chunks being read or sent to it now; true: it cancelled. */
  readonly serving = new Map<number, boolean>()
  pumping = false
  /** WantNodes of the peer that are being answered. */
  nodeRequestsOpen = 0
  readonly pace = new TokenBucket()
  private saidPace = 0

  roundTripMs: number | undefined
  private pingNonce = 0
  private pingSentAtMs: number | undefined
  private lastSentAtMs: number

  private readonly incoming: Incoming
  private fullHaves = 0

  private readonly clock: Clock
  private readonly events: SessionEvents

  constructor(link: FrameLink, clock: Clock, events: SessionEvents) {
    this.link = link
    this.remote = link.remote
    this.clock = clock
    this.events = events
    const nowMs = clock.now()
    this.openedAtMs = nowMs
    this.waitingSinceMs = nowMs
    this.lastSentAtMs = nowMs
    this.detector = new FailureDetector(nowMs, HEARTBEAT_MS)
    this.incoming = new Incoming({
      isAsked: (index) => events.isAsked(this, index),
      buffer: (length) => events.buffer(length),
      progress: (index, bytes) => events.progress(this, index, bytes),
      chunk: (index, bytes) => events.chunk(this, index, bytes),
      node: (request, position, bytes) => events.node(this, request, position, bytes),
    })
  }

  start(): void {
    this.link.listen({
      onFrame: (frame) => this.received(frame),
      onPayload: (view, remaining) => this.payload(view, remaining),
      onEnd: (end) => {
        if (this.ended) return
        this.ended = true
        this.events.ended(this, end)
      },
    })
  }

  /** A frame that was read from the link before the session had it: the Open of an inbound link. */
  accept(frame: Frame): void {
    this.received(frame)
  }

  send(frame: Frame): void {
    this.lastSentAtMs = this.clock.now()
    if (frame.wantNodes !== undefined) this.incoming.nodesAsked(frame.wantNodes.cids.length)
    this.link.send(frame)
  }

  close(code: GoodbyeCode, text: string): void {
    this.link.close(code, text)
  }

  /** The manifest is known now: what the peer said before gets its meaning. */
  setContent(content: ShareContent): void {
    this.content = content
    const raw = this.rawHave
    this.rawHave = undefined
    if (raw !== undefined) this.applyHave(raw, content)
    else this.have ??= new Bitfield(content.chunkCount)
  }

  /** Asks again after silence, so that silence means something. */
  heartbeat(nowMs: number): void {
    if (!this.isOpen) return
    if (this.pingSentAtMs !== undefined && nowMs - this.pingSentAtMs < 2 * HEARTBEAT_MS) return
    if (nowMs - this.detector.lastHeardAtMs < HEARTBEAT_MS && nowMs - this.lastSentAtMs < 4 * HEARTBEAT_MS) return
    this.pingNonce = (this.pingNonce + 1) >>> 0
    this.pingSentAtMs = nowMs
    this.send({ ping: { nonce: this.pingNonce } })
  }

  want(indices: number[]): void {
    if (indices.length > 0) this.send({ want: { indices } })
  }

  cancel(indices: number[]): void {
    if (indices.length === 0) return
    for (const index of indices) this.incoming.cancelled(index, this.content?.chunkLength(index) ?? 0)
    this.send({ cancel: { indices } })
  }

  setInterest(interested: boolean, paceBytesPerSecond: number): void {
    const pace = Math.min(Math.round(paceBytesPerSecond), 0xffffffff)
    const paceChanged = Math.abs(pace - this.saidPace) > this.saidPace / 10
    if (interested === this.weAreInterested && !(interested && paceChanged)) return
    this.weAreInterested = interested
    this.saidPace = pace
    this.send({ interest: { interested, pace } })
  }

  setChoked(choked: boolean, nowMs: number): void {
    if (choked === this.theyAreChoked) return
    this.theyAreChoked = choked
    this.unchokedAtMs = choked ? undefined : nowMs
    if (choked) {
      this.waitingSinceMs = nowMs
      this.wants.clear()
      for (const index of this.serving.keys()) this.serving.set(index, true)
    }
    this.send({ choke: { choked } })
  }

  private received(frame: Frame): void {
    const nowMs = this.clock.now()
    this.heard(nowMs)
    if (!this.isOpen && frame.open === undefined) throw new ExchangeProtocolError('unexpected', 'the first frame was not Open')
    if (frame.piece !== undefined) this.piece(frame.piece.index, frame.piece.offset, frame.piece.payloadBytes)
    else if (frame.open !== undefined) this.open(frame.open)
    else if (frame.have !== undefined) this.haveFrame(frame.have)
    else if (frame.want !== undefined) this.wantFrame(frame.want.indices)
    else if (frame.cancel !== undefined) for (const index of frame.cancel.indices) this.cancelled(index)
    else if (frame.choke !== undefined) this.chokeFrame(frame.choke.choked)
    else if (frame.interest !== undefined) this.interestFrame(frame.interest.interested, frame.interest.pace, nowMs)
    else if (frame.reject !== undefined) for (const index of frame.reject.indices) this.events.refused(this, index, frame.reject.code)
    else if (frame.wantNodes !== undefined) this.events.nodesWanted(this, frame.wantNodes.request, frame.wantNodes.cids)
    else if (frame.node !== undefined) this.node(frame.node.request, frame.node.position, frame.node.payloadBytes)
    else if (frame.peers !== undefined) this.events.peers(this, frame.peers.peers)
    else if (frame.ping !== undefined) this.send({ pong: { nonce: frame.ping.nonce } })
    else if (frame.pong !== undefined) this.pong(frame.pong.nonce, nowMs)
  }

  private heard(nowMs: number): void {
    this.detector.heard(nowMs)
  }

  private open(open: NonNullable<Frame['open']>): void {
    if (this.isOpen) throw new ExchangeProtocolError('unexpected', 'a second Open')
    this.isOpen = true
    this.client = open.client.slice(0, 64)
    this.nodeName = open.nodeName.slice(0, 64)
    this.shareName = open.shareName.slice(0, 255)
    this.hasManifest = open.manifest
    this.events.opened(this)
  }

  private haveFrame(have: NonNullable<Frame['have']>): void {
    // Whoever holds chunks holds the manifest they are numbered by.
    this.hasManifest = true
    const content = this.content
    if (have.all || have.bitfield !== undefined) {
      if ((have.bitfield?.byteLength ?? 0) > MAX_BITFIELD_BYTES) throw new ExchangeProtocolError('limit', 'a bitfield too long')
      const raw = have.all ? ({ all: true } as const) : { bitfield: (have.bitfield ?? new Uint8Array()).slice() }
      if (content === undefined) this.rawHave = raw
      else this.applyHave(raw, content)
      return
    }
    if (content === undefined || this.have === undefined) return
    for (const index of have.indices) {
      if (index >= content.chunkCount) throw new ExchangeProtocolError('limit', `chunk ${index} of ${content.chunkCount}`)
      this.events.gained(this, index)
    }
  }

  private applyHave(raw: { all: true } | { bitfield: Uint8Array }, content: ShareContent): void {
    if ('all' in raw) this.have = 'all'
    else {
      try {
        this.have = Bitfield.fromBytes(raw.bitfield, content.chunkCount)
      } catch (error) {
        throw new ExchangeProtocolError('limit', 'a bitfield that does not fit the share', { cause: error })
      }
    }
    this.events.haveChanged(this)
  }

  private wantFrame(indices: number[]): void {
    const content = this.content
    const refuse: number[] = []
    let code: RejectCode = RejectCode.NOT_HELD
    for (const index of indices) {
      if (content === undefined || index >= content.chunkCount) refuse.push(index)
      else if (this.theyAreChoked) {
        code = RejectCode.CHOKED
        refuse.push(index)
      } else if (this.wants.size >= MAX_OPEN_WANTS) {
        code = RejectCode.TOO_MANY
        refuse.push(index)
      } else this.wants.add(index)
    }
    if (refuse.length > 0) this.send({ reject: { code, indices: refuse } })
    if (refuse.length < indices.length) this.events.wanted(this)
  }

  private cancelled(index: number): void {
    this.wants.delete(index)
    if (this.serving.has(index)) this.serving.set(index, true)
  }

  private chokeFrame(choked: boolean): void {
    if (choked === this.weAreChoked) return
    this.weAreChoked = choked
    if (choked) {
      if (this.incoming !== undefined) this.cancelledBytes += this.incoming.buffer.byteLength
      this.incoming = undefined
    }
    this.events.choked(this, choked)
  }

  private interestFrame(interested: boolean, pace: number, nowMs: number): void {
    if (interested && !this.theyAreInterested) this.waitingSinceMs = nowMs
    this.theyAreInterested = interested
    this.pace.setRate(pace === 0 ? undefined : pace, nowMs)
    this.events.interest(this)
  }

  private pong(nonce: number, nowMs: number): void {
    if (nonce !== this.pingNonce || this.pingSentAtMs === undefined) return
    this.roundTripMs = nowMs - this.pingSentAtMs
    this.pingSentAtMs = undefined
  }

  private payload(view: Uint8Array, remaining: number, isChunk: boolean): void {
    const nowMs = this.clock.now()
    this.heard(nowMs)
    if (isChunk) this.down.add(view.byteLength, nowMs)
    this.incoming.payload(view, remaining)
  }
}
