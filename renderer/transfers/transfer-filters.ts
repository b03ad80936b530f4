/** Which shares a tab of the transfers shows, and which a search finds. A share may belong to several tabs. Pure. Rule [UI27]. */
import type { ShareSummary } from '../../shared/contract/model.ts'
import { isPausedByUser, isWhole } from '../model/share-state.ts'

export const TRANSFER_FILTERS = ['all', 'downloading', 'sharing', 'paused', 'trouble'] as const
export type TransferFilter = (typeof TRANSFER_FILTERS)[number]

export function belongsTo(filter: TransferFilter, share: ShareSummary): boolean {
  const { state } = share
  switch (filter) {
    case 'all':
      return true
    case 'downloading':
      return !isWhole(share) && !isPausedByUser(share) && state !== 'failed'
    case 'sharing':
      return state === 'seeding'
    case 'paused':
      return isPausedByUser(share)
    case 'trouble':
      return state === 'failed' || share.trouble !== undefined
  }
}

export function countByFilter(shares: Iterable<ShareSummary>): Readonly<Record<TransferFilter, number>> {
  const counts = { all: 0, downloading: 0, sharing: 0, paused: 0, trouble: 0 }
  for (const share of shares) for (const filter of TRANSFER_FILTERS) if (belongsTo(filter, share)) counts[filter] += 1
  return counts
}

/** Without regard to case and accents; every word must occur, in the name or at the beginning of the root CID. */
export function searchFor(text: string): (share: ShareSummary) => boolean {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== '')
  return ({ name, root }) => {
    const within = folded(name)
    return words.every((word) => within.includes(word) || root.startsWith(word))
  }
}

function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** What was given per byte fetched; of what was never fetched, per byte that it has. Undefined before there is any. */
export function ratioOf(share: ShareSummary): number | undefined {
  const base = share.origin === 'in-place' ? (share.totalBytes ?? 0) : share.receivedBytes
  return base === 0 ? undefined : share.sentBytes / base
}
