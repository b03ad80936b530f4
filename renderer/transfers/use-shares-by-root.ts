/** The shares of a dialog, as they are now: those that are gone meanwhile are left out. */
import { useMemo } from 'react'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { useShares } from '../engine/hooks.ts'

export function useSharesByRoot(roots: readonly string[]): readonly ShareSummary[] {
  const shares = useShares()
  return useMemo(
    () =>
      roots.flatMap((root) => {
        const share = shares.get(root)
        return share === undefined ? [] : [share]
      }),
    [roots, shares],
  )
}
