/** Dialling a peer that the user names by its address, and reading peer ids and addresses that come from outside. */
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Peer } from '../../../shared/contract/model.ts'
import type { EngineContext } from './context.ts'
import { peersOf } from './summaries.ts'

const CONNECT_TIMEOUT_MS = 15_000

export async function connectTo(context: EngineContext, address: string, signal?: AbortSignal): Promise<Peer> {
  const target = addressOf(address)
  const id = peerIn(target)
  if (id === undefined) throw new ShoalError('BAD_INPUT', 'The address must end in /p2p/ and a peer id.', { address })
  const peer = peerIdOf(id)
  const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  try {
    await context.node.dial(peer, [target], signal === undefined ? timeout : AbortSignal.any([signal, timeout]))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShoalError('NETWORK', `${address} cannot be reached: ${reason}`, { address }, { cause: error })
  }
  context.routing.book.learn(peer, [target], 'remembered')
  const found = peersOf(context).find((candidate) => candidate.peer === id)
  if (found === undefined) throw new ShoalError('NETWORK', 'The connection was lost at once.', { address })
  return found
}

export function peerIdOf(peer: string): ReturnType<typeof peerIdFromString> {
  try {
    return peerIdFromString(peer)
  } catch (error) {
    throw new ShoalError('BAD_INPUT', `${peer} is not a peer id.`, { peer }, { cause: error })
  }
}

export function addressOf(address: string): Multiaddr {
  try {
    return multiaddr(address)
  } catch (error) {
    throw new ShoalError('BAD_INPUT', `${address} is not a multiaddr.`, { address }, { cause: error })
  }
}

/** The peer that an address leads to. */
export function peerIn(address: Multiaddr): string | undefined {
  return address.getComponents().findLast((component) => component.name === 'p2p')?.value
}
