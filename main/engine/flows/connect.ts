/** Dialling a peer that the user names by its address. */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Peer } from '../../../shared/contract/model.ts'
import { addressOf, peerIdOf, peerIn } from './addresses.ts'
import type { EngineContext } from './context.ts'
import { peersOf } from './peer-list.ts'

const CONNECT_TIMEOUT_MS = 15_000

export async function connectTo(context: EngineContext, address: string, signal?: AbortSignal): Promise<Peer> {
  const target = addressOf(address)
  const id = peerIn(target)
  if (id === undefined) throw new ShoalError('BAD_INPUT', 'The address must end in /p2p/ and a peer id.', { address })
  const peer = peerIdOf(id)
  if (peer.equals(context.node.peerId))
    throw new ShoalError('BAD_INPUT', 'This is the address of this node.', { address })
  const timeout = AbortSignal.timeout(CONNECT_TIMEOUT_MS)
  try {
    await context.node.dial(peer, [target], signal === undefined ? timeout : AbortSignal.any([signal, timeout]))
  } catch (error) {
    if (signal?.aborted === true) throw new ShoalError('CANCELLED', 'Cancelled.', { address }, { cause: error })
    const reason = error instanceof Error ? error.message : String(error)
    throw new ShoalError('NETWORK', `${address} cannot be reached: ${reason}`, { address }, { cause: error })
  }
  context.routing.book.learn(peer, [target], 'remembered')
  const found = peersOf(context).find((candidate) => candidate.peer === id)
  if (found === undefined) throw new ShoalError('NETWORK', 'The connection was lost at once.', { address })
  return found
}
