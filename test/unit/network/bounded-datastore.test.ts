/** What strangers send is bounded, and what is asked for is still answered. */
import { Key } from 'interface-datastore'
import { describe, expect, it } from 'vitest'
import { BoundedDatastore } from '../../../main/engine/network/bounded-datastore.ts'
import { DEFAULT_LIMITS, type NetworkLimits } from '../../../main/engine/network/limits.ts'

const value = new Uint8Array([1])

function store(limits: Partial<NetworkLimits>, pinned: readonly string[] = []): BoundedDatastore {
  return new BoundedDatastore({
    limits: { ...DEFAULT_LIMITS, ...limits },
    self: 'me',
    isPinned: (peer) => pinned.includes(peer),
    peerIdOf: (peerCid) => `id-${peerCid}`,
  })
}

const record = (cid: string, peer: string, dht = '/dht-lan'): Key => new Key(`${dht}/provider/${cid}/${peer}`)

async function keys(datastore: BoundedDatastore, prefix: string): Promise<string[]> {
  const found: string[] = []
  for await (const { key } of datastore.query({ prefix })) found.push(key.toString())
  return found
}

describe('peers', () => {
  it('[NE25] drops the least recently used, never a pinned one', () => {
    const datastore = store({ maxStoredPeers: 2 }, ['a'])
    for (const name of ['a', 'b', 'c']) datastore.put(new Key(`/peers/${name}`), value)
    expect(datastore.has(new Key('/peers/b'))).toBe(false)
    datastore.get(new Key('/peers/c'))
    datastore.put(new Key('/peers/d'), value)
    expect(['a', 'c', 'd'].map((name) => datastore.has(new Key(`/peers/${name}`)))).toEqual([true, false, true])
  })

  it('[NE25] a dropped peer takes its provider records along', () => {
    const datastore = store({ maxStoredPeers: 1 })
    datastore.put(new Key('/peers/a'), value)
    datastore.put(record('cid', 'id-a'), value)
    datastore.put(record('cid', 'id-b'), value)
    datastore.put(new Key('/peers/b'), value)
    expect(datastore.has(record('cid', 'id-a'))).toBe(false)
    expect(datastore.has(record('cid', 'id-b'))).toBe(true)
  })

  it('[NE25] refuses an entry that grows without end and keeps the one it has', () => {
    const datastore = store({ maxStoredPeerBytes: 10 })
    datastore.put(new Key('/peers/a'), new Uint8Array(10))
    expect(() => datastore.put(new Key('/peers/a'), new Uint8Array(11))).toThrow('11 bytes')
    expect(datastore.get(new Key('/peers/a')).byteLength).toBe(10)
  })

  it('says a missing key in the way that libp2p understands', () => {
    expect(() => store({}).get(new Key('/peers/a'))).toThrow(expect.objectContaining({ name: 'NotFoundError' }))
  })
})

describe('provider records', () => {
  it('answers for one CID and one DHT only', async () => {
    const datastore = store({})
    datastore.put(record('c1', 'p1'), value)
    datastore.put(record('c1', 'p2'), value)
    datastore.put(record('c11', 'p1'), value)
    datastore.put(record('c1', 'p3', '/dht-internet'), value)
    expect(await keys(datastore, '/dht-lan/provider/c1')).toEqual([
      '/dht-lan/provider/c1/p1',
      '/dht-lan/provider/c1/p2',
    ])
    expect(await keys(datastore, '/dht-lan/provider/c2')).toEqual([])
    expect(await keys(datastore, '/dht-lan/provider')).toHaveLength(3)
    datastore.delete(record('c1', 'p1'))
    expect(await keys(datastore, '/dht-lan/provider/c1')).toEqual(['/dht-lan/provider/c1/p2'])
    expect(datastore.sizes().providerRecords).toBe(3)
  })

  it('[NE25] one peer has so many, and may refresh them', () => {
    const datastore = store({ maxProviderRecordsPerPeer: 2 })
    for (const cid of ['c1', 'c2', 'c3']) datastore.put(record(cid, 'p'), value)
    datastore.put(record('c1', 'p'), new Uint8Array([2]))
    expect(datastore.sizes().providerRecords).toBe(2)
    expect(datastore.get(record('c1', 'p'))).toEqual(new Uint8Array([2]))
    datastore.put(record('c3', 'q'), value)
    expect(datastore.has(record('c3', 'q'))).toBe(true)
  })

  it('[NE25] one CID has so many; the longest unrefreshed goes, ours stays', () => {
    const datastore = store({ maxProvidersPerCid: 2 })
    for (const peer of ['me', 'p1', 'p2', 'p3']) datastore.put(record('c', peer), value)
    expect(['me', 'p1', 'p2', 'p3'].map((peer) => datastore.has(record('c', peer)))).toEqual([true, false, false, true])
  })

  it('[NE25] when all is full, who holds most is refused and a newcomer gets in', () => {
    const datastore = store({ maxProviderRecords: 10 })
    for (let i = 0; i < 8; i++) datastore.put(record(`c${i}`, 'greedy'), value)
    for (let i = 0; i < 2; i++) datastore.put(record(`c${i}`, 'modest'), value)
    datastore.put(record('new', 'greedy'), value)
    expect(datastore.has(record('new', 'greedy'))).toBe(false)
    datastore.put(record('new', 'fresh'), value)
    expect(datastore.has(record('new', 'fresh'))).toBe(true)
    expect(datastore.sizes().providerRecords).toBe(10)
  })
})

it('[NE25] other values: least recently used goes first, large ones are refused', () => {
  const datastore = store({ maxDhtValues: 2, maxDhtValueBytes: 4 })
  for (const name of ['a', 'b', 'c']) datastore.put(new Key(`/dht-lan/record/${name}`), value)
  expect(datastore.has(new Key('/dht-lan/record/a'))).toBe(false)
  expect(() => datastore.put(new Key('/dht-lan/record/d'), new Uint8Array(5))).toThrow('5 bytes')
  expect(datastore.sizes().values).toBe(2)
})
