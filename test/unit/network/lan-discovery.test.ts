/** When LAN discovery speaks, in virtual time, on a wire that the test listens on instead of a socket. */
import { EventEmitter } from 'node:events'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LanDiscovery } from '../../../main/engine/network/lan-discovery.ts'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import { MDNS_SERVICE } from '../../../main/engine/network/protocols.ts'
import { VirtualClock } from '../routing/virtual-clock.ts'

/** One interface's end of the wire. */
class Wire extends EventEmitter {
  readonly queries: unknown[] = []
  readonly responses: unknown[] = []
  query(question: unknown): void {
    this.queries.push(question)
  }
  respond(answer: unknown): void {
    this.responses.push(answer)
  }
  destroy(done?: () => void): void {
    done?.()
  }
}
const wires: Wire[] = []
vi.mock('multicast-dns', () => ({
  default: () => {
    const wire = new Wire()
    wires.push(wire)
    return wire
  },
}))

const cable = (address: string) => ({ name: address, address, family: 'IPv4', internal: false, cidr: null }) as const

describe('LAN discovery', () => {
  let clock: VirtualClock
  let addresses: string[]
  let interfaces: ReturnType<typeof cable>[]
  let discovery: LanDiscovery

  beforeEach(async () => {
    wires.length = 0
    clock = new VirtualClock()
    const self = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    addresses = ['/ip4/10.0.0.2/tcp/4001']
    interfaces = [cable('10.0.0.2')]
    discovery = new LanDiscovery({
      self,
      addresses: () => addresses.map((text) => multiaddr(`${text}/p2p/${self}`)),
      interfaces: () => interfaces,
      onPeer: () => {},
      clock,
      logger: silentLogger,
    })
  })
  afterEach(() => discovery.stop())

  const wire = (index = 0): Wire => {
    const found = wires[index]
    if (found === undefined) throw new Error('no such interface')
    return found
  }

  it('[NE42] asks at 0, 1 and 3 s, every 10 s, and at last every 60 s', async () => {
    const startedAt = clock.now()
    const askedAt: number[] = []
    discovery.start()
    const asks = vi.spyOn(wire(), 'query').mockImplementation(() => {
      askedAt.push(clock.now() - startedAt)
    })
    expect(wire().queries).toEqual([{ questions: [{ name: MDNS_SERVICE, type: 'PTR' }] }])
    for (let second = 0; second < 300; second++) await clock.advance(1_000)
    expect(askedAt.slice(0, 6)).toEqual([1_000, 3_000, 13_000, 23_000, 33_000, 63_000])
    expect(askedAt.slice(6)).toEqual([123_000, 183_000, 243_000])
    asks.mockRestore()
  })

  it('[NE42] announces itself unasked when it starts, and when its addresses change', () => {
    discovery.start()
    expect(wire().responses).toHaveLength(0)
    wire().emit('ready')
    expect(wire().responses).toHaveLength(1)
    addresses = ['/ip4/10.0.0.2/tcp/4002']
    discovery.announce()
    expect(wire().responses).toHaveLength(2)
    expect(JSON.stringify(wire().responses[1])).toContain('/tcp/4002')
  })

  it('[NE42] asks often again on an interface that was plugged in', async () => {
    discovery.start()
    await clock.advance(240_000)
    interfaces = [...interfaces, cable('10.1.0.2')]
    // The next query of the slow rhythm sees it.
    await clock.advance(3_000)
    expect(wires).toHaveLength(2)
    expect(wire(1).queries).toHaveLength(1)
    await clock.advance(3_000)
    expect(wire(1).queries).toHaveLength(3)
  })
})
