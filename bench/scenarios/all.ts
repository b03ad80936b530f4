/** Every scenario, in the order in which they run: what needs a quiet machine first. */
import { flashCrowd } from './flash-crowd.ts'
import { index, smallFiles } from './indexing.ts'
import { killed, silent } from './losses.ts'
import { restart } from './restart.ts'
import type { Scenario } from './scenario.ts'
import { start } from './start.ts'
import { fourSources, transfer } from './transfer.ts'
import { twoOfFour } from './two-of-four.ts'

export const SCENARIOS: readonly Scenario[] = [
  start,
  index,
  transfer,
  fourSources,
  smallFiles,
  killed,
  silent,
  twoOfFour,
  restart,
  flashCrowd,
]
