/** The node's small decisions: where to listen, what to say on the LAN, when to want a relay. */
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { listen, listenPlan, noteText } from '../../../main/engine/network/listening.ts'
import { announcement, readResponse } from '../../../main/engine/network/mdns-messages.ts'
import { relayStep } from '../../../main/engine/network/relay-policy.ts'

const ID = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'
const OTHER = '12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd'

describe('listening', () => {
  /** A machine where some "host port" pairs cannot be had; port 0 becomes 50000 + n. */
  function machine(taken: readonly RegExp[]): { asked: string[]; tryListen: (address: Multiaddr) => Promise<number> } {
    const asked: string[] = []
    let next = 50_000
    return {
      asked,
      tryListen: async (address) => {
        asked.push(address.toString())
        if (taken.some((pattern) => pattern.test(address.toString()))) throw new Error('EADDRINUSE')
        const port = Number(/\/(?:tcp|udp)\/(\d+)/.exec(address.toString())?.[1])
        return port === 0 ? next++ : port
      },
    }
  }

  it('[NE50] local mode listens on loopback, on one port', async () => {
    const { asked, tryListen } = machine([])
    const result = await listen(listenPlan('local', 4100, false, false), tryListen)
    expect(result).toEqual({ tcpPort: 4100, notes: [] })
    expect(asked).toEqual(['/ip4/127.0.0.1/tcp/4100'])
  })

  it('[NE50] both families, WebSockets and QUIC follow the TCP port', async () => {
    const { asked, tryListen } = machine([])
    await listen(listenPlan('lan', 0, true, true), tryListen)
    expect(asked).toEqual([
      '/ip4/0.0.0.0/tcp/0',
      '/ip6/::/tcp/50000',
      '/ip4/0.0.0.0/tcp/50001/ws',
      '/ip4/0.0.0.0/udp/50000/quic-v1',
    ])
  })

  it('[NE51] a taken port is replaced, and said', async () => {
    const { tryListen } = machine([/tcp\/4100$/])
    const { tcpPort, notes } = await listen(listenPlan('local', 4100, false, false), tryListen)
    expect(tcpPort).toBe(50_000)
    expect(notes).toEqual([{ code: 'port-taken', wanted: 4100, port: 50_000 }])
    expect(notes.map(noteText)).toEqual(['Port 4100 is taken by another program; listening on 50000 instead.'])
  })

  it('[NE51] a machine without IPv6, and without UDP, still listens', async () => {
    const { tryListen } = machine([/ip6/, /udp/])
    const { tcpPort, notes } = await listen(listenPlan('lan', 4100, true, true), tryListen)
    expect(tcpPort).toBe(4100)
    expect(notes.map(noteText)).toEqual(['QUIC is off: Error: EADDRINUSE.'])
  })

  it('[NE51] no TCP at all is an error', async () => {
    const { tryListen } = machine([/tcp/])
    await expect(listen(listenPlan('lan', 0, true, true), tryListen)).rejects.toThrow('cannot listen for other peers')
  })
})

describe('LAN messages', () => {
  const address = (text: string): Multiaddr => multiaddr(text)
  const txt = (data: string[]): Parameters<typeof readResponse>[0] => ({
    answers: [
      { type: 'PTR', name: '_shoal._udp.local', data: 'x._shoal._udp.local' },
      ...data.map((text) => ({ type: 'TXT' as const, name: 'x._shoal._udp.local', data: [Buffer.from(text)] })),
    ],
    additionals: [],
  })

  it('[NE40] what is announced is read back', () => {
    const addresses = [`/ip4/192.168.1.2/tcp/1/p2p/${ID}`, `/ip4/192.168.1.2/udp/1/quic-v1/p2p/${ID}`].map(address)
    const answers = announcement('instance', addresses) ?? []
    const seen = readResponse({ answers, additionals: [] })
    expect(seen?.peer.toString()).toBe(ID)
    expect(seen?.addresses.map(String)).toEqual(addresses.map(String))
  })

  it('[NE40] nothing to tell is not announced', () => {
    expect(announcement('instance', [])).toBeUndefined()
    expect(announcement('instance', [address('/ip4/192.168.1.2/tcp/1')])).toBeUndefined()
  })

  it.each([
    ['another service', { answers: [{ type: 'PTR' as const, name: '_ipp._tcp.local', data: 'x' }], additionals: [] }],
    ['no text', txt([])],
    ['not a multiaddr', txt(['dnsaddr=/nonsense/1'])],
    ['no peer', txt(['dnsaddr=/ip4/1.2.3.4/tcp/1'])],
    ['another key', txt([`addr=/ip4/1.2.3.4/tcp/1/p2p/${ID}`])],
    ['too long', txt([`dnsaddr=/dns4/${'a'.repeat(250)}/tcp/1/p2p/${ID}`])],
  ])('[NE41] %s is nobody', (_, packet) => {
    expect(readResponse(packet)).toBeUndefined()
  })

  it('[NE41] one message speaks of one peer and of at most 8 addresses', () => {
    const mixed = readResponse(txt([`dnsaddr=/ip4/1.2.3.4/tcp/1/p2p/${ID}`, `dnsaddr=/ip4/1.2.3.4/tcp/2/p2p/${OTHER}`]))
    expect(mixed?.addresses).toHaveLength(1)
    const many = Array.from({ length: 50 }, (_, port) => `dnsaddr=/ip4/1.2.3.4/tcp/${port + 1}/p2p/${ID}`)
    expect(readResponse(txt(many))?.addresses).toHaveLength(8)
  })
})

describe('relay', () => {
  const facts = { reserved: false, confirmedPublic: 0, connections: 5, behindNat: false, upForMs: 60_000 }
  it.each([
    ['too early', { upForMs: 59_000 }, 'keep'],
    ['nobody to ask', { connections: 0, upForMs: 90_000 }, 'keep'],
    ['nobody has confirmed anything', {}, 'reserve'],
    ['behind a NAT, while the router may still open a port', { behindNat: true, upForMs: 9_999 }, 'keep'],
    ['behind a NAT', { behindNat: true, upForMs: 10_000 }, 'reserve'],
    ['has one', { reserved: true, upForMs: 90_000 }, 'keep'],
    ['reachable now', { reserved: true, confirmedPublic: 1, upForMs: 90_000 }, 'release'],
    ['reachable', { confirmedPublic: 1, upForMs: 90_000 }, 'keep'],
    ['reachable behind a NAT', { behindNat: true, confirmedPublic: 1, upForMs: 90_000 }, 'keep'],
  ])('[NE52] %s', (_, change, step) => {
    expect(relayStep({ ...facts, ...change })).toBe(step)
  })
})
