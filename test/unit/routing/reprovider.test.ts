/** Announcements in virtual time, on a DHT that the test controls. */
import { CID } from 'multiformats/cid'
import { identity } from 'multiformats/hashes/identity'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import { REFRESH_MS } from '../../../main/engine/routing/announce-state.ts'
import { Reprovider } from '../../../main/engine/routing/reprovider.ts'
import type { Announcement } from '../../../shared/contract/model.ts'
import { FakeDht } from './fake-dht.ts'
import { settle, VirtualClock } from './virtual-clock.ts'

const root = (index = 0): CID => CID.createV1(0x55, identity.digest(new Uint8Array([index >> 8, index & 255])))

interface World {
  readonly clock: VirtualClock
  readonly dht: FakeDht
  readonly reprovider: Reprovider
  readonly states: string[]
  addresses: string[]
  now(): Announcement | undefined
}

function world(route: 'lan-dht' | 'internet-dht' = 'lan-dht'): World {
  const clock = new VirtualClock()
  const dht = new FakeDht(route)
  const states: string[] = []
  const made: World = {
    clock,
    dht,
    states,
    addresses: ['/ip4/10.0.0.1/tcp/1'],
    reprovider: new Reprovider({
      dhts: [dht],
      ownAddresses: () => made.addresses,
      onChange: (_, [announcement]) => states.push(`${announcement?.state} ${announcement?.peers}`),
      tools: { clock, random: () => 0, logger: silentLogger },
    }),
    now: () => made.reprovider.announcements(root())[0],
  }
  made.reprovider.start()
  return made
}

describe('reprovider', () => {
  it('[NE80] announces in the background and says how many took it', async () => {
    const { dht, reprovider, clock, states, now } = world()
    dht.join('a', 'b', 'c')
    dht.dead.add('c')
    reprovider.announce(root())
    await clock.advance(0)
    expect(states).toEqual(['running 0', 'announced 2'])
    expect(now()).toEqual({
      route: 'lan-dht',
      state: 'announced',
      peers: 2,
      lastAt: 1_000_000,
      nextAt: 1_000_000 + REFRESH_MS['lan-dht'],
    })
  })

  it('[NE82] a share announced while alone is announced when the first peer comes', async () => {
    const { dht, reprovider, clock, now } = world()
    reprovider.announce(root())
    await clock.advance(10_000)
    expect([now()?.state, dht.provides]).toEqual(['waiting', 0])
    dht.join('a')
    await clock.advance(600)
    expect([now()?.state, now()?.peers]).toEqual(['announced', 1])
  })

  it('[NE82] newcomers to the LAN DHT get the record within seconds, in few rounds', async () => {
    const { dht, reprovider, clock, now } = world()
    dht.join('a')
    reprovider.announce(root())
    await clock.advance(20_000)
    for (let index = 0; index < 10; index++) {
      dht.join(`n${index}`)
      await clock.advance(100)
    }
    await clock.advance(7000)
    expect(now()?.peers).toBe(11)
    expect(dht.provides).toBeLessThanOrEqual(4)
  })

  it('[NE82] a peer in the table that never answers does not make it announce again and again', async () => {
    const { dht, reprovider, clock } = world()
    dht.join('a', 'dead')
    dht.dead.add('dead')
    reprovider.announce(root())
    await clock.advance(60 * 60_000)
    expect(dht.provides).toBe(1)
  })

  it('[NE82] a peer that went and came back gets the record again', async () => {
    const { dht, reprovider, clock } = world()
    dht.join('a', 'b')
    reprovider.announce(root())
    await clock.advance(60_000)
    reprovider.peerLeft('b')
    reprovider.peerCame()
    await clock.advance(5000)
    expect(dht.provides).toBe(2)
  })

  it('[NE81] is repeated before records expire', async () => {
    const { dht, reprovider, clock } = world('internet-dht')
    dht.join('a')
    reprovider.announce(root())
    await clock.advance(48 * 60 * 60_000)
    expect(dht.provides).toBe(3)
  })

  it('[NE83] a round that nobody took is tried again with back-off', async () => {
    const { dht, reprovider, clock, now } = world()
    dht.join('a')
    dht.dead.add('a')
    reprovider.announce(root())
    await clock.advance(36_000)
    expect(now()?.state).toBe('failed')
    expect(dht.provides).toBe(4) // at 0, 5, 15 and 35 s
    dht.dead.clear()
    await clock.advance(60_000)
    expect([now()?.state, now()?.peers]).toEqual(['announced', 1])
  })

  it('[NE84] new addresses make every record due', async () => {
    const made = world()
    made.dht.join('a')
    made.reprovider.announce(root())
    await made.clock.advance(60_000)
    made.reprovider.addressesChanged()
    await made.clock.advance(60_000)
    expect(made.dht.provides).toBe(1)
    made.addresses = ['/ip4/10.0.0.2/tcp/1']
    made.reprovider.addressesChanged()
    await made.clock.advance(2000)
    expect(made.dht.provides).toBe(2)
  })

  it.each([
    ['the first that leads here from outside', '/ip4/8.8.8.8/tcp/1', 5_000],
    ['another one inside', '/ip4/10.0.0.2/tcp/1', 60_000],
  ])('[NE84] on the internet DHT, %s', async (_, address, afterMs) => {
    const made = world('internet-dht')
    made.dht.join('a')
    made.reprovider.announce(root())
    await made.clock.advance(1_000)
    made.addresses = [...made.addresses, address]
    made.reprovider.addressesChanged()
    await made.clock.advance(afterMs - 1)
    expect(made.dht.provides).toBe(1)
    await made.clock.advance(1)
    expect(made.dht.provides).toBe(2)
  })

  it('[NE84] on the internet DHT, a further one that leads here from outside does not hurry', async () => {
    const made = world('internet-dht')
    made.addresses = ['/ip4/8.8.8.8/tcp/1']
    made.reprovider.addressesChanged()
    made.dht.join('a')
    made.reprovider.announce(root())
    await made.clock.advance(1_000)
    made.addresses = ['/ip4/8.8.8.8/tcp/1', '/ip4/8.8.8.8/tcp/2']
    made.reprovider.addressesChanged()
    await made.clock.advance(59_999)
    expect(made.dht.provides).toBe(1)
    await made.clock.advance(1)
    expect(made.dht.provides).toBe(2)
  })

  it('[NE85] at most two rounds at a time, and all shares get their turn', async () => {
    const { dht, reprovider, clock } = world()
    dht.join('a')
    let release = (): void => {}
    dht.hold = new Promise((resolve) => {
      release = resolve
    })
    for (let index = 0; index < 20; index++) reprovider.announce(root(index))
    await clock.advance(100)
    expect([dht.running, dht.provides]).toEqual([2, 2])
    release()
    await clock.advance(100)
    expect([dht.maxRunning, dht.provides]).toEqual([2, 20])
  })

  it('[NE80] withdrawing stops the running round and all later ones', async () => {
    const { dht, reprovider, clock, now } = world()
    dht.join('a')
    let release = (): void => {}
    dht.hold = new Promise((resolve) => {
      release = resolve
    })
    reprovider.announce(root())
    await clock.advance(10)
    await reprovider.withdraw(root())
    release()
    await clock.advance(24 * 60 * 60_000)
    expect([dht.provides, now(), dht.withdrawn]).toEqual([1, undefined, [root().toString()]])
  })

  it('stop leaves no timer, no listener and no round', async () => {
    const { dht, reprovider, clock } = world()
    dht.join('a')
    reprovider.announce(root())
    await clock.advance(1000)
    await reprovider.stop()
    await settle()
    expect([clock.pending, dht.listenerCount, dht.running]).toEqual([0, 0, 0])
  })
})
