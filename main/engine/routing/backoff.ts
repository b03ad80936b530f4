/**
 * When to try again (SPEC [NE60], [NE61]). Pure formulas; `random` is in [0, 1).
 *
 * A peer is re-dialled 0.25 s after its loss, then after 0.5, 1, 2 … s up to 5 min, each with jitter so that a class
 * whose Wi-Fi returns does not dial in step. A peer that an active download waits for is dialled at least once a second
 * for the first two minutes: a source that restarts is used again within a second of its return.
 */

export const FIRST_REDIAL_MS = 250
export const MAX_REDIAL_MS = 5 * 60_000
export const IMPORTANT_REDIAL_MS = 1000
export const IMPORTANT_FOR_MS = 2 * 60_000

/** Share of a delay that jitter may take off. Never adds: a cap stays a cap. */
const JITTER = 0.25

function exponential(firstMs: number, attempt: number, maxMs: number): number {
  // 2^30 already exceeds every cap here; beyond it the power would lose its integer precision for nothing.
  return Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30))
}

function jittered(delayMs: number, random: number): number {
  return delayMs * (1 - JITTER * random)
}

export interface RedialFacts {
  /** Failed attempts since the last connection that lasted. */
  readonly attempt: number
  readonly important: boolean
  /** Time since the connection was lost, or since the peer became important. */
  readonly waitingMs: number
  readonly random: number
}

export function redialDelayMs({ attempt, important, waitingMs, random }: RedialFacts): number {
  const hurry = important && waitingMs < IMPORTANT_FOR_MS
  return jittered(exponential(FIRST_REDIAL_MS, attempt, hurry ? IMPORTANT_REDIAL_MS : MAX_REDIAL_MS), random)
}

export const FIRST_LOOKUP_MS = 1000
export const MAX_LOOKUP_MS = 60_000

/** Pause before look-up `round` + 1 of one share in one DHT: 1, 2, 4 … 60 s. */
export function lookupDelayMs(round: number, random: number): number {
  return jittered(exponential(FIRST_LOOKUP_MS, round, MAX_LOOKUP_MS), random)
}

const FIRST_REANNOUNCE_MS = 5000
const MAX_REANNOUNCE_MS = 10 * 60_000

/** Pause after the `failures`-th failed announcement in a row (1 = the first). */
export function reannounceDelayMs(failures: number, random: number): number {
  return jittered(exponential(FIRST_REANNOUNCE_MS, failures - 1, MAX_REANNOUNCE_MS), random)
}
