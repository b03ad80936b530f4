/** Waiting that ends: by its time, by a wake-up, or by the signal. Never rejects; whoever waits looks at the signal. */
import type { Clock } from '../exchange/ports.ts'

/** `arm` is given the way to end the wait early. */
export function waitMs(clock: Clock, ms: number, signal: AbortSignal, arm?: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    arm?.(done)
    if (signal.aborted) done()
    else signal.addEventListener('abort', done, { once: true })
  })
}
