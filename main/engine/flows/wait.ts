/** Waiting that ends: by its time, by a wake-up, or by the signal. */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Clock } from '../exchange/ports.ts'

/** Never rejects; whoever waits looks at the signal. `arm` is given the way to end the wait early. */
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

/** For what only looks: a client that cancels is answered at once, with CANCELLED, and what was asked for is let go. */
export async function unlessCancelled<T>(asked: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return asked
  const done = new AbortController()
  const cancelled = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new ShoalError('CANCELLED', 'Cancelled.'))
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true, signal: done.signal })
  })
  try {
    return await Promise.race([cancelled, asked])
  } finally {
    done.abort()
  }
}
