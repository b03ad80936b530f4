/**
 * What a share's priority is worth where several shares pass the same limit: its part of it, in proportion. A share of low
 * priority still gets a nineteenth beside two of high priority, so nothing is ever starved. Pure. Implements SPEC [TR14].
 */
import type { Priority } from '../../../shared/contract/model.ts'

const WEIGHTS: Record<Priority, number> = { low: 1, normal: 3, high: 9 }

export function weightOf(priority: Priority): number {
  return WEIGHTS[priority]
}
