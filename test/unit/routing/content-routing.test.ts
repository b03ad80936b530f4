/** Finding providers on every route at once, in virtual time. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { beforeAll, describe, expect, it } from 'vitest'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import { ContentRouting } from '../../../main/engine/routing/content-routing.ts'
import { Gate } from '../../../main/engine/routing/gate.ts'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { FakeDht } from './fake-dht.ts'
import { settle, VirtualClock } from './virtual-clock.ts'

const root = CID.parse('bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi')
let ids: PeerId[]

beforeAll(async () => {
  const keys = await Promise.all(Array.from({ length: 5 }, () => generateKeyPair('Ed25519')))
  ids = keys.map((key) => peerIdFromPrivateKey(key))
})

const peer = (index: number): PeerId => {
  const id = ids[index]
  if (id === undefined) throw new Error('not so many')
  return id
}

function world(mode: NetworkMode = 'local', dhts: FakeDht[] = [new FakeDht()]) {
  const clock = new VirtualClock()
  const joiners = new Set<(peer: PeerId) => void>()
  const neighbours = new Set<(peer: PeerId, addresses: Multiaddr[]) => void>()
  const present: PeerId[] = []
  const abort = new AbortController()
  const routing = new ContentRouting({
    mode,
    self: peer(0),
    dhts,
    shoalPeers: {
      list: () => present,
      onJoin: (listener) => {
        joiners.add(listener)
        return () => joiners.delete(listener)
      },
    },
    onLanPeer: (listener) => {
      neighbours.add(listener)
      return () => neighbours.delete(listener)
    },
    addresses: () => [],
    routeOf: (id) => (id.equals(peer(4)) ? 'mdns' : 'inbound'),
    tools: { clock, random: () => 0, logger: silentLogger },
  })
  const found: string[] = []
  const listen = (linkPeers: string[] = []): Promise<void> =>
    (async () => {
      for await (const { peer: id, route, addresses } of routing.findProviders(root, {
        signal: abort.signal,
        linkPeers,
      })) {
        found.push(`${ids.findIndex((other) => other.equals(id))} ${route} ${addresses.length}`)
      }
    })()
  const join = (id: PeerId): void => {
    present.push(id)
    for (const joiner of joiners) joiner(id)
  }
  return { clock, dht: dhts[0] ?? new FakeDht(), found, listen, join, joiners, neighbours, abort }
}

describe('findProviders', () => {
  it('[NE70] tells the addresses of the link before anything is asked, grouped by peer', async () => {
    const { found, listen, abort } = world()
    const ended = listen([
      `/ip4/127.0.0.1/tcp/1/p2p/${peer(1)}`,
      `/ip4/127.0.0.1/tcp/2/p2p/${peer(1)}`,
      `/ip4/8.8.8.8/tcp/1/p2p/${peer(2)}`, // not for local mode
      `/ip4/127.0.0.1/tcp/1/p2p/${peer(0)}`, // ourselves
      '/ip4/127.0.0.1/tcp/1',
      'nonsense',
    ])
    await settle()
    expect(found).toEqual(['1 link 2'])
    abort.abort()
    await ended
  })

  it('[NE71] connected Shoal peers are candidates, also those that join later, by the route they came', async () => {
    const { found, listen, join, joiners, neighbours, abort } = world()
    join(peer(1))
    const ended = listen()
    await settle()
    join(peer(4))
    join(peer(4))
    for (const tell of neighbours) tell(peer(1), [multiaddr('/ip4/127.0.0.1/tcp/1')])
    await settle()
    expect(found).toEqual(['1 inbound 0', '4 mdns 0', '1 mdns 1'])
    abort.abort()
    await ended
    expect([joiners.size, neighbours.size]).toEqual([0, 0])
  })

  it('[NE72] look-ups are repeated while the caller listens, and end with it', async () => {
    const { clock, dht, listen, abort } = world()
    dht.join('x')
    const ended = listen()
    await clock.advance(16_000)
    expect(dht.lookups).toBe(5) // at 0, 1, 3, 7 and 15 s
    abort.abort()
    await ended
    await clock.advance(600_000)
    expect([dht.lookups, dht.listenerCount]).toEqual([5, 0])
  })

  it('[NE72] without a network a round is a look at an empty table', async () => {
    const { clock, dht, listen, abort } = world()
    void listen()
    await clock.advance(600_000)
    expect(dht.lookups).toBe(0)
    abort.abort()
  })

  it('[NE73] news of the network hastens a look-up, but not without limit', async () => {
    const { clock, dht, found, listen, abort } = world()
    void listen()
    await clock.advance(45_000)
    dht.providers = [{ peer: peer(1), addresses: [multiaddr('/ip4/127.0.0.1/tcp/1')] }]
    dht.join('x')
    await clock.advance(10)
    expect([dht.lookups, found]).toEqual([1, ['1 lan-dht 1']])
    for (let index = 0; index < 100; index++) {
      dht.join(`y${index}`)
      await clock.advance(10)
    }
    expect(dht.lookups).toBeLessThanOrEqual(4)
    abort.abort()
  })

  it('[NE70] a route that fails is no concern of the others', async () => {
    const broken = new FakeDht('internet-dht')
    broken.failLookups = true
    broken.join('x')
    const lan = new FakeDht()
    lan.join('y')
    lan.providers = [{ peer: peer(2), addresses: [multiaddr('/ip4/192.168.0.2/tcp/1')] }]
    const { clock, found, listen, abort } = world('internet', [broken, lan])
    void listen()
    await clock.advance(10_000)
    expect(found).toEqual(['2 lan-dht 1'])
    expect(broken.lookups).toBeGreaterThan(2)
    abort.abort()
  })

  it('[NE74] strangers of the public DHT cannot point into our own network', async () => {
    const dht = new FakeDht('internet-dht')
    dht.join('x')
    const addresses = ['/ip4/8.8.8.8/tcp/1', '/ip4/192.168.1.1/tcp/80', '/ip4/127.0.0.1/tcp/22', '/unix/tmp'].map(
      (text) => multiaddr(text),
    )
    dht.providers = [{ peer: peer(1), addresses }]
    const { found, listen, abort } = world('internet', [dht])
    void listen()
    await settle()
    expect(found).toEqual(['1 internet-dht 1'])
    abort.abort()
  })

  it('[NE70] the same finding is told once, and again when its address is new', async () => {
    const { clock, dht, found, listen, abort } = world()
    dht.join('x')
    dht.providers = [{ peer: peer(1), addresses: [multiaddr('/ip4/127.0.0.1/tcp/1')] }]
    void listen()
    await clock.advance(5000)
    expect(found).toHaveLength(1)
    dht.providers = [{ peer: peer(1), addresses: [multiaddr('/ip4/127.0.0.1/tcp/2')] }]
    await clock.advance(5000)
    expect(found).toHaveLength(2)
    abort.abort()
  })

  it('an aborted signal ends it before it begins', async () => {
    const { dht, found, listen, abort } = world()
    dht.join('x')
    abort.abort()
    await listen()
    await settle()
    expect([found, dht.listenerCount]).toEqual([[], 0])
  })
})

describe('gate', () => {
  it('lets so many in, keeps the order, and lets the impatient leave', async () => {
    const gate = new Gate(1)
    const never = new AbortController().signal
    const ran: number[] = []
    let release = (): void => {}
    const first = gate.run(never, () => new Promise<void>((resolve) => (release = resolve)))
    const impatient = new AbortController()
    const left = gate.run(impatient.signal, async () => ran.push(2))
    const third = gate.run(never, async () => ran.push(3))
    impatient.abort(new Error('no time'))
    await expect(left).rejects.toThrow('no time')
    expect(ran).toEqual([])
    release()
    await Promise.all([first, third])
    expect(ran).toEqual([3])
    await gate.run(never, async () => ran.push(4))
    expect(ran).toEqual([3, 4])
  })
})
