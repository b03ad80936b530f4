/** A client's copy of an engine, from the parts that a test cares for. */
import type { ImportJob, NodeStatus, Peer, ShareSummary, SwarmPeer } from '../../../../shared/contract/model.ts'
import { applySnapshot, type ReplicaState } from '../../../../shared/contract/replica.ts'
import type { Settings } from '../../../../shared/contract/settings.ts'
import { node, settingsView } from '../../../support/samples.ts'

export interface ReplicaParts {
  readonly node?: Partial<NodeStatus>
  readonly settings?: Partial<Settings>
  readonly shares?: ShareSummary[]
  readonly jobs?: ImportJob[]
  readonly peers?: Peer[]
  readonly swarm?: SwarmPeer[]
}

export function replica(parts: ReplicaParts = {}): ReplicaState {
  return applySnapshot({
    seq: 0,
    at: 0,
    node: node(parts.node),
    settings: settingsView(parts.settings),
    shares: parts.shares ?? [],
    jobs: parts.jobs ?? [],
    peers: parts.peers ?? [],
    swarm: parts.swarm ?? [],
    log: [],
  })
}
