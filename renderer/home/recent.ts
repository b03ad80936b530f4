/** Which shares stand on the home screen: the newest, and those that want something of the user first. Pure. */
import type { ShareSummary } from '../../shared/contract/model.ts'

export const MAX_RECENT = 8

export function recentShares(shares: Iterable<ShareSummary>): ShareSummary[] {
  return [...shares].sort((a, b) => urgency(b) - urgency(a) || lastAt(b) - lastAt(a)).slice(0, MAX_RECENT)
}

/** What waits for a choice, or has stopped by itself, is not buried under newer things. */
function urgency({ state, trouble }: ShareSummary): number {
  return state === 'ready' || state === 'failed' || trouble !== undefined ? 1 : 0
}

function lastAt({ addedAt, finishedAt }: ShareSummary): number {
  return Math.max(addedAt, finishedAt ?? 0)
}

/** A link that was opened and never begun is gone on with; what is fetched is watched; what is whole is handed on. */
export function openingOf({ state, origin, path, finishedAt }: ShareSummary): 'receive' | 'detail' | 'share' {
  if (origin === 'fetched' && path === undefined) return 'receive'
  return origin === 'in-place' || state === 'seeding' || finishedAt !== undefined ? 'share' : 'detail'
}
