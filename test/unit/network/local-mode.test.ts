/** A real node in local mode: what it binds, what it refuses to dial, and how it treats a crowd. */
import { createServer, type Server } from 'node:net'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../../main/engine/network/clock.ts'
import { Doctor } from '../../../main/engine/network/doctor.ts'
import { LAN_DHT_PROTOCOL } from '../../../main/engine/network/protocols.ts'
import { type LocalNode, type LocalNodeOptions, startLocalNode } from '../routing/local-nodes.ts'

const running = new Set<LocalNode>()
const servers: Server[] = []

async function start(options?: LocalNodeOptions): Promise<LocalNode> {
  const node = await startLocalNode(options)
  running.add(node)
  return node
}

afterEach(async () => {
  for (const node of running) await node.stop()
  running.clear()
  for (const server of servers.splice(0)) server.close()
})

const OTHER = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'

describe('local mode', () => {
  it('[NE10] binds loopback only and tells loopback only', async () => {
    const { node } = await start()
    expect(node.addresses().map(String)).toEqual([`/ip4/127.0.0.1/tcp/${node.listenPort}/p2p/${node.peerId}`])
    expect(node.reachable()).toEqual([])
  })

  it.each([
    '/ip4/192.0.2.1/tcp/1',
    '/ip4/8.8.8.8/tcp/1',
    '/ip6/2606:4700::1111/tcp/1',
    '/dns4/localhost/tcp/1',
    '/dns4/example.invalid/tcp/1',
    '/dnsaddr/example.invalid',
    '/unix/%2Ftmp%2Fx.sock',
  ])('[NE11] never dials %s, by no door', async (text) => {
    const { node } = await start()
    const address = multiaddr(text).encapsulate(`/p2p/${OTHER}`)
    await expect(node.libp2p.dial(address)).rejects.toThrow(/gater|no valid addresses|denied/i)
    const connection = await node.libp2p.isDialable(address)
    expect(connection).toBe(false)
  })

  it('[NE51] listens elsewhere when its port is taken, and says so', async () => {
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const taken = server.address()
    const port = typeof taken === 'object' && taken !== null ? taken.port : 0
    const { node } = await start({ node: { listenPort: port } })
    expect(node.listenPort).not.toBe(port)
    expect(node.notes).toEqual([{ code: 'port-taken', wanted: port, port: node.listenPort }])
  })

  it('[NE22] twenty nodes of one machine connect at once', async () => {
    const door = await start()
    const crowd = await Promise.all(Array.from({ length: 20 }, () => start()))
    const connections = await Promise.all(
      crowd.map(({ node }) => node.dial(door.node.peerId, door.node.addresses(), AbortSignal.timeout(15_000))),
    )
    expect(connections.every(({ status }) => status === 'open')).toBe(true)
    expect(Object.values(door.node.gater.refusals).every((count) => count === 0)).toBe(true)
  })

  it('[NE21] strangers fill their slots; a known peer still gets in', async () => {
    const limits = { maxInbound: 3, maxInboundStrangers: 2 }
    const friend = await start()
    const door = await start({
      node: { limits },
      remembered: [
        { peer: friend.node.peerId.toString(), addresses: ['/ip4/127.0.0.1/tcp/1'], lastSeenAt: Date.now() },
      ],
    })
    const dial = async (from: LocalNode): Promise<boolean> => {
      const connection = await from.node.dial(door.node.peerId, door.node.addresses(), AbortSignal.timeout(5000))
      await connection.newStream('/ipfs/ping/1.0.0', { signal: AbortSignal.timeout(5000) })
      return true
    }
    const strangers = await Promise.all([start(), start(), start()])
    const results = []
    for (const stranger of strangers) results.push(await dial(stranger).catch(() => false))
    expect(results).toEqual([true, true, false])
    expect(door.node.gater.refusals['stranger-slots']).toBeGreaterThan(0)
    expect(await dial(friend)).toBe(true)
  })

  it('[NE26] whoever pours bytes into a DHT stream is cut off long before the library would', async () => {
    const victim = await start()
    const attacker = await start()
    const connection = await attacker.node.dial(victim.node.peerId, victim.node.addresses(), AbortSignal.timeout(5000))
    const stream = await connection.newStream(LAN_DHT_PROTOCOL)
    const cut = new Promise<void>((resolve) => stream.addEventListener('close', () => resolve(), { once: true }))
    let sentBytes = 0
    // A message that claims 256 MiB, in pieces.
    stream.send(new Uint8Array([0x80, 0x80, 0x80, 0x80, 0x01]))
    while (stream.status === 'open' && sentBytes < 3 * 1024 * 1024) {
      sentBytes += 16 * 1024
      stream.send(new Uint8Array(16 * 1024))
      await new Promise<void>((resolve) => setImmediate(resolve))
    }
    await cut
    expect(sentBytes).toBeLessThan(2 * 1024 * 1024)
    expect(connection.status).toBe('open')
  })

  it('[NE90] the doctor finds it listening and skips what local mode forbids', async () => {
    const { node } = await start()
    const findings = await new Doctor(node, systemClock).examine()
    expect(Object.fromEntries(findings.map(({ id, result }) => [id, result]))).toMatchObject({
      listening: 'ok',
      'lan-multicast': 'skipped',
      reachability: 'skipped',
      'lan-dht': 'warning',
      clock: 'ok',
    })
  })

  it('starts and stops without leaving a socket', async () => {
    const { node } = await startLocalNode({ node: { identity: await generateKeyPair('Ed25519') } })
    const port = node.listenPort ?? 0
    await node.stop()
    const server = createServer()
    servers.push(server)
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    expect(server.listening).toBe(true)
  })
})
