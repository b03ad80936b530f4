/**
 * Transfers through NATs, between real daemons on machines of a small internet (support/nat-lab.ts): who is behind a router
 * fetches; who is behind a router is fetched from, first met through a relay and then directly; and where no direct
 * connection can be had, the share says so. Public DHT, multicast and UPnP play no part: links carry the addresses.
 */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { Infrastructure } from './support/infrastructure.ts'
import { NatLab } from './support/nat-lab.ts'
import { because, netnsMissing } from './support/netns.ts'
import { fetchInto, type Shared, share, until, untilSeeding, untilShare, Witness } from './support/shares.ts'

const SIZE_BYTES = 16 * 1024 * 1024
const RELAY_IP = '20.30.40.5'
const missing = await netnsMissing()

describe.skipIf(missing !== undefined)(`through NATs${because(missing)}`, () => {
  let ground: Ground
  let lab: NatLab
  let infrastructure: Infrastructure

  beforeEach(async () => {
    ground = new Ground()
    lab = await NatLab.create()
    infrastructure = new Infrastructure()
  })
  afterEach(async () => {
    await ground.clear()
    await infrastructure.stop()
    await lab.dispose()
  })

  const internet = (...bootstrap: string[]): string[] => [
    ...['--network', 'internet', '--no-mdns', '--no-internet-dht', '--no-port-mapping'],
    ...bootstrap.flatMap((address) => ['--bootstrap', address]),
  ]
  let digest = ''
  const shareOf = (peer: Peer): Promise<Shared> => {
    digest = makeFile(ground.path('file.bin'), SIZE_BYTES, 'through NATs')
    return share(peer.api, ground.path('file.bin'))
  }
  const untilReachable = (peer: Peer): Promise<string> =>
    until(peer.api, 'an address that others can reach', ({ node }) => node?.reachable[0])
  /** Its link, once that leads through a relay. */
  async function relayedLink(peer: Peer, root: string): Promise<string> {
    expect(await untilReachable(peer)).toContain(`/ip4/${RELAY_IP}/tcp/4001/`)
    const link = async (): Promise<string> => (await peer.api.share(root)).link
    await expect.poll(link, { timeout: 10_000, interval: 200 }).toContain('/p2p-circuit/p2p/')
    return link()
  }
  const outcome = async (peer: Peer, id: string): Promise<string | undefined> =>
    (await peer.api.doctor()).find((finding) => finding.id === id)?.code

  async function expectWhole(sink: Peer, root: string): Promise<void> {
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(join(sink.downloads, done.name))).toBe(digest)
  }

  it('[NE100] a downloader behind a NAT fetches from a public source, which it confirms to be reachable, over one connection', async () => {
    const source = await ground.peerOn(await lab.publicHost('33.1.1.1'), 'source', ...internet())
    const sink = await ground.peerOn(await (await lab.router('92.2.3.4', 8)).host(), 'sink', ...internet())
    expect((await source.api.status()).reachable, 'nobody has tried yet').toEqual([])
    const { link, root } = await shareOf(source)
    const witness = new Witness(sink.api, root)

    await fetchInto(sink.api, link, sink.downloads)
    await expectWhole(sink, root)

    expect(await untilReachable(source)).toMatch(/^\/ip4\/33\.1\.1\.1\/tcp\//)
    expect(await outcome(source, 'reachability')).toBe('confirmed')
    expect((await sink.api.status()).reachable).toEqual([])
    expect([await outcome(sink, 'reachability'), await outcome(sink, 'nat')]).toEqual(['not-confirmed', 'behind'])
    await witness.end()
    expect(witness.entries('peer-left')).toEqual([])
  })

  it('[NE52] [NE103] a source behind a NAT is called through a relay and then dials the public downloader itself', async () => {
    const relay = await infrastructure.peer(await lab.publicHost(RELAY_IP))
    const source = await ground.peerOn(await (await lab.router('81.2.3.4', 7)).host(), 'source', ...internet(relay))
    const sink = await ground.peerOn(await lab.publicHost('33.1.1.1'), 'sink', ...internet(relay))
    const { root } = await shareOf(source)
    const link = await relayedLink(source, root)

    await fetchInto(sink.api, link, sink.downloads)
    await expectWhole(sink, root)

    const [connection] = (await sink.api.peers()).filter(({ peer, connected }) => connected && peer === source.id)
    expect(connection).toMatchObject({ path: 'direct', direction: 'inbound' })
    expect([await outcome(source, 'relay'), await outcome(source, 'nat')]).toEqual(['held', 'behind'])
  })

  it('[NE102] [NE103] both behind NATs that keep their ports: a hole is punched, and the file goes through it', async () => {
    const relay = await infrastructure.peer(await lab.publicHost(RELAY_IP))
    const source = await ground.peerOn(await (await lab.router('81.2.3.4', 7)).host(), 'source', ...internet(relay))
    const sink = await ground.peerOn(await (await lab.router('92.2.3.4', 8)).host(), 'sink', ...internet(relay))
    const { root } = await shareOf(source)
    const link = await relayedLink(source, root)

    await fetchInto(sink.api, link, sink.downloads)
    await expectWhole(sink, root)

    const [connection] = (await sink.api.peers()).filter(({ peer, connected }) => connected && peer === source.id)
    expect(connection).toMatchObject({ path: 'direct', transport: 'tcp' })
    expect(connection?.address).toContain('/ip4/81.2.3.4/')
    // A hole that was opened from inside proves nothing of connections from outside.
    expect([await outcome(source, 'firewall'), await outcome(sink, 'firewall')]).toEqual([
      'none-incoming',
      'none-incoming',
    ])
  })

  it('[NE103] [FL6] both behind NATs with a port for each connection: the share says that only a relay leads to the source, and nothing passes', async () => {
    const relay = await infrastructure.peer(await lab.publicHost(RELAY_IP))
    const routers = [await lab.router('81.2.3.4', 7, 'random'), await lab.router('92.2.3.4', 8, 'random')] as const
    const source = await ground.peerOn(await routers[0].host(), 'source', ...internet(relay))
    const sink = await ground.peerOn(await routers[1].host(), 'sink', ...internet(relay))
    const { root } = await shareOf(source)
    const link = await relayedLink(source, root)

    await fetchInto(sink.api, link, sink.downloads)
    const stuck = await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble?.facts?.relayed !== undefined)

    expect(stuck.trouble).toMatchObject({ code: 'no-sources', facts: { known: 1, relayed: 1 } })
    expect(stuck.trouble?.message).toMatch(/only through a relay.*Switch on UPnP or forward/)
    expect(stuck.receivedBytes).toBe(0)
    const [connection] = (await sink.api.peers()).filter(({ peer, connected }) => connected && peer === source.id)
    expect(connection).toMatchObject({ path: 'relay', shoal: true })
    // It goes on by itself once a port is opened by hand.
    const port = Number(/\/tcp\/(\d+)\//.exec(source.addresses[0] ?? '')?.[1])
    await routers[0].forward(port, '192.168.7.2')
    await sink.api.connect({ address: `/ip4/81.2.3.4/tcp/${port}/p2p/${source.id}` })
    await expectWhole(sink, root)
  })
})
