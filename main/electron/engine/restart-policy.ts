/**
 * When an engine that ended by itself is started again: after 1, 2, 4 … 30 s, and not any more after MAX_FAILURES in a row
 * or a failure that another try cannot mend. A run of STEADY_MS forgets the failures before it. Pure.
 * Rule [EL18].
 */
export const FIRST_DELAY_MS = 1_000
export const MAX_DELAY_MS = 30_000
/** 1 + 2 + 4 + 8 + 16 + 30 s of trying: what has not mended itself by then needs a person. */
export const MAX_FAILURES = 7
export const STEADY_MS = 60_000

export interface EngineEnd {
  /** How long it had been running (since it said so); undefined: it never did. */
  readonly ranMs?: number
  /** A ShoalError code, when it could say one. */
  readonly code?: string
  readonly reason: string
}

export type RestartDecision =
  | { readonly restart: true; readonly delayMs: number; readonly failures: number }
  | { readonly restart: false; readonly failures: number }

/** Another process holds the profile, or the profile is unusable: the same again in a second. */
const HOPELESS = new Set(['PROFILE_BUSY', 'PATH_UNREADABLE', 'PATH_READ_ONLY', 'BAD_INPUT', 'IDENTITY_LOCKED'])

export function decideRestart(end: EngineEnd, failuresBefore: number): RestartDecision {
  const failures = (end.ranMs ?? 0) >= STEADY_MS ? 1 : failuresBefore + 1
  if (end.code !== undefined && HOPELESS.has(end.code)) return { restart: false, failures }
  if (failures >= MAX_FAILURES) return { restart: false, failures }
  return { restart: true, delayMs: Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS), failures }
}
