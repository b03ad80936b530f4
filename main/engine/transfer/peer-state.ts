/**
 * What a download knows of one peer: which chunks it holds, what was asked of it, how fast it answers. Facts and the
 * sums derived from them; decisions are in `download.ts`.
 */
import type { Bitfield } from '../content/bitfield.ts'
import { RateMeter } from '../swarm/rate-meter.ts'
import { arrivalMs, MAX_WINDOW_REQUESTS, windowBytes } from './request-window.ts'

/** A chunk asked of a peer and not yet whole. */
export interface Request {
  readonly askedAtMs: number
  receivedBytes: number
}

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
  readonly refusedUntilMs = new Map<number, number>()
  /** Bytes per second while something was asked of it: its clock stands still when nothing is. */
  private readonly rate = new RateMeter(1_000)
  private busyMs = 0
  private busySinceMs = 0
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
    this.queuedBytes -= bytes - request.receivedBytes
    if (this.asked.size === 0) this.busyMs += nowMs - this.busySinceMs
  }

  progress(index: number, bytes: number, nowMs: number): void {
    const request = this.asked.get(index)
    if (request === undefined) return
    request.receivedBytes += bytes
    this.queuedBytes -= bytes
    this.rate.add(bytes, this.busyClockMs(nowMs))
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

  windowBytes(nowMs: number): number {
    return windowBytes(this.measuredRate(nowMs), this.roundTripMs)
  }

  hasRoom(nowMs: number): boolean {
    if (this.choked || this.suspect) return false
    if (this.asked.size === 0) return true
    return this.asked.size < MAX_WINDOW_REQUESTS && this.queuedBytes < this.windowBytes(nowMs)
  }

  /** Expected ms until `extraBytes` asked now would have arrived behind all that is queued. */
  arrivalMs(extraBytes: number, nowMs: number): number {
    return arrivalMs(this.queuedBytes + extraBytes, this.measuredRate(nowMs), this.roundTripMs)
  }

  /** undefined until bytes have come. */
  private measuredRate(nowMs: number): number | undefined {
    return this.rate.total === 0 ? undefined : this.rate.rate(this.busyClockMs(nowMs))
  }

  private busyClockMs(nowMs: number): number {
    return this.busyMs + (this.asked.size > 0 ? nowMs - this.busySinceMs : 0)
  }
}
