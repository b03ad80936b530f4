/** Real nodes on loopback that lose and find each other again. */
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, describe, expect, it } from 'vitest'
import { type LocalNode, type LocalNodeOptions, startLocalNode, when } from './local-nodes.ts'

const running = new Set<LocalNode>()

async function start(options?: LocalNodeOptions): Promise<LocalNode> {
  const node = await startLocalNode(options)
  running.add(node)
  return node
}

async function stop(node: LocalNode): Promise<void> {
  running.delete(node)
  await node.stop()
}

afterEach(async () => {
  for (const node of [...running]) await stop(node)
})

const connected = (from: LocalNode, to: LocalNode) => (): boolean => from.node.connected(to.node.peerId)

/** Waits until `to` is a Shoal peer of `from`, i.e. until identify has ended. */
function met(from: LocalNode, to: LocalNode): Promise<void> {
  if (from.node.shoalPeers.has(to.node.peerId)) return Promise.resolve()
  return new Promise((resolve) => {
    const off = from.node.shoalPeers.onJoin((peer) => {
      if (!peer.equals(to.node.peerId)) return
      off()
      resolve()
    })
  })
}

describe('peer book', () => {
  it('[NE60] dials the bootstrap address, also when it is up later than we', async () => {
    const first = await start()
    const { identity, address } = first
    const port = first.node.listenPort ?? 0
    await stop(first)
    const client = await start({ bootstrap: [address] })
    const later = await start({ node: { identity, listenPort: port } })
    await when(client.node, 'peer:connect', connected(client, later))
    expect(later.node.listenPort).toBe(port)
  })

  it('[NE61] a killed source that returns is used again within a second', async () => {
    const source = await start()
    const port = source.node.listenPort ?? 0
    const client = await start({ bootstrap: [source.address] })
    await met(client, source)
    client.routing.book.setImportant(source.node.peerId, true)
    await stop(source)
    await when(client.node, 'peer:disconnect', () => !connected(client, source)())
    // Long enough for the plain back-off to have passed one second.
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const again = await start({ node: { identity: source.identity, listenPort: port } })
    const returnedAt = performance.now()
    await when(client.node, 'peer:connect', connected(client, again))
    expect(performance.now() - returnedAt).toBeLessThan(1200)
  })

  it('[NE63] remembers addresses of Shoal peers, and dials them at the next start', async () => {
    const a = await start()
    const b = await start({ bootstrap: [a.address] })
    await Promise.all([met(a, b), met(b, a)])
    const remembered = [...b.saved.values()]
    expect(remembered.map(({ peer }) => peer)).toEqual([a.node.peerId.toString()])
    expect(remembered[0]?.addresses).toContain(`/ip4/127.0.0.1/tcp/${a.node.listenPort}`)
    await stop(b)
    const again = await start({ remembered, node: { identity: b.identity } })
    await when(again.node, 'peer:connect', connected(again, a))
    expect(again.routing.book.routeOf(a.node.peerId)).toBe('remembered')
  })

  it('[NE65] a peer that the swarm tells of is dialled; one that local mode may not dial is not even noted', async () => {
    const a = await start()
    const b = await start()
    b.routing.book.learn(a.node.peerId, [multiaddr('/ip4/192.168.77.1/tcp/1')], 'swarm')
    expect(b.routing.book.candidates()).toEqual([])
    b.routing.book.learn(a.node.peerId, [multiaddr(a.address)], 'swarm')
    await when(b.node, 'peer:connect', connected(b, a))
    expect(b.routing.book.routeOf(a.node.peerId)).toBe('swarm')
  })

  it('[NE23] a blocked peer is cut off, not dialled, and does not get in', async () => {
    const a = await start()
    const changes: string[] = []
    const b = await start({
      bootstrap: [a.address],
      node: { onBlocked: ({ peer, blocked }) => changes.push(`${peer} ${blocked?.reason}`) },
    })
    await Promise.all([met(a, b), met(b, a)])
    const cutOff = when(a.node, 'peer:disconnect', () => !connected(a, b)())
    await b.node.block(a.node.peerId, 'sent wrong bytes')
    b.routing.book.forget(a.node.peerId)
    await Promise.all([cutOff, when(b.node, 'peer:disconnect', () => !connected(b, a)())])
    await expect(
      a.node
        .dial(b.node.peerId, b.node.addresses(), AbortSignal.timeout(3000))
        .then((c) => c.newStream('/ipfs/ping/1.0.0')),
    ).rejects.toThrow()
    await expect(b.node.dial(a.node.peerId, a.node.addresses(), AbortSignal.timeout(3000))).rejects.toThrow()
    expect(changes).toEqual([`${a.node.peerId} sent wrong bytes`])
    expect(b.node.gater.refusals.blocked).toBeGreaterThanOrEqual(2)
    b.node.unblock(a.node.peerId)
    await b.node.dial(a.node.peerId, a.node.addresses(), AbortSignal.timeout(3000))
    expect(connected(b, a)()).toBe(true)
  })
})
