/**
 * Transfers over one transport alone, between machines of a network of its own: each secondary transport must be able to
 * carry a whole download, because it is there for when TCP does not get through. The link names one address only, and
 * every other way of finding the source is off.
 */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ground } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { because, NetLab, netnsMissing } from './support/netns.ts'
import { bareCid, fetchInto, share, untilSeeding } from './support/shares.ts'

const ONLY_THE_LINK = ['--network', 'lan', '--no-mdns', '--no-lan-dht']
const missing = await netnsMissing()

describe.skipIf(missing !== undefined)(`a download over one transport alone${because(missing)}`, () => {
  let ground: Ground
  let lab: NetLab

  beforeEach(async () => {
    ground = new Ground()
    lab = await NetLab.create()
  })
  afterEach(async () => {
    await ground.clear()
    await lab.dispose()
  })

  it.for([
    ['TCP', 'tcp', /\/tcp\/\d+\/p2p\//],
    ['WebSockets', 'ws', /\/ws\/p2p\//],
    ['QUIC', 'quic-v1', /\/quic-v1\/p2p\//],
  ] as const)('[NE50] %s', async ([name, transport, fits], ctx) => {
    const source = await ground.peerOn(await lab.host(), 'source', ...ONLY_THE_LINK)
    const sink = await ground.peerOn(await lab.host(), 'sink', ...ONLY_THE_LINK)
    const off = (await source.api.doctor()).find(({ id }) => id === 'transports')?.facts?.off
    if (transport === 'quic-v1' && off === 'QUIC') return ctx.skip('the binary of QUIC does not load here')
    const digest = makeFile(ground.path('file.bin'), 24 * 1024 * 1024, name)
    const { link } = await share(source.api, ground.path('file.bin'))
    const address = source.addresses.find((text) => fits.test(text))
    expect(address, `an address of ${name} among ${source.addresses.join(' ')}`).toBeDefined()

    const root = await fetchInto(sink.api, `shoal:${bareCid(link)}?pe=${address}`, sink.downloads)
    await untilSeeding(sink.api, root)

    const connected = (await sink.api.peers()).filter((peer) => peer.connected)
    expect(connected.map((peer) => [peer.peer, peer.transport, peer.path])).toEqual([[source.id, transport, 'lan']])
    const { name: fileName } = await sink.api.share(root)
    expect(await digestOf(join(sink.downloads, fileName))).toBe(digest)
  })
})
