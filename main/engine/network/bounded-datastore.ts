/**
 * The node's datastore, in memory and bounded (SPEC [NE25]). libp2p keeps here what it hears from strangers: addresses
 * of peers, provider records and values of the DHTs, and upstream counts none of it. Three kinds of keys, three rules:
 *
 * - `/peers/<id>`: least recently used goes first, except pinned peers (connected ones, ourselves). A peer that is
 *   dropped takes its provider records along, because kad-dht's answer to GET_PROVIDERS fails as a whole when the
 *   address of one provider is missing.
 * - `<dht>/provider/<cid>/<peer>`: provider-records.ts.
 * - everything else (DHT values): least recently used goes first.
 *
 * Nothing is written to disk: addresses of peers that matter are remembered by the peer book, our own provider records
 * are made anew by the reprovider, and records we keep for others are made anew by them.
 */
import { BaseDatastore } from 'datastore-core/base'
import { Key, type KeyQuery, type Pair, type Query } from 'interface-datastore'
import type { NetworkLimits } from './limits.ts'
import { ProviderRecords } from './provider-records.ts'

const PEERS = '/peers/'

/** kad-dht and the peer store recognise a missing key by this name. */
class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

export interface BoundedDatastoreOptions {
  readonly limits: NetworkLimits
  /** Our own peer id: our records are always kept. */
  readonly self: string
  /** Peers that must stay, by the last part of their key (the peer id as a base32 CID). */
  readonly isPinned: (peerCid: string) => boolean
  /** Peer id of a provider record for the last part of a `/peers/` key. */
  readonly peerIdOf: (peerCid: string) => string
}

export class BoundedDatastore extends BaseDatastore {
  private readonly options: BoundedDatastoreOptions
  private readonly peers = new Map<string, Uint8Array>() // <= limits.maxStoredPeers + pinned ones
  private readonly values = new Map<string, Uint8Array>() // <= limits.maxDhtValues
  private readonly providers: ProviderRecords

  constructor(options: BoundedDatastoreOptions) {
    super()
    this.options = options
    this.providers = new ProviderRecords(options.self, options.limits)
  }

  /** For status and metrics. */
  sizes(): { peers: number; providerRecords: number; values: number } {
    return { peers: this.peers.size, providerRecords: this.providers.size, values: this.values.size }
  }

  /** Provider records of the DHT with this prefix that others asked us to keep. */
  recordsHeld(dhtPrefix: string): number {
    return this.providers.heldForOthers(dhtPrefix)
  }

  override put(key: Key, value: Uint8Array): Key {
    const name = key.toString()
    const limits = this.options.limits
    if (this.providers.owns(name)) {
      this.providers.put(name, value)
    } else if (name.startsWith(PEERS)) {
      // Refused rather than cut: the entry that is there stays right.
      if (value.byteLength > limits.maxStoredPeerBytes)
        throw new TooLargeError(`peer entry of ${value.byteLength} bytes`)
      this.peers.delete(name)
      this.peers.set(name, value)
      if (this.peers.size > limits.maxStoredPeers) this.dropOnePeer()
    } else {
      if (value.byteLength > limits.maxDhtValueBytes) throw new TooLargeError(`value of ${value.byteLength} bytes`)
      this.values.delete(name)
      this.values.set(name, value)
      const oldest = this.values.keys().next().value
      if (this.values.size > limits.maxDhtValues && oldest !== undefined) this.values.delete(oldest)
    }
    return key
  }

  override get(key: Key): Uint8Array {
    const name = key.toString()
    const store = this.storeOf(name)
    const value = store === undefined ? this.providers.get(name) : store.get(name)
    if (value === undefined) throw new NotFoundError(`${name} is not stored`)
    if (store !== undefined) {
      // Move to the young end.
      store.delete(name)
      store.set(name, value)
    }
    return value
  }

  override has(key: Key): boolean {
    const name = key.toString()
    const store = this.storeOf(name)
    return store === undefined ? this.providers.get(name) !== undefined : store.has(name)
  }

  override delete(key: Key): void {
    const name = key.toString()
    const store = this.storeOf(name)
    if (store === undefined) {
      this.providers.delete(name)
      return
    }
    if (store.delete(name) && store === this.peers) this.providers.deletePeer(this.options.peerIdOf(lastPart(name)))
  }

  override *_all(query: Query): Generator<Pair> {
    for (const [name, value] of this.entries(query.prefix ?? '')) yield { key: new Key(name, false), value }
  }

  override *_allKeys(query: KeyQuery): Generator<Key> {
    for (const [name] of this.entries(query.prefix ?? '')) yield new Key(name, false)
  }

  /** Copies first: callers delete while they iterate. */
  private entries(prefix: string): [string, Uint8Array][] {
    if (this.providers.owns(prefix)) return this.providers.withPrefix(prefix)
    if (prefix.startsWith(PEERS)) return [...this.peers]
    return [...this.values, ...this.peers, ...this.providers.withPrefix('')]
  }

  private storeOf(name: string): Map<string, Uint8Array> | undefined {
    if (this.providers.owns(name)) return undefined
    return name.startsWith(PEERS) ? this.peers : this.values
  }

  private dropOnePeer(): void {
    // Pinned ones are few (connections are bounded), so this ends soon.
    for (const name of this.peers.keys()) {
      if (this.options.isPinned(lastPart(name))) continue
      this.delete(new Key(name, false))
      return
    }
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1)
}
