/**
 * Lets long computations share the event loop: after `sliceMs` of work the next turn of the loop is awaited, so that
 * timers and sockets never wait longer than that for us.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Far below the 50 ms that anyone would notice, far above the cost of a turn. */
const SLICE_MS = 8

export class Turns {
  #since = performance.now()

  /** Whether this turn has lasted long enough. */
  due(): boolean {
    return performance.now() - this.#since > SLICE_MS
  }

  /** Waits for the loop's next turn; throws when aborted meanwhile. */
  async next(signal?: AbortSignal): Promise<void> {
    await nextTurn()
    signal?.throwIfAborted()
    this.#since = performance.now()
  }
}

/** Runs a generator to its end, a slice at a time; what it yields is only an occasion to pause. */
export async function inTurns<T>(work: Generator<void, T>, signal?: AbortSignal): Promise<T> {
  const turns = new Turns()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (turns.due()) await turns.next(signal)
  }
}
