/**
 * Finding a share between real processes: through a LAN DHT of more than twenty nodes that know one bootstrap peer, by
 * multicast DNS alone, and in local mode without one packet leaving the machine.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { NetLab, netnsMissing } from './support/netns.ts'
import { announced, foundBy, RoutingProcess, ready } from './support/routing-processes.ts'

const ROOT = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi'
const base = { mode: 'local', nodes: 1, bootstrap: [], lanDht: true } as const

const processes: RoutingProcess[] = []
let lab: NetLab | undefined

function start(...args: ConstructorParameters<typeof RoutingProcess>): RoutingProcess {
  const started = new RoutingProcess(...args)
  processes.push(started)
  return started
}

afterEach(async () => {
  await Promise.all(processes.splice(0).map((process) => process.stop()))
  await lab?.dispose()
  lab = undefined
})

/** Of a peer that is ready there is always one. */
const first = (addresses: readonly string[] | undefined): string => addresses?.[0] ?? ''

describe('LAN DHT', () => {
  it('[NE31] a link without addresses is found among 23 nodes that know one bootstrap peer', async () => {
    const door = start(base)
    const [doorReady] = await door.say(ready)
    const bootstrap = [first(doorReady?.addresses)]
    const sharer = start({ ...base, bootstrap, announce: ROOT })
    const [sharerReady] = await sharer.say(ready)
    const crowd = [5, 5, 5, 5].map((nodes) => start({ ...base, bootstrap, nodes }))
    await Promise.all(crowd.map((group) => group.say(ready, 5)))
    await sharer.say(announced)

    const startedAt = performance.now()
    const finder = start({ ...base, bootstrap, find: ROOT })
    const [found] = await finder.say(foundBy(sharerReady?.peer ?? '', 'lan-dht'))
    expect(found?.addresses).toBeGreaterThan(0)
    console.log(`found ${Math.round(performance.now() - startedAt)} ms after the start of the finder's process`)
  })
})

describe('multicast DNS', () => {
  it('[NE40] alone, without router and default route, finds a neighbour', async (ctx) => {
    const missing = await netnsMissing()
    if (missing !== undefined) return ctx.skip(missing)
    lab = await NetLab.create()
    const task = { ...base, mode: 'lan', lanDht: false } as const
    const sharer = start(task, await lab.host())
    const [sharerReady] = await sharer.say(ready)
    const finder = start({ ...task, find: ROOT }, await lab.host())
    const [found] = await finder.say(foundBy(sharerReady?.peer ?? '', 'mdns'))
    expect(found?.addresses).toBeGreaterThan(0)
  })
})

describe('local mode', () => {
  it('[NE10] works on a machine without any network', async (ctx) => {
    const missing = await netnsMissing()
    if (missing !== undefined) return ctx.skip(missing)
    lab = await NetLab.create()
    const island = await lab.island()
    const sharer = start({ ...base, announce: ROOT }, island)
    const [sharerReady] = await sharer.say(ready)
    const finder = start({ ...base, bootstrap: [first(sharerReady?.addresses)], find: ROOT }, island)
    await finder.say(foundBy(sharerReady?.peer ?? '', 'lan-dht'))
  })

  it('[NE10] not one packet leaves the machine, while lan mode on the same machine sends some', async (ctx) => {
    const missing = await netnsMissing()
    if (missing !== undefined) return ctx.skip(missing)
    lab = await NetLab.create()
    const host = await lab.host({ route: true })
    const { sent } = await host.packets()
    // Everything that could tempt it: strange bootstrap addresses, a share to announce, a share to find.
    const bootstrap = [
      '/ip4/10.77.0.9/tcp/4001/p2p/12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb',
      '/dnsaddr/bootstrap.libp2p.io/p2p/QmNnooDu7bfjPFoTZYxMNLWUQJyrVwtbZg5gBMjTezGAJN',
      '/ip4/8.8.8.8/tcp/4001/p2p/12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd',
    ]
    const sharer = start({ ...base, bootstrap, announce: ROOT }, host)
    const [sharerReady] = await sharer.say(ready)
    const finder = start({ ...base, bootstrap: [...bootstrap, first(sharerReady?.addresses)], find: ROOT }, host)
    await finder.say(foundBy(sharerReady?.peer ?? '', 'lan-dht'))
    expect((await host.packets()).sent).toBe(sent)

    const lan = start({ ...base, mode: 'lan' }, host)
    await lan.say(ready)
    // Multicast queries go out at the start; the counter is the event that we wait for.
    await expect.poll(async () => (await host.packets()).sent, { timeout: 10_000 }).toBeGreaterThan(sent)
  })
})
