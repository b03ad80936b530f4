/**
 * The one place that looks inside of @libp2p/kad-dht's routing table. The library's interface leaves the table out; the object
 * has it (16.4.5: `dht.routingTable`, its `kb` a binary trie of prefixes whose leaves hold the peers, all of them, near and
 * far, split only while `depth` < 6). Every shape is checked before it is used, because another version may differ;
 * test/unit/network/kad-table.test.ts fails then.
 *
 * The trie's leaves are not Kademlia's buckets: beyond six bits it does not split, and a leaf that was never full holds
 * peers of any distance. So the peers are put into buckets here, by the leading bits that they have in common with us.
 */
import { createHash } from 'node:crypto'
import type { PeerId } from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'

export interface Table {
  readonly size: number
  readonly kBucketSize: number
  readonly kb: { toIterable(): Iterable<{ readonly kadId: Uint8Array; readonly peerId: PeerId }> }
  closestPeers(kadId: Uint8Array, options: { count: number }): PeerId[]
  addEventListener(type: 'peer:add', listener: (event: CustomEvent<PeerId>) => void): void
  removeEventListener(type: 'peer:add', listener: (event: CustomEvent<PeerId>) => void): void
}

export interface Bucket {
  readonly commonBits: number
  readonly peers: readonly PeerId[]
}

export function tableOf(dht: KadDHT): Table {
  const table: unknown = Reflect.get(dht, 'routingTable')
  if (isTable(table)) return table
  throw new Error('this version of @libp2p/kad-dht has no routing table to look at')
}

/** A peer's place in the network: the SHA-256 of its id (`convertPeerId` of the library). */
export function kadIdOf(peer: PeerId): Uint8Array {
  return createHash('sha256').update(peer.toMultihash().bytes).digest()
}

/** Buckets that hold somebody, furthest first. */
export function bucketsOf(table: Table, self: Uint8Array): Bucket[] {
  const buckets = new Map<number, PeerId[]>()
  for (const { kadId, peerId } of table.kb.toIterable()) {
    const bits = commonBits(self, kadId)
    const bucket = buckets.get(bits)
    if (bucket === undefined) buckets.set(bits, [peerId])
    else bucket.push(peerId)
  }
  return [...buckets].sort(([a], [b]) => a - b).map(([bits, peers]) => ({ commonBits: bits, peers }))
}

export function commonBits(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const different = (a[index] ?? 0) ^ (b[index] ?? 0)
    if (different !== 0) return index * 8 + Math.clz32(different) - 24
  }
  return a.length * 8
}

function isTable(table: unknown): table is Table {
  if (typeof table !== 'object' || table === null) return false
  const kb: unknown = Reflect.get(table, 'kb')
  return (
    'closestPeers' in table &&
    'addEventListener' in table &&
    typeof Reflect.get(table, 'size') === 'number' &&
    typeof Reflect.get(table, 'kBucketSize') === 'number' &&
    typeof kb === 'object' &&
    kb !== null &&
    typeof Reflect.get(kb, 'toIterable') === 'function'
  )
}
