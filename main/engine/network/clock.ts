/**
 * Time as a parameter: what waits in network and routing takes a Clock, so that a test can be the clock (SPEC [NE17]).
 * It does not offer intervals: whoever repeats something decides each time when the next turn is due.
 */

export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Runs `fn` once, `delayMs` from now; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fn) {
    const timer = setTimeout(fn, delayMs)
    return () => clearTimeout(timer)
  },
}
