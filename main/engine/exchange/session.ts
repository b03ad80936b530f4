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
import { Allowance } from './allowance.ts'
import { type Frame, GoodbyeCode, RejectCode } from './exchange.pb.js'
import { applyIndices, checkCids, checkPeers } from './frame-checks.ts'
import { ExchangeProtocolError } from './frame-decoder.ts'
import { Heartbeat } from './heartbeat.ts'
import { Incoming } from './incoming.ts'
import {
  FULL_HAVE_BURST,
  FULL_HAVES_PER_SECOND,
  HEARTBEAT_MS,
  MAX_BITFIELD_BYTES,
  MAX_CID_BYTES,
  MAX_OPEN_WANTS,
} from './limits.ts'
import type { Clock, FrameLink, ShareContent } from './ports.ts'
import type { SessionEvents } from './session-events.ts'

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
  rawHave: { all: true } | { bitfield: Uint8Array } | undefined
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
  sentThisTurn = 0 // chunks sent whole since it was unchoked
  nodeRequestsOpen = 0 // WantNodes of the peer that are being answered
  readonly pace = new TokenBucket()
  private saidPace = 0
  /** Why we doubt it now, if we do. */
  suspectedFor: 'silence' | 'stall' | undefined
  private readonly beat = new Heartbeat()
  private lastSentAtMs: number
  private readonly incoming: Incoming
  private payloadIsChunk = false
  private readonly fullHaves: Allowance
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
    this.fullHaves = new Allowance(FULL_HAVE_BURST, FULL_HAVES_PER_SECOND, nowMs)
    this.detector = new FailureDetector(nowMs, HEARTBEAT_MS)
    this.incoming = new Incoming({
      isAsked: (index) => events.isAsked(this, index),
      buffer: (length) => events.buffer(length),
      unused: (buffer) => events.unused?.(buffer),
      progress: (index, bytes) => events.progress(this, index, bytes),
      chunk: (index, bytes) => events.chunk(this, index, bytes),
      node: (request, position, bytes) => events.node(this, request, position, bytes),
    })
  }

  get roundTripMs(): number | undefined {
    return this.beat.roundTripMs
  }

  /** It is being sent a chunk, and none has been sent whole in this turn. */
  get isBarren(): boolean {
    return this.sentThisTurn === 0 && this.serving.size > 0
  }

  start(): void {
    this.link.listen({
      onFrame: (frame) => this.received(frame),
      onPayload: (view, remaining) => this.payload(view, remaining),
      onEnd: (end) => {
        if (this.ended) return
        this.ended = true
        this.incoming.choked()
        this.events.ended(this, end)
      },
    })
  }

  /** A frame that was read from the link before the session had it: the Open of an inbound link. */
  accept(frame: Frame): void {
    this.guard(() => this.received(frame))
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
    if (raw !== undefined) this.guard(() => this.applyHave(raw, content))
    else this.have ??= new Bitfield(content.chunkCount)
  }

  /** Asks again after silence, so that silence means something. */
  heartbeat(nowMs: number): void {
    if (!this.isOpen) return
    const nonce = this.beat.due(nowMs, this.detector.lastHeardAtMs, this.lastSentAtMs)
    if (nonce !== undefined) this.send({ ping: { nonce } })
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
    this.sentThisTurn = 0
    if (choked) {
      this.waitingSinceMs = nowMs
      for (const index of this.wants.clear()) this.events.unwanted(this, index)
      for (const index of this.serving.keys()) this.serving.set(index, true)
    }
    this.send({ choke: { choked } })
  }

  /** What the link does for frames that it delivers: a breach ends the session and nothing else. */
  private guard(handle: () => void): void {
    try {
      handle()
    } catch (error) {
      if (!(error instanceof ExchangeProtocolError)) throw error
      this.close(GoodbyeCode.PROTOCOL_ERROR, error.message)
    }
  }

  private received(frame: Frame): void {
    const nowMs = this.clock.now()
    this.detector.heard(nowMs)
    if (!this.isOpen && frame.open === undefined)
      throw new ExchangeProtocolError('unexpected', 'the first frame was not Open')
    this.payloadIsChunk = frame.piece !== undefined
    if (frame.piece !== undefined) this.incoming.piece(this.content, frame.piece)
    else if (frame.open !== undefined) this.open(frame.open)
    else if (frame.have !== undefined) this.haveFrame(frame.have)
    else if (frame.want !== undefined) this.wantFrame(frame.want.indices)
    else if (frame.cancel !== undefined) for (const index of frame.cancel.indices) this.cancelled(index)
    else if (frame.choke !== undefined) this.chokeFrame(frame.choke.choked)
    else if (frame.interest !== undefined) this.interestFrame(frame.interest.interested, frame.interest.pace, nowMs)
    else if (frame.reject !== undefined) this.events.refused(this, frame.reject.indices, frame.reject.code)
    else if (frame.wantNodes !== undefined)
      this.events.nodesWanted(this, frame.wantNodes.request, checkCids(frame.wantNodes.cids))
    else if (frame.node !== undefined)
      this.incoming.node(frame.node.request, frame.node.position, frame.node.payloadBytes)
    else if (frame.peers !== undefined) this.events.peers(this, checkPeers(frame.peers.peers))
    else if (frame.ping !== undefined) this.send({ pong: { nonce: frame.ping.nonce } })
    else if (frame.pong !== undefined) this.beat.answered(frame.pong.nonce, nowMs)
  }

  private open(open: NonNullable<Frame['open']>): void {
    if (this.isOpen) throw new ExchangeProtocolError('unexpected', 'a second Open')
    if (open.root.byteLength > MAX_CID_BYTES) throw new ExchangeProtocolError('limit', 'a root CID too long')
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
      if (!this.fullHaves.spend(this.clock.now())) throw new ExchangeProtocolError('flood', 'too many bitfields')
      if ((have.bitfield?.byteLength ?? 0) > MAX_BITFIELD_BYTES)
        throw new ExchangeProtocolError('limit', 'a bitfield too long')
      const raw = have.all ? ({ all: true } as const) : { bitfield: (have.bitfield ?? new Uint8Array()).slice() }
      if (content === undefined) this.rawHave = raw
      else this.applyHave(raw, content)
      return
    }
    if (content === undefined) {
      if (this.rawHave !== undefined && 'bitfield' in this.rawHave) applyIndices(this.rawHave.bitfield, have.indices)
      return
    }
    const beyond = have.indices.find((index) => index >= content.chunkCount)
    if (beyond !== undefined) throw new ExchangeProtocolError('limit', `chunk ${beyond} of ${content.chunkCount}`)
    if (this.have !== undefined && this.have !== 'all') for (const index of have.indices) this.have.set(index)
    this.events.gained(this, have.indices)
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
    this.events.wanted(this, indices, refuse)
  }

  private cancelled(index: number): void {
    if (this.wants.delete(index)) this.events.unwanted(this, index)
    if (this.serving.has(index)) this.serving.set(index, true)
  }

  private chokeFrame(choked: boolean): void {
    if (choked === this.weAreChoked) return
    this.weAreChoked = choked
    if (choked) this.incoming.choked()
    this.events.choked(this, choked)
  }

  private interestFrame(interested: boolean, pace: number, nowMs: number): void {
    if (interested && !this.theyAreInterested) this.waitingSinceMs = nowMs
    this.theyAreInterested = interested
    this.pace.setRate(pace === 0 ? undefined : pace, nowMs)
    this.events.interest(this)
  }

  private payload(view: Uint8Array, remaining: number): void {
    const nowMs = this.clock.now()
    this.detector.heard(nowMs)
    if (this.payloadIsChunk) this.down.add(view.byteLength, nowMs)
    this.incoming.payload(view, remaining)
  }
}
