/**
 * The library writes to its peer store at every step of a connection: each stream that opens, at either end, merges its
 * protocol into the peer's entry, each answer of a DHT query the addresses it names. Nearly all of it is known already,
 * and each time the entry is locked, decoded, merged, encoded and stored: 27 times per connection when nine peers meet.
 * Here a merge that would add nothing is answered with the entry as the last write left it.
 */
import type { AbortOptions, Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'

/** A merge also says that the entry is alive. The store lets addresses go after hours, so once in a while is enough. */
const TRUST_MS = 60_000

type Write = (id: PeerId, data: PeerData, options?: AbortOptions) => Promise<Peer>

/**
 * Changes `store` in place. `isPinned`: the store keeps this peer's entry while that holds; nothing is remembered of
 * others. `now` in ms. Returns what to call when a peer is no longer pinned.
 */
export function spareMerges(
  store: PeerStore,
  isPinned: (peer: PeerId) => boolean,
  now: () => number,
): (peer: PeerId) => void {
  const known = new Map<string, { readonly peer: Peer; readonly at: number }>() // peer id -> its entry; pinned peers
  const underWay = new Map<string, number>() // peer id -> writes begun and not finished

  // While a write is under way the entry is not known. The store does them in order: the last result is the entry.
  const remembering =
    (write: Write): Write =>
    async (id, data, options) => {
      const key = id.toString()
      known.delete(key)
      underWay.set(key, (underWay.get(key) ?? 0) + 1)
      let peer: Peer | undefined
      try {
        peer = await write(id, data, options)
        return peer
      } finally {
        const others = (underWay.get(key) ?? 1) - 1
        if (others > 0) underWay.set(key, others)
        else {
          underWay.delete(key)
          if (peer !== undefined && isPinned(id)) known.set(key, { peer, at: now() })
        }
      }
    }

  const merge = remembering(store.merge.bind(store))
  const remove = store.delete.bind(store)
  store.save = remembering(store.save.bind(store))
  store.patch = remembering(store.patch.bind(store))
  store.merge = (id, data, options) => {
    const entry = known.get(id.toString())
    if (entry === undefined || now() - entry.at >= TRUST_MS || !addsNothing(data, entry.peer))
      return merge(id, data, options)
    return Promise.resolve(entry.peer)
  }
  store.delete = (id, options) => {
    known.delete(id.toString())
    return remove(id, options)
  }
  return (peer) => void known.delete(peer.toString())
}

function addsNothing(data: PeerData, { addresses, protocols }: Peer): boolean {
  const { multiaddrs = [], protocols: spoken = [], ...others } = data
  return (
    Object.keys(others).length === 0 &&
    spoken.every((protocol) => protocols.includes(protocol)) &&
    multiaddrs.every((address) => addresses.some(({ multiaddr }) => multiaddr.equals(address)))
  )
}
