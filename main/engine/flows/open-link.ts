/** A stream of the exchange protocol to a peer: on a connection that is there and fit for it, or on a new one. */
import { peerIdFromString } from '@libp2p/peer-id'
import { StreamLink } from '../exchange/stream-link.ts'
import { EXCHANGE_PROTOCOL } from '../network/protocols.ts'
import { widenReceiveWindow } from '../network/stream-window.ts'
import type { EngineContext } from './context.ts'
import { directConnection } from './direct-connection.ts'

export async function openLink(context: EngineContext, peer: string, signal: AbortSignal): Promise<StreamLink> {
  const connection = await directConnection(context, peerIdFromString(peer), signal)
  const stream = await connection.newStream(EXCHANGE_PROTOCOL, { signal })
  widenReceiveWindow(stream)
  return new StreamLink(stream, peer, true, context.clock, () => context.breached(peer))
}
