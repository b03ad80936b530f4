/** A pause that news can cut short: `wait` ends after the given time, or when `wake` is called, or when the signal aborts. */
import type { Clock } from '../network/clock.ts'

export class Wakeable {
  private readonly clock: Clock
  private resolve: (() => void) | undefined
  private pending = false

  constructor(clock: Clock) {
    this.clock = clock
  }

  /** A wake that comes while nobody waits is kept for the next wait. */
  wake(): void {
    if (this.resolve === undefined) this.pending = true
    else this.resolve()
  }

  async wait(delayMs: number, signal: AbortSignal): Promise<void> {
    if (this.pending || signal.aborted) {
      this.pending = false
      return
    }
    await new Promise<void>((resolve) => {
      const done = (): void => {
        cancel()
        signal.removeEventListener('abort', done)
        this.resolve = undefined
        resolve()
      }
      const cancel = this.clock.after(delayMs, done)
      signal.addEventListener('abort', done, { once: true })
      this.resolve = done
    })
  }
}
