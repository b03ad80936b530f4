/** Real nodes on loopback: who counts as a Shoal peer, look-ups before anybody is there, how long addresses are kept. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { buildNode } from '../../../main/engine/network/build-node.ts'
import { PEER_STORE_AGE_MS, PROVIDER_VALIDITY_MS } from '../../../main/engine/network/dht-service.ts'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import type { ShoalNode } from '../../../main/engine/network/shoal-node.ts'
import { type LocalNode, startLocalNode } from '../routing/local-nodes.ts'

const ROOT = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')
const HOUR_MS = 3_600_000
const shoal = new Set<LocalNode>()
const others = new Set<ShoalNode>()

afterEach(async () => {
  vi.useRealTimers()
  for (const node of shoal) await node.stop()
  for (const node of others) await node.stop()
  shoal.clear()
  others.clear()
})

async function shoalNode(): Promise<LocalNode> {
  const node = await startLocalNode()
  shoal.add(node)
  return node
}

describe('Shoal peers', () => {
  it('[NE16] who lists the exchange in identify is one; who does not, however connected, is none', async () => {
    const { node } = await shoalNode()
    const friend = await shoalNode()
    const stranger = await buildNode({
      identity: await generateKeyPair('Ed25519'),
      mode: 'local',
      logger: silentLogger,
    })
    others.add(stranger)
    await stranger.start()
    const identified: string[] = []
    node.libp2p.addEventListener('peer:identify', ({ detail }) => identified.push(detail.peerId.toString()))
    const joined: string[] = []
    node.shoalPeers.onJoin((peer) => joined.push(peer.toString()))

    await node.dial(stranger.peerId, stranger.addresses(), AbortSignal.timeout(10_000))
    await node.dial(friend.node.peerId, friend.node.addresses(), AbortSignal.timeout(10_000))
    await vi.waitFor(() => {
      expect(identified).toContain(stranger.peerId.toString())
      expect(joined).toEqual([friend.node.peerId.toString()])
    })

    expect(node.connected(stranger.peerId)).toBe(true)
    expect(node.shoalPeers.has(stranger.peerId)).toBe(false)
    expect(node.shoalPeers.list().map(String)).toEqual([friend.node.peerId.toString()])
  })
})

describe('the DHT of a node', () => {
  it('[NE32] a look-up before the first peer ends at once, with nothing', async () => {
    const { node } = await shoalNode()
    const [dht] = node.dhts
    expect(dht?.tablePeers()).toBe(0)
    const found: unknown[] = []
    // Ends by itself: nothing aborts it.
    for await (const provider of dht?.findProviders(ROOT, new AbortController().signal) ?? []) found.push(provider)
    expect(found).toEqual([])
  })

  it('[NE32] a provider is told when it is found, while the look-up goes on, and whoever has enough ends it', async () => {
    const { node } = await shoalNode()
    const id = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    let ended = false
    // The library's own look-up, in a network that never has enough of asking.
    const services: { lanDht?: object } = Reflect.get(node.libp2p, 'services')
    Reflect.set(services.lanDht ?? {}, 'findProviders', async function* () {
      try {
        yield { name: 'PROVIDER', providers: [{ id, multiaddrs: [] }] }
        await new Promise(() => {})
      } finally {
        ended = true
      }
    })
    const found: string[] = []
    for await (const { peer } of node.dhts[0]?.findProviders(ROOT, new AbortController().signal) ?? []) {
      found.push(peer.toString())
      break
    }
    expect([found, ended]).toEqual([[id.toString()], true])
  })
})

describe('the peer store', () => {
  it('[NE33] keeps addresses as long as provider records and an hour more', async () => {
    expect(PROVIDER_VALIDITY_MS).toBe(48 * HOUR_MS)
    expect(PEER_STORE_AGE_MS).toBe(49 * HOUR_MS)
    const { node } = await shoalNode()
    const peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const { peerStore } = node.libp2p
    await peerStore.save(peer, { multiaddrs: [multiaddr('/ip4/127.0.0.1/tcp/9')] })
    const addressesAfter = async (ms: number): Promise<number> => {
      vi.useFakeTimers({ toFake: ['Date'], now: savedAt + ms })
      const found = await peerStore.get(peer).catch(() => undefined)
      vi.useRealTimers()
      return found?.addresses.length ?? 0
    }
    const savedAt = Date.now()
    expect(await addressesAfter(48.5 * HOUR_MS)).toBe(1)
    expect(await addressesAfter(49.5 * HOUR_MS)).toBe(0)
  })
})
