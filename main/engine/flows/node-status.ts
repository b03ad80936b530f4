/** The node itself as a value of the contract. */
import type { NodeStatus } from '../../../shared/contract/model.ts'
import { VERSION } from '../../../shared/version.ts'
import type { EngineContext } from './context.ts'
import type { ShareBook } from './shares.ts'
import { shareSpeed } from './summaries.ts'

export interface NodeFacts {
  readonly startedAt: number
  /** How many there are now. */
  uploadSlots(): number
  readonly shares: ShareBook
}

/** Payload of this run, of shares that are gone as well. */
export function payloadOf({ shares }: Pick<NodeFacts, 'shares'>): { received: number; sent: number } {
  let { receivedBytes: received, sentBytes: sent } = shares.gone
  for (const { exchange } of shares) {
    received += exchange.down.total
    sent += exchange.up.total
  }
  return { received, sent }
}

export function statusOf(context: EngineContext, { startedAt, uploadSlots, shares }: NodeFacts): NodeStatus {
  const { node } = context
  let down = 0
  let up = 0
  const payload = payloadOf({ shares })
  const wire = node.wireBytes()
  for (const share of shares) {
    down += shareSpeed(share, 'down')
    up += shareSpeed(share, 'up')
  }
  return {
    peer: node.peerId.toString(),
    name: context.nodeName,
    version: VERSION,
    startedAt,
    network: node.mode,
    profile: context.options.profileDir,
    listening: [...context.ownAddresses()],
    reachable: node.reachable().map(String),
    connections: node.libp2p.getConnections().length,
    shoalPeers: node.shoalPeers.list().length,
    dht: node.dhts.map((dht) => ({ route: dht.route, mode: dht.mode(), tablePeers: dht.tablePeers() })),
    quic: node.capabilities.quic.on,
    downBytesPerSecond: down,
    upBytesPerSecond: up,
    receivedBytes: payload.received,
    sentBytes: payload.sent,
    wireReceivedBytes: wire.received,
    wireSentBytes: wire.sent,
    uploadSlots: uploadSlots(),
    ...(context.downBucket.rate === undefined ? {} : { limitDownBytesPerSecond: context.downBucket.rate }),
    ...(context.upBucket.rate === undefined ? {} : { limitUpBytesPerSecond: context.upBucket.rate }),
  }
}
