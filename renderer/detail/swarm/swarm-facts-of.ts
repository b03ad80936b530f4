/** What the picture of the swarm needs of a share, its peers and the node, and nothing more. Pure. */
import type { Peer, ShareSummary, SwarmPeer } from '../../../shared/contract/model.ts'
import type { ReplicaState } from '../../../shared/contract/replica.ts'
import { partHeld } from '../../model/part-held.ts'
import { peerName } from '../../model/peer-name.ts'

export type PeerCondition = 'here' | 'suspect' | 'gone' | 'banned'

export interface PeerFact {
  readonly peer: string
  readonly name: string
  readonly path: SwarmPeer['path']
  readonly condition: PeerCondition
  /** 0 to 1; undefined while the number of chunks is not known. */
  readonly complete: number | undefined
  readonly downBytesPerSecond: number
  readonly upBytesPerSecond: number
  readonly chokedByPeer: boolean
  readonly lastSeenAt: number
}

/** Peers drawn; more are told in words and stand in the table. */
export const MAX_DRAWN = 200

export interface SwarmFacts {
  /** In the order in which the engine told of them. At most MAX_DRAWN: those that move bytes first when there are more. */
  readonly peers: readonly PeerFact[]
  readonly total: number
  /** Of our own copy. */
  readonly complete: number
}

/** `isLost`: the engine is not heard. What was there is still shown, but nothing is said to move. */
export function swarmFacts(replica: ReplicaState, root: string, isLost: boolean): SwarmFacts {
  const share = replica.shares.get(root)
  const rows = [...(replica.swarm.get(root)?.values() ?? [])]
  const drawn = rows.length <= MAX_DRAWN ? rows : busiest(rows)
  return {
    peers: drawn.map((row) =>
      factOf(
        isLost ? { ...row, downBytesPerSecond: 0, upBytesPerSecond: 0 } : row,
        replica.peers.get(row.peer),
        share?.chunkCount,
      ),
    ),
    total: rows.length,
    complete: completeOf(share),
  }
}

export function completeOf(share: Pick<ShareSummary, 'haveChunks' | 'chunkCount'> | undefined): number {
  return share === undefined ? 0 : (partHeld(share, share.chunkCount) ?? 0)
}

function factOf(row: SwarmPeer, peer: Peer | undefined, chunkCount: number | undefined): PeerFact {
  return {
    peer: row.peer,
    name: peerName(peer ?? row),
    path: row.path,
    condition: conditionOf(row, peer),
    complete: partHeld(row, chunkCount),
    downBytesPerSecond: row.downBytesPerSecond,
    upBytesPerSecond: row.upBytesPerSecond,
    chokedByPeer: row.chokedByPeer,
    lastSeenAt: row.lastSeenAt,
  }
}

export function conditionOf(row: Pick<SwarmPeer, 'liveness'>, peer: Pick<Peer, 'blocked'> | undefined): PeerCondition {
  if (peer?.blocked !== undefined) return 'banned'
  if (row.liveness === 'gone') return 'gone'
  return row.liveness === 'suspect' ? 'suspect' : 'here'
}

function busiest(rows: readonly SwarmPeer[]): SwarmPeer[] {
  const rate = (row: SwarmPeer) => row.downBytesPerSecond + row.upBytesPerSecond
  const chosen = new Set([...rows].sort((a, b) => rate(b) - rate(a)).slice(0, MAX_DRAWN))
  return rows.filter((row) => chosen.has(row))
}
