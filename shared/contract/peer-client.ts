/**
 * EngineApi over an oRPC peer, whatever carries its messages. Who makes the peer feeds it what arrives and closes it when
 * the connection ends. Rules [DA2] [EL21].
 */
import { createORPCClient } from '@orpc/client'
import { StandardRPCLink } from '@orpc/client/standard'
import type { ClientPeer } from '@orpc/standard-server-peer'
import type { EngineApi } from './engine-api.ts'
import { type ContractClient, engineClient } from './engine-client.ts'

/** `closedMessage`: what a call says that is made while `isOpen` denies. */
export function apiOverPeer(peer: ClientPeer, isOpen: () => boolean, closedMessage: string): EngineApi {
  const link = new StandardRPCLink(
    {
      async call(request) {
        if (!isOpen()) throw new Error(closedMessage)
        const response = await peer.request(request)
        return { ...response, body: () => Promise.resolve(response.body) }
      },
    },
    // Never dialled: oRPC leaves this origin out of its messages, and only the path counts.
    { url: 'http://orpc' },
  )
  const client: ContractClient = createORPCClient(link)
  return engineClient(client)
}
