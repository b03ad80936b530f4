/** What would happen if the download went there: asked anew, after a moment of rest, when what it depends on changes. Rule [UI12]. */
import { useEffect, useState } from 'react'
import type { DestinationPlan } from '../../shared/contract/network-view.ts'
import { useApi } from '../engine/hooks.ts'

/** Somebody who clicks through a tree is not asked about after each click. */
const REST_MS = 250

export type Plan =
  /** What it contains is not known: nor is what room it needs. */
  | { readonly state: 'not-yet' }
  | { readonly state: 'asking' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'known'; readonly plan: DestinationPlan }

export interface PlanQuestion {
  readonly root: string
  /** Whether the manifest is here. */
  readonly isKnown: boolean
  readonly destination: string | undefined
  /** Called when it is asked; undefined: all files. */
  readonly select: () => number[] | undefined
  /** Changes of the selection so far. */
  readonly version: number
}

export function usePlan({ root, isKnown, destination, select, version }: PlanQuestion): Plan {
  const api = useApi()
  const [plan, setPlan] = useState<Plan>({ state: isKnown ? 'asking' : 'not-yet' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for what `select` would return.
  useEffect(() => {
    if (api === undefined || !isKnown) return
    let isCurrent = true
    const timer = setTimeout(() => {
      const chosen = select()
      api
        .planDownload({
          root,
          ...(destination === undefined ? {} : { destination }),
          ...(chosen === undefined ? {} : { select: chosen }),
        })
        .then(
          (answer) => isCurrent && setPlan({ state: 'known', plan: answer }),
          (error: unknown) => isCurrent && setPlan({ state: 'failed', error }),
        )
    }, REST_MS)
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [api, root, isKnown, destination, version])
  return plan
}
