/** From the values of several runs to one line of the table: median, spread, verdict, ratio. Pure. */
import type { Measure } from './budgets.ts'

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly runs: number
}

export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  const min = sorted[0]
  const max = sorted.at(-1)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) return undefined
  return { median: (lower + upper) / 2, min, max, runs: sorted.length }
}

export type Verdict = 'aim met' | 'met' | 'MISSED' | 'no budget'

/** Judges the median: that is the number the table shows. */
export function verdictOf({ better, required, aim }: Measure, value: number): Verdict {
  const meets = (limit: number) => (better === 'higher' ? value >= limit : value <= limit)
  if (aim !== undefined && meets(aim)) return 'aim met'
  if (required === undefined) return 'no budget'
  return meets(required) ? 'met' : 'MISSED'
}

/** How many times better ours is; below 1 it is worse. Undefined where a ratio says nothing (a time of zero). */
export function timesBetter({ better }: Measure, ours: number, theirs: number): number | undefined {
  const ratio = better === 'higher' ? ours / theirs : theirs / ours
  return Number.isFinite(ratio) && ratio > 0 ? ratio : undefined
}
