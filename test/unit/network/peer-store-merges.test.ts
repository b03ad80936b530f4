/** The peer store with merges that would add nothing left out: it always says what the library's own would say. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerData, PeerId, PeerStore } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { MemoryDatastore } from 'datastore-core'
import { createLibp2p } from 'libp2p'
import { beforeEach, describe, expect, it } from 'vitest'
import { spareMerges } from '../../../main/engine/network/peer-store-merges.ts'

const HERE = multiaddr('/ip4/10.0.0.1/tcp/4001')
const THERE = multiaddr('/ip4/10.0.0.2/tcp/4001')

class CountingStore extends MemoryDatastore {
  puts = 0
  override put(...how: Parameters<MemoryDatastore['put']>): ReturnType<MemoryDatastore['put']> {
    this.puts++
    return super.put(...how)
  }
}

let datastore: CountingStore
let store: PeerStore
let peer: PeerId
let pinned: boolean
let now: number
let forget: (peer: PeerId) => void

beforeEach(async () => {
  datastore = new CountingStore()
  store = (await createLibp2p({ datastore, start: false })).peerStore
  peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
  pinned = true
  now = 1_000_000
  forget = spareMerges(
    store,
    () => pinned,
    () => now,
  )
})

async function writesFor(data: PeerData): Promise<number> {
  const before = datastore.puts
  await store.merge(peer, data)
  return datastore.puts - before
}

describe('a merge', () => {
  it('is written once, and again only when it adds something', async () => {
    expect(await writesFor({ protocols: ['/a'], multiaddrs: [HERE] })).toBe(1)
    expect(await writesFor({ protocols: ['/a'] })).toBe(0)
    expect(await writesFor({ multiaddrs: [HERE] })).toBe(0)
    expect(await writesFor({ protocols: ['/a', '/b'] })).toBe(1)
    expect(await writesFor({ multiaddrs: [HERE, THERE] })).toBe(1)
    const entry = await store.get(peer)
    expect(entry.protocols.toSorted()).toEqual(['/a', '/b'])
    expect(entry.addresses.map(({ multiaddr }) => multiaddr.toString()).toSorted()).toEqual([
      HERE.toString(),
      THERE.toString(),
    ])
  })

  it('answers with the entry whether it is written or not', async () => {
    await store.merge(peer, { protocols: ['/a'] })
    expect((await store.merge(peer, { protocols: ['/a'] })).protocols).toEqual(['/a'])
  })

  it('is written when it says anything else: tags, metadata', async () => {
    await store.merge(peer, { protocols: ['/a'] })
    expect(await writesFor({ protocols: ['/a'], tags: { near: { value: 1 } } })).toBe(1)
    expect(await writesFor({ metadata: { seen: new Uint8Array([1]) } })).toBe(1)
  })

  it('is written after others have taken away what it says', async () => {
    await store.merge(peer, { protocols: ['/a', '/b'] })
    await store.patch(peer, { protocols: ['/b'] })
    expect(await writesFor({ protocols: ['/a'] })).toBe(1)
    await store.delete(peer)
    expect(await writesFor({ protocols: ['/a'] })).toBe(1)
    expect((await store.get(peer)).protocols).toEqual(['/a'])
  })

  it('is written when another write is under way, in the order of the calls', async () => {
    await store.merge(peer, { protocols: ['/a'] })
    await Promise.all([store.patch(peer, { protocols: ['/b'] }), store.merge(peer, { protocols: ['/a'] })])
    expect((await store.get(peer)).protocols.toSorted()).toEqual(['/a', '/b'])
    await Promise.all([store.merge(peer, { protocols: ['/c'] }), store.delete(peer)])
    expect(await writesFor({ protocols: ['/a', '/b'] })).toBe(1)
    // Of a group of writes the last result is what is remembered.
    expect(await writesFor({ protocols: ['/a', '/b'] })).toBe(0)
  })

  it('is written again after a minute, so that the entry does not grow old', async () => {
    await store.merge(peer, { multiaddrs: [HERE] })
    now += 59_999
    expect(await writesFor({ multiaddrs: [HERE] })).toBe(0)
    now += 1
    expect(await writesFor({ multiaddrs: [HERE] })).toBe(1)
  })

  it('is always written for a peer whose entry the store may drop', async () => {
    pinned = false
    await store.merge(peer, { protocols: ['/a'] })
    expect(await writesFor({ protocols: ['/a'] })).toBe(1)
    pinned = true
    await store.merge(peer, { protocols: ['/a'] })
    forget(peer)
    expect(await writesFor({ protocols: ['/a'] })).toBe(1)
  })
})
