/** What every flow works with: the parts of one running engine. Built once, in engine.ts. */

import type { CID } from 'multiformats/cid'
import type { Change, LogEntry, NetworkMode } from '../../../shared/contract/model.ts'
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

export interface EngineOptions {
  /** Folder of this profile: identity, database, logs. Created by whoever holds its lock. */
  readonly profileDir: string
  readonly network: NetworkMode
  /** Where downloads go when nothing else is said. */
  readonly downloadDir: string
  /** TCP port; absent: the one used last time, else any. */
  readonly listenPort?: number
  /** Multiaddrs with /p2p/ of peers to begin with. */
  readonly bootstrap: readonly string[]
  /** What this node calls itself; absent: two words derived from its peer id. */
  readonly name?: string
  readonly lanDht?: boolean
  readonly internetDht?: boolean
  readonly mdns?: boolean
  readonly quic?: boolean
  readonly uploadSlots?: number
  readonly logger: Logger
}

export interface EngineContext {
  readonly options: EngineOptions
  readonly clock: Clock
  readonly store: Store
  readonly node: ShoalNode
  readonly routing: Routing
  readonly importance: Importance
  /** Shares whose manifest is being read from the store, a few at a time. */
  readonly recalling: Gate
  readonly logger: Logger
  readonly metrics: EngineMetrics
  readonly nodeName: string
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
