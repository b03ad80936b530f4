/**
 * A stream of the exchange protocol to a peer: on a connection that is there and fit for it, or on a new one. Connections
 * through somebody else's relay are not: they end after minutes and a few kilobytes, and serve to agree on a direct one.
 */
import type { Connection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { StreamLink } from '../exchange/stream-link.ts'
import { EXCHANGE_PROTOCOL } from '../network/protocols.ts'
import { widenReceiveWindow } from '../network/stream-window.ts'
import type { EngineContext } from './context.ts'

export async function openLink(context: EngineContext, peer: string, signal: AbortSignal): Promise<StreamLink> {
  const { node, routing, clock } = context
  const id = peerIdFromString(peer)
  const connection =
    fitConnection(node.libp2p.getConnections(id)) ?? (await node.dial(id, routing.book.addresses(id), signal))
  const stream = await connection.newStream(EXCHANGE_PROTOCOL, { signal })
  widenReceiveWindow(stream)
  return new StreamLink(stream, peer, true, clock, () => context.breached(peer))
}

type Facts = Pick<Connection, 'status' | 'limits'>

export function fitConnection<C extends Facts>(connections: readonly C[]): C | undefined {
  return connections.find(({ status, limits }) => status === 'open' && limits === undefined)
}
