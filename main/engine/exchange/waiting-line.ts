/**
 * Where sessions wait that pass the same bandwidth limit: whoever had least for its weight so far is next, so that everybody
 * gets an even part of the limit (or one by its share's priority), however large the parts are that each asks for. With a timer each, those whose timers happen to fire
 * first would get most of it. Counts are kept as in fair-queue.ts: who comes back after a pause begins where the others
 * are. The limits of one share or peer alone are not its business. Implements SPEC [TR7] and [TR14].
 */
import type { TokenBucket } from '../swarm/token-bucket.ts'
import type { Clock } from './ports.ts'

/** Longest single wait, in ms: the limit may change while we wait. */
const MAX_WAIT_MS = 250

interface Waiter {
  readonly served: number
  readonly go: () => void
}

export class WaitingLine {
  private readonly bucket: TokenBucket
  private readonly clock: Clock
  /** One for each session that sends, at most; in the order of coming. */
  private readonly waiting: Waiter[] = []
  /** Bytes that each has had, as counted for its turn: divided by its weight. */
  private readonly served = new WeakMap<object, number>()
  /** The count of whoever went last, before it went. */
  private virtual = 0
  private scheduled = false

  constructor(bucket: TokenBucket, clock: Clock) {
    this.bucket = bucket
    this.clock = clock
  }

  /**
   * Takes `bytes` from the bucket when it is its turn: at once, then undefined is returned, or before the promise resolves.
   * @param weight its part among those who wait, in proportion
   */
  pass(who: object, bytes: number, weight = 1): Promise<void> | undefined {
    const served = Math.max(this.served.get(who) ?? 0, this.virtual)
    const take = () => {
      this.virtual = Math.max(this.virtual, served)
      this.served.set(who, served + bytes / weight)
      this.bucket.take(bytes, this.clock.now())
    }
    if (this.waiting.length === 0 && this.bucket.waitMs(this.clock.now()) === 0) {
      take()
      return undefined
    }
    return new Promise((resolve) => {
      const go = () => {
        take()
        resolve()
      }
      this.waiting.push({ served, go })
      this.schedule()
    })
  }

  /** It did not send what it had taken. */
  giveBack(bytes: number): void {
    this.bucket.refund(bytes)
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0) return
    this.scheduled = true
    const waitMs = Math.min(this.bucket.waitMs(this.clock.now()), MAX_WAIT_MS)
    this.clock.after(waitMs, () => {
      this.scheduled = false
      while (this.waiting.length > 0 && this.bucket.waitMs(this.clock.now()) === 0) this.takeNext()?.go()
      this.schedule()
    })
  }

  private takeNext(): Waiter | undefined {
    let next = 0
    for (const [index, { served }] of this.waiting.entries()) {
      if (served < (this.waiting[next]?.served ?? Number.POSITIVE_INFINITY)) next = index
    }
    return this.waiting.splice(next, 1)[0]
  }
}
