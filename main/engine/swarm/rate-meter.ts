/**
 * How fast something moves, as an exponentially decaying count of bytes. Pure: time comes in as `nowMs`.
 *
 * After t ms of a steady r bytes/s the plain decaying count shows r x (1 - e^(-t/tau)); the same factor is divided out,
 * so the first second of a transfer already shows its true speed (bias correction as in Adam, Kingma & Ba 2015).
 */
export class RateMeter {
  private readonly tauMs: number
  private weighted = 0
  private lastMs = 0
  private startMs: number | undefined
  /** Bytes ever added. */
  total = 0

  /** @param tauMs time constant: what happened tau ago counts for 37 %. */
  constructor(tauMs = 2_000) {
    this.tauMs = tauMs
  }

  add(bytes: number, nowMs: number): void {
    this.decay(nowMs)
    this.startMs ??= nowMs
    this.weighted += bytes
    this.total += bytes
  }

  /** Bytes per second at `nowMs`; 0 before anything was added and when less than 1 is left of it. */
  rate(nowMs: number): number {
    if (this.startMs === undefined) return 0
    this.decay(nowMs)
    // The first bytes arrive at age 0, where the correction would divide by 0: no claim about less than 50 ms.
    const ageMs = Math.max(nowMs - this.startMs, 50)
    const rate = (this.weighted / this.tauMs / (1 - Math.exp(-ageMs / this.tauMs))) * 1_000
    if (rate < 1) {
      this.startMs = undefined
      this.weighted = 0
      return 0
    }
    return rate
  }

  private decay(nowMs: number): void {
    const elapsedMs = nowMs - this.lastMs
    if (elapsedMs <= 0) return
    this.weighted *= Math.exp(-elapsedMs / this.tauMs)
    this.lastMs = nowMs
  }
}
