/** Where a share can be had, told only on proof. */
import { describe, expect, test } from 'vitest'
import { type Reach, reachOf, scopesOf } from '../../../renderer/model/reach.ts'
import { scopeOfAddress } from '../../../renderer/model/reach-address.ts'
import type { Peer } from '../../../shared/contract/model.ts'
import type { NetworkView } from '../../../shared/contract/network-view.ts'

const LAN = ['/ip4/127.0.0.1/tcp/1/p2p/me', '/ip4/192.168.1.5/tcp/1/p2p/me']
type Node = Parameters<typeof reachOf>[0]
const lan: Node = { network: 'lan', listening: LAN, reachable: [], connections: 0 }
const internet: Node = { ...lan, network: 'internet', connections: 3 }
const whole = { state: 'seeding', haveChunks: 5, chunkCount: 5 } as const
const peer = (path: Peer['path'], more: Partial<Peer> = {}) => ({ connected: true, shoal: true, path, ...more }) as Peer
const nat = (state: NetworkView['nat']['state'], publicAddresses: string[] = []) => ({ state, publicAddresses })
const PUBLIC = '/ip4/8.8.4.4/tcp/1/p2p/me'

describe('[UI1] a place is proven by a peer from there, or by a confirmed public address', () => {
  test.each<[string, Reach['farthest'], Parameters<typeof reachOf>]>([
    ['listening alone proves nothing', 'nobody', [lan, whole, [], undefined]],
    ['a peer of this computer', 'computer', [lan, whole, [peer('loopback')], undefined]],
    ['a peer of this network', 'network', [lan, whole, [peer('loopback'), peer('lan')], undefined]],
    ['a direct peer from outside', 'internet', [internet, whole, [peer('direct')], undefined]],
    ['a peer over a relay carries no files', 'nobody', [internet, whole, [peer('relay')], undefined]],
    ['a peer that is not Shoal', 'nobody', [lan, whole, [peer('lan', { shoal: false })], undefined]],
    ['a peer that has left', 'nobody', [lan, whole, [peer('lan', { connected: false })], undefined]],
    ['a blocked peer', 'nobody', [lan, whole, [peer('lan', { blocked: { reason: 'x', at: 0 } })], undefined]],
    ['a confirmed public address', 'internet', [{ ...internet, reachable: [PUBLIC] }, whole, [], undefined]],
    ['one that the network view tells of', 'internet', [internet, whole, [], nat('public', [PUBLIC])]],
    [
      'an address behind a relay only introduces',
      'nobody',
      [{ ...internet, reachable: [`${PUBLIC}/p2p-circuit/p2p/me`] }, whole, [], undefined],
    ],
    ['a mode that keeps out of the internet', 'nobody', [{ ...lan, reachable: [PUBLIC] }, whole, [], undefined]],
    ['paused', 'nobody', [lan, { ...whole, state: 'paused' }, [peer('lan')], undefined]],
    ['failed', 'nobody', [lan, { ...whole, state: 'failed' }, [peer('lan')], undefined]],
    [
      'nothing of it here yet',
      'nobody',
      [lan, { ...whole, state: 'downloading', haveChunks: 0 }, [peer('lan')], undefined],
    ],
    [
      'a part of it here',
      'network',
      [lan, { ...whole, state: 'downloading', haveChunks: 1 }, [peer('lan')], undefined],
    ],
  ])('%s: %s', (_, expected, [node, share, peers, view]) => {
    expect(reachOf(node, share, peers, view).farthest).toBe(expected)
  })
})

describe('[UI1] what is not proven says why', () => {
  test('the mode switches places off', () => {
    const scopes = scopesOf({ ...lan, network: 'local' }, [], undefined)
    expect(scopes.computer).toEqual({ state: 'waiting', why: 'nobody-yet' })
    expect(scopes.network).toEqual({ state: 'off', why: 'mode' })
    expect(scopes.internet).toEqual({ state: 'off', why: 'mode' })
  })
  test('a computer without an address in a network is in none', () => {
    const scopes = scopesOf({ ...lan, listening: ['/ip4/127.0.0.1/tcp/1'] }, [], undefined)
    expect(scopes.network).toEqual({ state: 'off', why: 'no-address' })
  })
  test.each([
    ['no-connection', { ...internet, connections: 0 }, undefined],
    ['behind-router', internet, nat('private')],
    ['unconfirmed', internet, nat('unknown')],
    ['unconfirmed', internet, undefined],
  ] as const)('internet: %s', (why, node, view) => {
    expect(scopesOf(node, [], view).internet).toEqual({ state: 'waiting', why })
  })
})

test('an empty file has no chunk, and all of it is here', () => {
  expect(reachOf(lan, { state: 'seeding', haveChunks: 0, chunkCount: 0 }, [], undefined).gives).toBe('all')
})

test.each([
  ['/ip4/127.0.0.1/tcp/1', 'loopback'],
  ['/ip6/::1/tcp/1', 'loopback'],
  ['/ip4/10.1.2.3/tcp/1', 'private'],
  ['/ip4/172.16.0.1/udp/1/quic-v1', 'private'],
  ['/ip4/172.32.0.1/tcp/1', 'public'],
  ['/ip4/100.64.0.1/tcp/1', 'private'],
  ['/ip4/100.128.0.1/tcp/1', 'public'],
  ['/ip6/fe80::1/tcp/1', 'private'],
  ['/ip6/fd12::1/tcp/1', 'private'],
  ['/ip6/2a00::1/tcp/1', 'public'],
  ['/dns4/example.org/tcp/1', 'public'],
  ['/ip4/8.8.8.8/tcp/1/p2p/x/p2p-circuit', 'relay'],
  ['/unix/x', 'other'],
] as const)('%s is %s', (address, reach) => {
  expect(scopeOfAddress(address)).toBe(reach)
})
