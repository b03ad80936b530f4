/** What every flow works with: the parts of one running engine. Built once, in engine.ts. */

import type { CID } from 'multiformats/cid'
import type { Change, LogEntry } from '../../../shared/contract/model.ts'
import { VERSION } from '../../../shared/version.ts'
import type { Clock } from '../exchange/ports.ts'
import type { StreamLink } from '../exchange/stream-link.ts'
import type { WaitingLine } from '../exchange/waiting-line.ts'
import type { ShoalNode } from '../network/shoal-node.ts'
import type { Gate } from '../routing/gate.ts'
import type { Routing } from '../routing/routing.ts'
import type { Store } from '../store/store.ts'
import type { FairQueue } from '../swarm/fair-queue.ts'
import type { TokenBucket } from '../swarm/token-bucket.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { EngineMetrics } from '../telemetry/metrics.ts'
import type { Importance } from './importance.ts'
import type { SettingOptions } from './settings-values.ts'

/** What is given here of the settings counts for this run and wins over what the profile has stored. */
export interface EngineOptions extends SettingOptions {
  /** Folder of this profile: identity, database, logs. Created by whoever holds its lock. */
  readonly profileDir: string
  /** The identity key, libp2p's protobuf form, when it does not lie in the profile. */
  readonly identity?: Uint8Array
  readonly logger: Logger
}

export interface EngineContext {
  readonly options: EngineOptions
  readonly clock: Clock
  /** When the engine was made: in ms since the epoch, and by `clock`. */
  readonly started: { readonly at: number; readonly ms: number }
  readonly store: Store
  readonly node: ShoalNode
  readonly routing: Routing
  readonly importance: Importance
  /** Shares whose manifest is being read from the store, a few at a time. */
  readonly recalling: Gate
  readonly logger: Logger
  readonly metrics: EngineMetrics
  /** What this node calls itself, now. */
  readonly nodeName: string
  /** Where downloads go when nothing else is said, now. */
  readonly downloadDir: string
  readonly downBucket: TokenBucket
  /** Turns of the shares at `downBucket`. */
  readonly downQueue: FairQueue
  readonly upBucket: TokenBucket
  /** Where all sessions wait that pass `upBucket`. */
  readonly upLine: WaitingLine
  publish(change: Change): void
  /** A line of the event log. Names of files stay out of it. */
  log(entry: Omit<LogEntry, 'at'>): void
  /** Upload slots may be dealt anew. */
  slotsChanged(): void
  /** Addresses that lead to this node, as told to others. */
  ownAddresses(): readonly string[]
  /** What a peer calls itself. */
  remember(peer: string, name: string, client: string): void
  /** No further announcement of a share. Never rejects. */
  silence(root: CID): Promise<void>
  /** The peer broke a rule of the exchange protocol. */
  breached(peer: string): void
  /** Opens an exchange stream on a connection that is there, or dials. */
  openLink(peer: string, signal: AbortSignal): Promise<StreamLink>
}

/** What peers see of this program. */
export const CLIENT = `shoal/${VERSION}`
