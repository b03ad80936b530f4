/**
 * Bandwidth limits as a hierarchy of token buckets: global -> share. Pure: time comes in as `nowMs`.
 *
 * A bucket fills at `rate` bytes/s up to one tenth of a second's worth (at least one part of 32 KiB), so that a limit is
 * smooth and not a burst a second. Taking may overdraw once; the debt is waited off. Changing the rate keeps the debt.
 * Implements SPEC [TR7].
 */

const BURST_MS = 100
const MIN_BURST_BYTES = 32 * 1024

export class TokenBucket {
  private ratePerSecond: number | undefined
  private tokens = 0
  private lastMs = 0

  /** @param ratePerSecond bytes per second; undefined: no limit. */
  constructor(ratePerSecond?: number) {
    this.ratePerSecond = ratePerSecond
    this.tokens = this.burst()
  }

  get rate(): number | undefined {
    return this.ratePerSecond
  }

  setRate(ratePerSecond: number | undefined, nowMs: number): void {
    this.refill(nowMs)
    const wasUnlimited = this.ratePerSecond === undefined
    this.ratePerSecond = ratePerSecond
    if (wasUnlimited) this.lastMs = nowMs
    this.tokens = Math.min(wasUnlimited ? 0 : this.tokens, this.burst())
  }

  /** Milliseconds until something may be taken; 0: now. Infinity at a rate of 0. */
  waitMs(nowMs: number): number {
    if (this.ratePerSecond === undefined) return 0
    this.refill(nowMs)
    if (this.tokens > 0) return 0
    return this.ratePerSecond === 0
      ? Number.POSITIVE_INFINITY
      : Math.ceil(((1 - this.tokens) / this.ratePerSecond) * 1_000)
  }

  take(bytes: number, nowMs: number): void {
    if (this.ratePerSecond === undefined) return
    this.refill(nowMs)
    this.tokens -= bytes
  }

  /** Bytes that may be taken now without debt; Infinity without a limit. */
  available(nowMs: number): number {
    if (this.ratePerSecond === undefined) return Number.POSITIVE_INFINITY
    this.refill(nowMs)
    return Math.max(this.tokens, 0)
  }

  /** Gives back what was taken and not used. */
  refund(bytes: number): void {
    if (this.ratePerSecond !== undefined) this.tokens = Math.min(this.tokens + bytes, this.burst())
  }

  private burst(): number {
    return this.ratePerSecond === undefined
      ? 0
      : this.ratePerSecond === 0
        ? 0
        : Math.max((this.ratePerSecond * BURST_MS) / 1_000, MIN_BURST_BYTES)
  }

  private refill(nowMs: number): void {
    if (this.ratePerSecond !== undefined && nowMs > this.lastMs) {
      this.tokens = Math.min(this.tokens + (this.ratePerSecond * (nowMs - this.lastMs)) / 1_000, this.burst())
    }
    if (nowMs > this.lastMs) this.lastMs = nowMs
  }
}

/** All buckets that one transfer must pass, outermost first. */
export function waitMsOf(buckets: readonly TokenBucket[], nowMs: number): number {
  let longest = 0
  for (const bucket of buckets) longest = Math.max(longest, bucket.waitMs(nowMs))
  return longest
}

export function takeFrom(buckets: readonly TokenBucket[], bytes: number, nowMs: number): void {
  for (const bucket of buckets) bucket.take(bytes, nowMs)
}
