/** What counts as infrastructure, whether it could be switched off now, and how we are reached: as tables of facts. */
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import {
  type IndependenceFacts,
  type InfrastructureFacts,
  independence,
  infrastructureOf,
  natOf,
} from '../../../main/engine/flows/infrastructure.ts'

const peers = (...names: string[]): IndependenceFacts['peers'] =>
  names.map((name) => ({ peer: name.replace('~', ''), direct: !name.startsWith('~') }))

describe('independence', () => {
  it.each<[string, Partial<IndependenceFacts>, string]>([
    ['nobody is connected', {}, 'alone'],
    ['two friends, no helper', { peers: peers('ada', 'bea') }, 'none-in-use'],
    [
      'a friend and the bootstrap peer',
      { peers: peers('ada', 'boot'), helpers: new Set(['boot']), inUse: true },
      'could-be-off',
    ],
    ['the router holds a port open', { peers: peers('ada'), inUse: true }, 'could-be-off'],
    [
      'the bootstrap peer is all there is',
      { peers: peers('boot'), helpers: new Set(['boot']), inUse: true },
      'bootstrap-only',
    ],
    [
      'chunks come from the bootstrap peer',
      { peers: peers('ada', 'boot'), helpers: new Set(['boot']), inUse: true, busy: new Set(['boot']) },
      'bootstrap-only',
    ],
    [
      'chunks come from a friend',
      { peers: peers('ada', 'boot'), helpers: new Set(['boot']), inUse: true, busy: new Set(['ada']) },
      'could-be-off',
    ],
    [
      'a friend is reached over a relay',
      { peers: peers('~ada', 'relay'), helpers: new Set(['relay']), inUse: true },
      'relayed',
    ],
  ])('[NE93] %s', (_, facts, verdict) => {
    const nobody = { peers: [], helpers: new Set<string>(), inUse: false, busy: new Set<string>() }
    expect(independence({ ...nobody, ...facts })).toBe(verdict)
  })
})

const ADA = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'
const BEA = '12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd'

describe('infrastructure', () => {
  const told = (facts: Partial<InfrastructureFacts>) =>
    infrastructureOf({ bootstrap: [], connections: [], addresses: [], portMapping: false, mapped: [], ...facts })

  it('[NE93] a bootstrap peer is in use while it is connected; an address that leads nowhere is told as it was written', () => {
    const bootstrap = [`/ip4/8.8.8.8/tcp/1/p2p/${ADA}`, `/dnsaddr/x/p2p/${BEA}`, 'nonsense']
    const connections = [{ peer: ADA, address: multiaddr('/ip4/9.9.9.9/tcp/7') }]
    expect(told({ bootstrap, connections })).toEqual([
      { kind: 'bootstrap', address: bootstrap[0], peer: ADA, inUse: true },
      { kind: 'bootstrap', address: bootstrap[1], peer: BEA, inUse: false },
      { kind: 'bootstrap', address: 'nonsense', inUse: false },
    ])
  })

  it('[NE93] a relay carries a connection to somebody, or holds a place for us; it is told once', () => {
    const relay = `/ip4/8.8.8.8/tcp/1/p2p/${ADA}`
    const connections = [{ peer: BEA, address: multiaddr(`${relay}/p2p-circuit/p2p/${BEA}`) }]
    const addresses = [multiaddr(`${relay}/p2p-circuit`), multiaddr('/ip4/10.0.0.1/tcp/2')]
    expect(told({ connections, addresses })).toEqual([{ kind: 'relay', address: relay, peer: ADA, inUse: true }])
  })

  it('[NE93] a port mapping is told with what the router holds open, or as asked for and not had', () => {
    const mapped = [multiaddr('/ip4/8.8.8.8/tcp/4001')]
    expect(told({ portMapping: true, mapped })).toEqual([
      { kind: 'port-mapping', address: '/ip4/8.8.8.8/tcp/4001', inUse: true },
    ])
    expect(told({ portMapping: true })).toEqual([{ kind: 'port-mapping', address: 'UPnP', inUse: false }])
  })
})

describe('how others reach us', () => {
  const relayed = multiaddr(`/ip4/8.8.8.8/tcp/1/p2p/${ADA}/p2p-circuit`)
  const direct = multiaddr('/ip4/9.9.9.9/tcp/4001')
  it.each([
    ['a mode that keeps to itself', { mode: 'lan' as const }, 'local'],
    ['nobody has said anything', {}, 'unknown'],
    ['others see us, but it is too early', { isSeen: true, upForMs: 30_000 }, 'unknown'],
    ['others see us, and nobody got through', { isSeen: true }, 'private'],
    ['a relayed address is not our own', { isSeen: true, reachable: [relayed] }, 'private'],
    ['others got through', { reachable: [relayed, direct] }, 'public'],
  ])('[NE93] %s', (_, facts, state) => {
    const nat = natOf({ mode: 'internet', reachable: [], isSeen: false, upForMs: 120_000, ...facts })
    expect(nat.state).toBe(state)
    expect(nat.publicAddresses).toEqual(state === 'public' ? [direct.toString()] : [])
  })
})
