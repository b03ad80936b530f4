/** Reading peer ids and addresses that come from outside: from the user, from links, from peers. */
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { type AddressScope, addressScope } from '../network/address-rules.ts'

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

/** How far from a machine an address of each kind can lead: what is near is of no use to who is far. */
const REACH: Record<AddressScope, number> = {
  loopback: 0,
  'link-local': 1,
  private: 1,
  public: 2,
  name: 2,
  relay: 2,
  unusable: 3,
  other: 3,
}

/**
 * Of a peer's addresses those that lead to it from where `listener` is: 127.0.0.1 leads somebody on another machine to
 * himself, and 192.168.1.5 leads somebody on the internet to a stranger.
 */
export function usefulTo(listener: Multiaddr, addresses: readonly Multiaddr[]): Multiaddr[] {
  const from = REACH[addressScope(listener)]
  return addresses.filter((address) => {
    const reach = REACH[addressScope(address)]
    return reach >= Math.min(from, 2) && reach < 3
  })
}
