/**
 * What a download knows of one peer: which chunks it holds, what was asked of it, how fast it answers. Facts and the
 * sums derived from them; decisions are in `download.ts`.
 */
import type { Bitfield } from '../content/bitfield.ts'
import { RateMeter } from '../swarm/rate-meter.ts'
import { arrivalMs, MAX_WINDOW_REQUESTS, REFILL_FRACTION, unprovenRate, windowBytes } from './request-window.ts'

/** A chunk asked of a peer and not yet whole. */
export interface Request {
  readonly askedAtMs: number
  receivedBytes: number
}

/** A peer that refuses this often in a row, without a byte in between, is asked for one chunk at a time. */
const REFUSALS_IN_ROW = 16
/** And then not more often than this, in ms: refusing must not be a way to keep us busy. */
const REFUSED_PAUSE_MS = 100
/** A peer that refused a chunk is not asked for it again before this, in ms. */
const REFUSAL_MS = 5_000
/** Refusals remembered per peer; beyond, all are forgotten and may be asked (and refused) again. */
const REFUSALS_MAX = 65_536
/** Loopback's; replaced by the session's measurement as soon as there is one. */
const ASSUMED_ROUND_TRIP_MS = 50

export class PeerState {
  readonly key: string
  /** 'all': the peer holds every chunk. */
  have: Bitfield | 'all'
  /** The peer refuses us; true until it says otherwise. */
  choked = true
  /** Silent beyond suspicion: nothing new is asked and its chunks may be asked elsewhere. */
  suspect = false
  private readonly asked = new Map<number, Request>()
  /** Bytes asked and still to come. */
  queuedBytes = 0
  /** Chunks it refused, until when (ms) they are not asked of it again. Bounded: cleared at REFUSALS_MAX. */
  private readonly refusedUntilMs = new Map<number, number>()
  private refusalsInRow = 0
  private refusedAtMs = Number.NEGATIVE_INFINITY
  /** Of the chunks it holds, how many we still need; not kept while it holds everything. */
  usefulChunks = 0
  /** Bytes per second while something was asked of it: its clock stands still when nothing is. */
  private readonly rate = new RateMeter(1_000)
  private busyMs = 0
  private busySinceMs = 0
  /** What the picker's `additions` were when nothing could be picked for it; undefined: it gained chunks since. */
  nothingAtAdditions: number | undefined
  /** When takeovers were last considered for it; they look at everything in flight. */
  takeOverAtMs = Number.NEGATIVE_INFINITY
  roundTripMs = ASSUMED_ROUND_TRIP_MS
  /** Chunks verified from it, and chunks that were wrong. */
  goodChunks = 0
  badChunks = 0

  constructor(key: string, have: Bitfield | 'all') {
    this.key = key
    this.have = have
  }

  get requests(): ReadonlyMap<number, Request> {
    return this.asked
  }

  ask(index: number, bytes: number, nowMs: number): void {
    if (this.asked.size === 0) this.busySinceMs = nowMs
    this.asked.set(index, { askedAtMs: nowMs, receivedBytes: 0 })
    this.queuedBytes += bytes
  }

  /** Takes a request back, or notes that it is answered. */
  unask(index: number, bytes: number, nowMs: number): void {
    const request = this.asked.get(index)
    if (request === undefined) return
    this.asked.delete(index)
    // What it could not be asked for because it was asked already, it can be asked for again.
    this.nothingAtAdditions = undefined
    this.queuedBytes -= bytes - request.receivedBytes
    if (this.asked.size === 0) this.busyMs += nowMs - this.busySinceMs
  }

  progress(index: number, bytes: number, nowMs: number): void {
    const request = this.asked.get(index)
    if (request === undefined) return
    this.refusalsInRow = 0
    request.receivedBytes += bytes
    this.queuedBytes -= bytes
    this.rate.add(bytes, this.busyClockMs(nowMs))
  }

  /** It has brought something, so that its rate is more than an assumption. */
  get isProven(): boolean {
    return this.rate.total > 0
  }

  holds(index: number): boolean {
    return this.have === 'all' || this.have.has(index)
  }

  /** May chunk `index` be asked of it? */
  offers(index: number, nowMs: number): boolean {
    if (!this.holds(index) || this.asked.has(index)) return false
    const until = this.refusedUntilMs.get(index)
    return until === undefined || until <= nowMs
  }

  /** It refused chunk `index`. One that it holds nevertheless is not asked of it again for a while. */
  refused(index: number, nowMs: number, held: boolean): void {
    this.refusalsInRow += 1
    this.refusedAtMs = nowMs
    if (held) this.avoid(index, nowMs + REFUSAL_MS)
  }

  /** It refused chunks that it may be asked for again. */
  get hasRefused(): boolean {
    return this.refusedUntilMs.size > 0
  }

  /** Chunk `index` is not asked of it before `untilMs`. */
  avoid(index: number, untilMs: number): void {
    if (this.refusedUntilMs.size >= REFUSALS_MAX) this.refusedUntilMs.clear()
    this.refusedUntilMs.set(index, untilMs)
  }

  windowBytes(nowMs: number): number {
    return windowBytes(this.measuredRate(nowMs), this.roundTripMs)
  }

  /** May anything more be asked of it now? */
  hasRoom(nowMs: number): boolean {
    return this.isRoomBelow(1, nowMs)
  }

  /** Is there so much room that asking is worth a message? */
  isHungry(nowMs: number): boolean {
    return this.isRoomBelow(REFILL_FRACTION, nowMs)
  }

  /** Expected ms until `extraBytes` asked now would have arrived behind all that is queued. */
  arrivalMs(extraBytes: number, nowMs: number): number {
    return this.queuedArrivalMs(this.queuedBytes + extraBytes, nowMs)
  }

  /** Expected ms until the first `bytes` of its queue have arrived. */
  queuedArrivalMs(bytes: number, nowMs: number): number {
    return arrivalMs(bytes, this.measuredRate(nowMs), this.roundTripMs)
  }

  private isRoomBelow(fraction: number, nowMs: number): boolean {
    if (this.choked || this.suspect) return false
    if (this.refusalsInRow >= REFUSALS_IN_ROW) {
      return this.asked.size === 0 && nowMs - this.refusedAtMs >= REFUSED_PAUSE_MS
    }
    if (this.asked.size === 0) return true
    return this.asked.size < MAX_WINDOW_REQUESTS * fraction && this.queuedBytes < this.windowBytes(nowMs) * fraction
  }

  /** undefined until bytes have come, or should have come. */
  private measuredRate(nowMs: number): number | undefined {
    const busyMs = this.busyClockMs(nowMs)
    return this.rate.total === 0 ? unprovenRate(busyMs - this.roundTripMs) : this.rate.rate(busyMs)
  }

  private busyClockMs(nowMs: number): number {
    return this.busyMs + (this.asked.size > 0 ? nowMs - this.busySinceMs : 0)
  }
}
