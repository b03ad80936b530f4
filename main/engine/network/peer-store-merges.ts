/**
 * The library writes to its peer store at every step of a connection: each stream that opens, at either end, merges its
 * protocol into the peer's entry, each answer of a DHT query the addresses it names. Nearly all of it is known already,
 * and each time the entry is locked, decoded, merged, encoded and stored: 27 times per connection when nine peers meet.
 * Here a merge that would add nothing is answered with the entry as the last write left it.
 */
import type { Peer, PeerData, PeerId, PeerStore } from '@libp2p/interface'

/** A merge also says that the entry is alive. The store lets addresses go after hours, so once in a while is enough. */
const TRUST_MS = 60_000

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
  const remembering = async <R extends Peer | undefined>(id: PeerId, written: Promise<R>): Promise<R> => {
    const key = id.toString()
    known.delete(key)
    underWay.set(key, (underWay.get(key) ?? 0) + 1)
    let result: R | undefined
    try {
      result = await written
      return result
    } finally {
      const others = (underWay.get(key) ?? 1) - 1
      if (others > 0) underWay.set(key, others)
      else {
        underWay.delete(key)
        if (result !== undefined && isPinned(id)) known.set(key, { peer: result, at: now() })
      }
    }
  }

  const { save, patch, merge, delete: remove } = store
  store.save = (id, data, options) => remembering(id, save.call(store, id, data, options))
  store.patch = (id, data, options) => remembering(id, patch.call(store, id, data, options))
  store.delete = async (id, options) => {
    await remembering(
      id,
      remove.call(store, id, options).then(() => undefined),
    )
  }
  store.merge = (id, data, options) => {
    const entry = known.get(id.toString())
    if (entry === undefined || now() - entry.at >= TRUST_MS || !addsNothing(data, entry.peer))
      return remembering(id, merge.call(store, id, data, options))
    return Promise.resolve(entry.peer)
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
