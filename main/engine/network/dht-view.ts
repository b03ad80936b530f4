/**
 * What routing needs of one DHT, and nothing of the library's query events: find, provide, withdraw, and word of new
 * peers in its table. A look-up yields as it finds; whoever has enough stops iterating or aborts (SPEC [NE32]).
 */
import { createHash } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { PeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import type { DhtRoute } from './dht-service.ts'
import { type Bucket, bucketsOf, kadIdOf, tableOf } from './kad-table.ts'

export interface FoundProvider {
  readonly peer: PeerId
  readonly addresses: readonly Multiaddr[]
}

export interface DhtView {
  readonly route: DhtRoute
  mode(): 'client' | 'server'
  tablePeers(): number
  /** Our place in the network, the most peers of one of the library's buckets, and who is in the table. */
  table(): { readonly kadId: Uint8Array; readonly bucketSize: number; readonly buckets: readonly Bucket[] }
  /** Queries that we began: for providers, to place a record, for our neighbours. The library's own upkeep is not in it. */
  lookupsBegun(): number
  /** Peer ids of our table that are nearest to the root, nearest first. */
  nearest(root: CID, count: number): string[]
  findProviders(root: CID, signal: AbortSignal): AsyncIterable<FoundProvider>
  /**
   * Yields the id of each peer that took the record. The protocol knows no receipt: "took" means that the message was
   * written to a stream that the peer had accepted.
   */
  provide(root: CID, signal: AbortSignal): AsyncIterable<string>
  /** Stops the library's own refreshing. Records at others run out by themselves. */
  withdraw(root: CID): Promise<void>
  /** Asks the network for the peers nearest to ourselves: how a newcomer fills its table. */
  lookAround(signal: AbortSignal): Promise<void>
  /** A peer has entered the table. Returns the way to stop listening. */
  onPeer(listener: (peer: string) => void): () => void
}

/** A query puts a listener on its signal for every request in the air; Node would call the eleventh a leak. */
function shared(signal: AbortSignal): AbortSignal {
  const own = AbortSignal.any([signal])
  setMaxListeners(0, own)
  return own
}

export function dhtView(route: DhtRoute, dht: KadDHT, self: PeerId): DhtView {
  const table = tableOf(dht)
  const kadId = kadIdOf(self)
  let lookups = 0
  return {
    route,
    mode: () => dht.getMode(),
    tablePeers: () => table.size,
    table: () => ({ kadId, bucketSize: table.kBucketSize, buckets: bucketsOf(table, kadId) }),
    lookupsBegun: () => lookups,
    nearest(root, count) {
      // A key's place in the network is the SHA-256 of its multihash.
      const kadId = createHash('sha256').update(root.multihash.bytes).digest()
      return table.closestPeers(kadId, { count }).map((peer) => peer.toString())
    },
    async *findProviders(root, signal) {
      lookups++
      for await (const event of dht.findProviders(root, { signal: shared(signal) })) {
        if (event.name !== 'PROVIDER') continue
        for (const { id, multiaddrs } of event.providers) {
          if (!id.equals(self)) yield { peer: id, addresses: multiaddrs }
        }
      }
    },
    async *provide(root, signal) {
      lookups++
      for await (const event of dht.provide(root, { signal: shared(signal) })) {
        if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') yield event.from.toString()
      }
    },
    withdraw: (root) => dht.cancelReprovide(root),
    async lookAround(signal) {
      lookups++
      for await (const _ of dht.getClosestPeers(self.toMultihash().bytes, { signal: shared(signal) })) {
        // Running it is the point: every answer fills the table.
      }
    },
    onPeer(listener) {
      const onAdd = (event: CustomEvent<PeerId>): void => listener(event.detail.toString())
      table.addEventListener('peer:add', onAdd)
      return () => table.removeEventListener('peer:add', onAdd)
    },
  }
}
