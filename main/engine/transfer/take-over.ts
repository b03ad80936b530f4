/**
 * Endgame, at any time: which chunks asked of others would an idle peer bring clearly sooner? Pure: who asked what of
 * whom in, candidates out, the latest first. A chunk that is asked of a peer and not begun there is moved, one that is
 * begun is asked twice; `download.ts` does either. Implements SPEC [TR5].
 */
import type { PeerState } from './peer-state.ts'
import { MAX_WINDOW_REQUESTS } from './request-window.ts'

/** A chunk is taken over only where that brings it clearly sooner: by this factor and this many ms. */
const TAKEOVER_FACTOR = 2
const TAKEOVER_MARGIN_MS = 200
/** A chunk not begun this long after it was asked for is late whatever the peer's speed says, in ms. */
const OVERDUE_MS = 15_000
/** Peers that one chunk may be asked of at once, suspects not counted. */
export const MAX_HOLDERS = 2

/** Chunks asked twice at any time: endgame is about the last few. More would fill our own line with copies when it is the narrow one. */
export const MAX_ASKED_TWICE = 4

export interface Late {
  readonly index: number
  readonly holder: PeerState
  /** When it is expected from its holder, in ms from now. */
  readonly dueMs: number
}

/** Everything in flight elsewhere that `peer` could be asked for, the latest first. */
export function lateChunks(
  peer: PeerState,
  peers: Iterable<PeerState>,
  chunkLength: (index: number) => number,
  askedOf: (index: number) => readonly PeerState[],
  nowMs: number,
): Late[] {
  const late: Late[] = []
  for (const holder of peers) {
    if (holder === peer) continue
    let aheadBytes = 0
    let seen = 0
    for (const [index, request] of holder.requests) {
      aheadBytes += Math.max(chunkLength(index) - request.receivedBytes, 0)
      if (++seen > MAX_WINDOW_REQUESTS) break
      if (!peer.offers(index, nowMs) || activeHolders(askedOf(index)) >= MAX_HOLDERS) continue
      const overdue = request.receivedBytes === 0 && nowMs - request.askedAtMs > OVERDUE_MS
      const dueMs = holder.suspect || overdue ? Number.POSITIVE_INFINITY : holder.queuedArrivalMs(aheadBytes, nowMs)
      late.push({ index, holder, dueMs })
    }
  }
  return late.sort((a, b) => b.dueMs - a.dueMs)
}

/** Would a peer that brings the chunk in `arrivalMs` bring it clearly sooner? */
export function isClearlySooner(arrivalMs: number, dueMs: number): boolean {
  return dueMs >= arrivalMs * TAKEOVER_FACTOR + TAKEOVER_MARGIN_MS
}

function activeHolders(holders: readonly PeerState[]): number {
  let active = 0
  for (const holder of holders) if (!holder.suspect) active += 1
  return active
}
