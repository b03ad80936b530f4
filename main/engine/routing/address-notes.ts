/**
 * Addresses of peers as they were told, newest first, and the route by which a peer first became known. Bounded per
 * peer and in peers; what the mode may not dial is not noted (SPEC [NE63]).
 */
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Route } from '../../../shared/contract/model.ts'
import { withoutPeerId } from '../network/address-rules.ts'

/** A laptop has a handful of addresses, and keeps some old ones worth a try. */
const MAX_ADDRESSES = 12
const MAX_PEERS = 512

interface Note {
  addresses: readonly Multiaddr[]
  route: Route
}

export class AddressNotes {
  private readonly mayDial: (address: Multiaddr) => boolean
  private readonly notes = new Map<string, Note>() // <= MAX_PEERS; oldest first

  constructor(mayDial: (address: Multiaddr) => boolean) {
    this.mayDial = mayDial
  }

  /** True when there is an address among them that was not known. */
  add(peer: string, addresses: readonly Multiaddr[], route: Route): boolean {
    const usable = addresses.filter((address) => this.mayDial(address)).map(withoutPeerId)
    const note = this.notes.get(peer)
    const old = note?.addresses ?? []
    const fresh = usable.filter((address) => !old.some((other) => other.equals(address)))
    if (usable.length === 0) return false
    const kept = old.filter((address) => !usable.some((other) => other.equals(address)))
    this.notes.delete(peer)
    this.notes.set(peer, {
      addresses: unique([...usable, ...kept]).slice(0, MAX_ADDRESSES),
      // Who came to us by itself may turn out to be a neighbour, or somebody the swarm speaks of.
      route: note === undefined || note.route === 'inbound' ? route : note.route,
    })
    const oldest = this.notes.keys().next().value
    if (this.notes.size > MAX_PEERS && oldest !== undefined) this.notes.delete(oldest)
    return fresh.length > 0
  }

  of(peer: string): Multiaddr[] {
    return [...(this.notes.get(peer)?.addresses ?? [])]
  }

  routeOf(peer: string): Route | undefined {
    return this.notes.get(peer)?.route
  }

  forget(peer: string): void {
    this.notes.delete(peer)
  }
}

function unique(addresses: readonly Multiaddr[]): Multiaddr[] {
  return [...new Map(addresses.map((address) => [address.toString(), address])).values()]
}
