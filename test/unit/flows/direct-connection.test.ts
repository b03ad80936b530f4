/** Coming by a connection that is fit for the exchange, in virtual time: there, dialled, or grown out of a relayed one. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Connection, PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DirectPorts, directConnection, onlyRelayed } from '../../../main/engine/flows/direct-connection.ts'
import { settle, VirtualClock } from '../routing/virtual-clock.ts'

const DIRECT = multiaddr('/ip4/192.168.7.2/tcp/4001')
const RELAYED = multiaddr('/ip4/8.8.8.8/tcp/1/p2p/12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb/p2p-circuit')
let peer: PeerId
beforeAll(async () => {
  peer = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
})

/** What is looked at of a connection. */
const connection = (limits?: Connection['limits']): Connection =>
  ({ status: 'open', remotePeer: peer, ...(limits === undefined ? {} : { limits }) }) as unknown as Connection
const limited = () => connection({ seconds: 120 })

function world(options: {
  open?: Connection[]
  addresses?: Multiaddr[]
  dial: (addresses: string[]) => Promise<Connection>
}) {
  const clock = new VirtualClock()
  const events = new EventTarget()
  const open = options.open ?? []
  const dialled: string[][] = []
  const ports: DirectPorts = {
    clock,
    node: {
      libp2p: {
        getConnections: () => open,
        addEventListener: events.addEventListener.bind(events),
        removeEventListener: events.removeEventListener.bind(events),
      } as DirectPorts['node']['libp2p'],
      dial: (_peer, addresses) => {
        const texts = addresses.map(String)
        dialled.push(texts)
        return options.dial(texts)
      },
    },
    routing: { book: { addresses: () => options.addresses ?? [DIRECT, RELAYED] } },
  }
  const comes = (one: Connection): void => {
    events.dispatchEvent(new CustomEvent('connection:open', { detail: one }))
  }
  const stop = new AbortController()
  return { clock, dialled, comes, stop, result: directConnection(ports, peer, stop.signal) }
}
const never = () => new Promise<Connection>(() => {})

describe('[NE103] a connection for an exchange', () => {
  test('one that is there is used, whatever else there is', async () => {
    const there = connection()
    const { result, dialled } = world({ open: [limited(), there], dial: never })
    expect([await result, dialled]).toEqual([there, []])
  })

  test('without one every address is dialled', async () => {
    const fresh = connection()
    const { result, dialled } = world({ dial: async () => fresh })
    expect([await result, dialled]).toEqual([fresh, [[String(DIRECT), String(RELAYED)]]])
  })

  test('when only the relay answers, the direct one that the other end opens is waited for, and not dialled meanwhile', async () => {
    const { clock, result, dialled, comes } = world({ dial: async () => limited() })
    await clock.advance(5_000)
    comes(limited())
    expect(dialled).toHaveLength(1)
    const direct = connection()
    comes(direct)
    expect(await result).toBe(direct)
    await clock.advance(60_000)
    expect(dialled).toHaveLength(1)
  })

  test('one that comes while we still dial is taken at once', async () => {
    const { result, comes } = world({ dial: never })
    await settle()
    const direct = connection()
    comes(direct)
    expect(await result).toBe(direct)
  })

  test('no hole was punched: addresses that lead there directly are tried, the relay not again', async () => {
    const direct = connection()
    const { clock, result, dialled } = world({
      open: [limited()],
      dial: async (addresses) => (addresses.includes(String(RELAYED)) ? limited() : direct),
    })
    await clock.advance(7_999)
    expect(dialled).toEqual([])
    await clock.advance(1)
    expect([await result, dialled]).toEqual([direct, [[String(DIRECT)]]])
  })

  test('nothing but the relay leads there: an error that says so, after a while', async () => {
    const { clock, result } = world({ open: [limited()], addresses: [RELAYED], dial: never })
    const failure = expect(result).rejects.toThrow(/only a relay leads to the peer/)
    await clock.advance(8_000)
    await failure
  })

  test('ends with its signal, and leaves no timer', async () => {
    const { clock, result, stop } = world({ open: [limited()], dial: never })
    await settle()
    stop.abort(new Error('enough'))
    await expect(result).rejects.toThrow('enough')
    await settle()
    expect(clock.pending).toBe(0)
  })

  test.for([
    ['nobody', [], false],
    ['a relay', [{ status: 'open', limits: { seconds: 1 } }], true],
    ['a relay and a direct one', [{ status: 'open', limits: { seconds: 1 } }, { status: 'open' }], false],
    ['a relay that is going', [{ status: 'closing', limits: { seconds: 1 } }], false],
  ] as const)('only relayed: %s', ([, connections, expected]) => {
    expect(onlyRelayed(connections)).toBe(expected)
  })
})
