/** How often something may happen: so many times at once, then so many a second. Pure: time comes in. */
export class Allowance {
  private readonly burst: number
  private readonly perSecond: number
  private left: number
  private atMs: number

  constructor(burst: number, perSecond: number, nowMs: number) {
    this.burst = burst
    this.perSecond = perSecond
    this.left = burst
    this.atMs = nowMs
  }

  /** False when it happens too often. What costs more than is left may still go into debt once. */
  spend(nowMs: number, cost = 1): boolean {
    this.left = Math.min(this.left + ((nowMs - this.atMs) * this.perSecond) / 1_000, this.burst)
    this.atMs = nowMs
    if (this.left < 1) return false
    this.left -= cost
    return true
  }
}
