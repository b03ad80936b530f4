/** Whether a download can be started from the sheet, and what stands in its way or should be known before. Pure. Rule [UI12]. */
import type { DestinationPlan } from '../../shared/contract/network-view.ts'

export type Readiness =
  | { readonly can: true; readonly warning?: 'little-room' | 'name-taken' }
  | { readonly can: false; readonly why: 'nothing-chosen' | 'missing' | 'not-writable' | 'no-plan' | 'no-engine' }

export interface ReadinessFacts {
  readonly hasEngine: boolean
  /** Undefined: all files, or not known yet. */
  readonly chosenFiles: number | undefined
  readonly plan: DestinationPlan | undefined
  readonly planFailed: boolean
}

export function readinessOf({ hasEngine, chosenFiles, plan, planFailed }: ReadinessFacts): Readiness {
  if (!hasEngine) return { can: false, why: 'no-engine' }
  if (chosenFiles === 0) return { can: false, why: 'nothing-chosen' }
  if (planFailed) return { can: false, why: 'no-plan' }
  // Not asked yet, or not known before the manifest is: the engine judges again when it is started.
  if (plan === undefined) return { can: true }
  if (!plan.exists) return { can: false, why: 'missing' }
  if (!plan.writable) return { can: false, why: 'not-writable' }
  // Too little room does not forbid it: it begins by itself when there is enough [FL5].
  if (plan.freeBytes !== undefined && plan.freeBytes < plan.neededBytes) return { can: true, warning: 'little-room' }
  return plan.nameTaken ? { can: true, warning: 'name-taken' } : { can: true }
}
