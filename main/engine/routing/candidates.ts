/**
 * The peers that the book keeps dialling, as states and transitions (SPEC [NE60]-[NE64]); pure, with `now` and `random`
 * passed in.
 *
 *   waiting --due--> dialling --connected--> connected --lost--> waiting
 *                        `--failed--> waiting (longer)
 *
 * A connection that ends before STABLE_MS counts as a failed attempt: a peer that throws us out, or that we throw out,
 * is not courted four times a second.
 */
import { redialDelayMs } from './backoff.ts'

export const STABLE_MS = 10_000

/**
 * Why the peer is dialled; decides what is dropped first when there are too many, and who counts as known at the door.
 * `met` came by itself since we started, `told` is what others say of a third: both may be anybody.
 */
export type Tie = 'bootstrap' | 'linked' | 'neighbour' | 'remembered' | 'met' | 'told'

export type CandidateState =
  | { readonly state: 'waiting'; readonly attempt: number; readonly sinceMs: number; readonly dueAt: number }
  | { readonly state: 'dialling'; readonly attempt: number; readonly sinceMs: number }
  | { readonly state: 'connected'; readonly attempt: number; readonly sinceMs: number }

export interface Candidate {
  readonly peer: string
  readonly tie: Tie
  readonly important: boolean
  /** Unix ms of the last time it was connected, or was reported by somebody. */
  readonly lastSeenAt: number
  readonly at: CandidateState
}

/** A new candidate is dialled at once, or within `spreadMs` when many are added together. */
export function added(
  peer: string,
  tie: Tie,
  now: number,
  lastSeenAt: number,
  spread: { spreadMs: number; random: number },
): Candidate {
  const dueAt = now + spread.spreadMs * spread.random
  return { peer, tie, important: false, lastSeenAt, at: { state: 'waiting', attempt: 0, sinceMs: now, dueAt } }
}

export function dialled(candidate: Candidate): Candidate {
  if (candidate.at.state !== 'waiting') return candidate
  const { attempt, sinceMs } = candidate.at
  return { ...candidate, at: { state: 'dialling', attempt, sinceMs } }
}

export function connected(candidate: Candidate, now: number): Candidate {
  if (candidate.at.state === 'connected') return candidate
  return { ...candidate, lastSeenAt: now, at: { state: 'connected', attempt: candidate.at.attempt, sinceMs: now } }
}

/** A dial failed. The time since the loss goes on. */
export function failed(candidate: Candidate, now: number, random: number): Candidate {
  if (candidate.at.state !== 'dialling') return candidate
  return waiting(candidate, candidate.at.attempt + 1, candidate.at.sinceMs, now, random)
}

/** The last connection ended. */
export function lost(candidate: Candidate, now: number, random: number): Candidate {
  if (candidate.at.state !== 'connected') return candidate
  const stable = now - candidate.at.sinceMs >= STABLE_MS
  const attempt = stable ? 0 : candidate.at.attempt + 1
  return waiting({ ...candidate, lastSeenAt: now }, attempt, now, now, random)
}

/** A download has begun or ceased to wait for this peer. Becoming important starts the hurry anew. */
export function withImportance(candidate: Candidate, important: boolean, now: number, random: number): Candidate {
  if (candidate.important === important) return candidate
  const changed = { ...candidate, important }
  if (!important || candidate.at.state !== 'waiting') return changed
  const dueAt = now + redialDelayMs({ attempt: 0, important, waitingMs: 0, random })
  return { ...changed, at: { state: 'waiting', attempt: 0, sinceMs: now, dueAt: Math.min(dueAt, candidate.at.dueAt) } }
}

/** News of the peer (an address, a sign of life): try soon, whatever the back-off says, but do not start a storm. */
export function nudged(candidate: Candidate, now: number, random: number): Candidate {
  const seen = { ...candidate, lastSeenAt: now }
  if (candidate.at.state !== 'waiting') return seen
  const soon = now + redialDelayMs({ attempt: 0, important: false, waitingMs: 0, random })
  return { ...seen, at: { ...candidate.at, dueAt: Math.min(candidate.at.dueAt, soon) } }
}

const RANK: Record<Tie, number> = { bootstrap: 5, linked: 4, neighbour: 3, remembered: 2, met: 1, told: 0 }

/** Has this peer a right to the slots that strangers may not have? */
export function isKnown({ tie, important }: Candidate): boolean {
  return important || (tie !== 'met' && tie !== 'told')
}

/** Which one to drop when there are too many: unconnected, unimportant, loosely tied, long not seen. */
export function mostDispensable(candidates: Iterable<Candidate>): Candidate | undefined {
  let worst: Candidate | undefined
  for (const candidate of candidates) {
    if (worst === undefined || dispensability(candidate, worst) > 0) worst = candidate
  }
  return worst
}

function dispensability(a: Candidate, b: Candidate): number {
  return (
    Number(b.important) - Number(a.important) ||
    Number(b.at.state === 'connected') - Number(a.at.state === 'connected') ||
    RANK[b.tie] - RANK[a.tie] ||
    b.lastSeenAt - a.lastSeenAt
  )
}

function waiting(candidate: Candidate, attempt: number, sinceMs: number, now: number, random: number): Candidate {
  const delayMs = redialDelayMs({ attempt, important: candidate.important, waitingMs: now - sinceMs, random })
  return { ...candidate, at: { state: 'waiting', attempt, sinceMs, dueAt: now + delayMs } }
}
