/**
 * What we look at inside of @libp2p/kad-dht, on the real thing: a version whose table has another shape fails here and not
 * on somebody's screen.
 */
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { bucketsOf, commonBits, kadIdOf } from '../../../main/engine/network/kad-table.ts'
import { type LocalNode, startLocalNode } from '../routing/local-nodes.ts'

const running: LocalNode[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((node) => node.stop()))
})
async function start(bootstrap: readonly string[] = []): Promise<LocalNode> {
  const local = await startLocalNode({ bootstrap })
  running.push(local)
  return local
}

const bits = (text: string) => Uint8Array.from(text.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [])

describe('the routing table of the library', () => {
  it('[NE93] holds each peer once, in the bucket of the leading bits that it has in common with us', async () => {
    const first = await start()
    const others = await Promise.all(Array.from({ length: 5 }, () => start([first.address])))
    const [dht] = first.node.dhts
    if (dht === undefined) throw new Error('no DHT')
    await new Promise<void>((resolve) => {
      const stop = dht.onPeer(() => {
        if (dht.tablePeers() < others.length) return
        stop()
        resolve()
      })
      if (dht.tablePeers() >= others.length) resolve()
    })
    const { kadId, bucketSize, buckets } = dht.table()
    expect(bucketSize).toBe(20)
    // By the DHT's specification, and written out here once more: SHA-256 of the peer id's bytes.
    const idOf = (local: LocalNode) => createHash('sha256').update(local.node.peerId.toMultihash().bytes).digest()
    expect(Buffer.from(kadId).equals(idOf(first))).toBe(true)
    const told = buckets.flatMap(({ commonBits: depth, peers }) => peers.map((peer) => [peer.toString(), depth]))
    const wanted = others.map((other) => [other.node.peerId.toString(), commonBits(kadId, idOf(other))])
    expect(told.sort()).toEqual(wanted.sort())
    const depths = buckets.map(({ commonBits: depth }) => depth)
    expect(depths).toEqual([...new Set(depths)].sort((a, b) => a - b))
  })

  it('[NE93] look-ups that we begin are counted, and records kept for others', async () => {
    const first = await start()
    const second = await start([first.address])
    const [dht] = second.node.dhts
    if (dht === undefined) throw new Error('no DHT')
    const before = dht.lookupsBegun()
    await dht.lookAround(AbortSignal.timeout(10_000))
    expect(dht.lookupsBegun()).toBe(before + 1)
    expect([first.node.recordsHeld('lan-dht'), first.node.recordsHeld('internet-dht')]).toEqual([0, 0])
  })
})

describe('buckets', () => {
  it.each([
    ['00000000', '10000000', 0],
    ['00000000', '01000000', 1],
    ['1111111100000000', '1111111100000001', 15],
    ['1111111110000000', '1111111100000000', 8],
    ['10101010', '10101010', 8],
  ])('[NE93] %s and %s have %i leading bits in common', (a, b, count) => {
    expect(commonBits(bits(a), bits(b))).toBe(count)
  })

  it('[NE93] empty buckets are left out', () => {
    const table = { kb: { toIterable: () => [] } }
    expect(bucketsOf(table as never, new Uint8Array(32))).toEqual([])
    expect(kadIdOf({ toMultihash: () => ({ bytes: new Uint8Array(1) }) } as never)).toHaveLength(32)
  })
})
