/** What routing takes from outside besides the node: time, chance and a log. */
import type { Clock } from '../network/clock.ts'
import type { NetworkLogger } from '../network/logger.ts'

export interface RoutingTools {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly logger: NetworkLogger
}
