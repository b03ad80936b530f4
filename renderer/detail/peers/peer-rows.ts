/** Rows of the table of peers: what the share knows of a peer joined with what the node knows. Unchanged rows stay the same object. Pure. */
import type { Peer, SwarmPeer } from '../../../shared/contract/model.ts'
import { partHeld } from '../../model/part-held.ts'
import { peerName } from '../../model/peer-name.ts'
import { conditionOf, type PeerCondition } from '../swarm/swarm-facts-of.ts'

export interface PeerRow {
  readonly swarm: SwarmPeer
  readonly name: string
  readonly condition: PeerCondition
  readonly isBanned: boolean
  /** 0 to 1. */
  readonly complete: number | undefined
}

interface Known {
  readonly peer: Peer | undefined
  readonly chunkCount: number | undefined
  readonly row: PeerRow
}

/** What was made of a row of the replica: as long as that lives. */
const made = new WeakMap<SwarmPeer, Known>()

export function joinRows(
  swarm: ReadonlyMap<string, SwarmPeer>,
  peers: ReadonlyMap<string, Peer>,
  chunkCount: number | undefined,
): PeerRow[] {
  return [...swarm.values()].map((row) => {
    const peer = peers.get(row.peer)
    const known = made.get(row)
    if (known !== undefined && known.peer === peer && known.chunkCount === chunkCount) return known.row
    const joined = joinRow(row, peer, chunkCount)
    made.set(row, { peer, chunkCount, row: joined })
    return joined
  })
}

export function rowId({ swarm }: PeerRow): string {
  return swarm.peer
}

function joinRow(swarm: SwarmPeer, peer: Peer | undefined, chunkCount: number | undefined): PeerRow {
  const condition = conditionOf(swarm, peer)
  return {
    swarm,
    name: peerName(peer ?? swarm),
    condition,
    isBanned: condition === 'banned',
    complete: partHeld(swarm, chunkCount),
  }
}
