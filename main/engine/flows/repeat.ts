/**
 * A job that is done again and again, so long after its last end, and sooner when asked: never twice at a time, and not any
 * more after `stop`. It knows nothing of what the job does; a failure is told and ends nothing.
 */
import type { Clock } from '../exchange/ports.ts'

export interface Repeated {
  /** The next one now, or right after the one that is under way. */
  hurry(): void
  /** Resolves when the one that is under way is done. */
  stop(): Promise<void>
}

/** @param everyMs from the end of one to the beginning of the next, in ms */
export function repeat(
  clock: Clock,
  everyMs: number,
  job: () => Promise<void>,
  failed: (error: unknown) => void,
): Repeated {
  let stopped = false
  let hurried = false
  let running: Promise<void> | undefined
  let cancel = () => {}
  const run = () => {
    cancel()
    hurried = false
    running = job()
      .catch(failed)
      .then(() => {
        running = undefined
        if (stopped) return
        if (hurried) run()
        else cancel = clock.after(everyMs, run)
      })
  }
  cancel = clock.after(everyMs, run)
  return {
    hurry() {
      if (stopped) return
      if (running === undefined) run()
      else hurried = true
    },
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
