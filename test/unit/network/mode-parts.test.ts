/** Which parts a node of each mode has: modules loaded, DHTs, and the addresses that each DHT passes on. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { buildNode, type NodeOptions } from '../../../main/engine/network/build-node.ts'
import { datastorePrefix, mapAddresses } from '../../../main/engine/network/dht-service.ts'
import { silentLogger } from '../../../main/engine/network/logger.ts'

const script = fileURLToPath(new URL('loaded-modules.ts', import.meta.url))
async function inProcess(task: { mode: 'local' | 'lan'; broken?: string }) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)])
  const said: { parts: string[]; quic: { on: boolean; reason: string } } = JSON.parse(stdout)
  return said
}

describe('parts', () => {
  it('[NE15] local mode reads none of them from disk', async () => {
    expect((await inProcess({ mode: 'local' })).parts).toEqual([])
  })

  it('[NE15] lan mode loads the transports, and nothing that is for the internet', async () => {
    expect((await inProcess({ mode: 'lan' })).parts).toEqual(['@chainsafe/libp2p-quic', '@libp2p/websockets'])
  })

  it('[NE15] QUIC is done without, and said, where its binary does not load', async () => {
    const { quic } = await inProcess({ mode: 'lan', broken: '@chainsafe/libp2p-quic' })
    expect(quic.on).toBe(false)
    expect(quic.reason).toContain('no binary of @chainsafe/libp2p-quic for this platform')
  })
})

describe('DHTs', () => {
  async function routes(options: Omit<NodeOptions, 'identity' | 'logger'>): Promise<string[]> {
    const identity = await generateKeyPair('Ed25519')
    const node = await buildNode({ identity, logger: silentLogger, quic: false, ...options })
    return node.dhts.map((dht) => `${dht.route} ${dht.mode()}`)
  }

  it.each([
    ['local', { mode: 'local' }, ['lan-dht server']],
    ['lan', { mode: 'lan' }, ['lan-dht server']],
    ['internet', { mode: 'internet' }, ['lan-dht server', 'internet-dht client']],
    ['without the LAN one', { mode: 'internet', lanDht: false }, ['internet-dht client']],
    ['without the public one', { mode: 'internet', internetDht: false }, ['lan-dht server']],
    ['the public one wanted where it must not be', { mode: 'lan', internetDht: true }, ['lan-dht server']],
  ] as const)('[NE30] %s', async (_, options, expected) => {
    expect(await routes(options)).toEqual(expected)
  })

  it('[NE30] each has names of its own in the datastore', () => {
    expect(datastorePrefix('lan-dht')).not.toBe(datastorePrefix('internet-dht'))
  })

  const ADDRESSES = ['/ip4/127.0.0.1/tcp/1', '/ip4/192.168.1.2/tcp/1', '/ip4/169.254.1.2/tcp/1', '/ip4/8.8.8.8/tcp/1']
  it.each([
    ['lan-dht', 'local', [0]],
    ['lan-dht', 'lan', [0, 1, 2]],
    ['lan-dht', 'internet', [0, 1, 2]],
    ['internet-dht', 'internet', [3]],
  ] as const)('[NE30] %s in %s mode passes on addresses of its own kind', async (route, mode, kept) => {
    const id = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const passed = mapAddresses(route, mode)({ id, multiaddrs: ADDRESSES.map((text) => multiaddr(text)) })
    expect(passed.multiaddrs.map(String)).toEqual(kept.map((index) => ADDRESSES[index]))
  })
})
