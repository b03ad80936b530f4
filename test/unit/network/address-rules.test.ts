/** Tables of what each mode may dial, accept, store and tell, and of the order in which addresses are tried. */
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { addressRank } from '../../../main/engine/network/address-order.ts'
import {
  addressesToTell,
  addressScope,
  ipKey,
  ipScope,
  mayAccept,
  mayDial,
  peerIdIn,
  withoutPeerId,
} from '../../../main/engine/network/address-rules.ts'
import { pathKind, transportName } from '../../../main/engine/network/paths.ts'

const ID = '12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb'
const RELAY = '12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd'

describe('scopes', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['169.254.3.4', 'link-local'],
    ['fe80::1', 'link-local'],
    ['10.0.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.1.1', 'private'],
    ['100.64.0.1', 'private'],
    ['fd12::1', 'private'],
    ['::ffff:192.168.1.1', 'private'],
    ['8.8.8.8', 'public'],
    ['2606:4700::1', 'public'],
    ['0.0.0.0', 'unusable'],
    ['::', 'unusable'],
    ['224.0.0.251', 'unusable'],
    ['255.255.255.255', 'unusable'],
    ['ff02::fb', 'unusable'],
    ['not an ip', 'unusable'],
  ])('[NE10] %s is %s', (ip, scope) => {
    expect(ipScope(ip)).toBe(scope)
  })
})

describe('what each mode dials', () => {
  it.each([
    ['/ip4/127.0.0.1/tcp/1', 'local lan internet'],
    ['/ip6/::1/tcp/1/ws', 'local lan internet'],
    ['/ip4/192.168.1.2/tcp/1', 'lan internet'],
    ['/ip6zone/eth0/ip6/fe80::1/tcp/1', 'lan internet'],
    ['/ip4/169.254.1.1/udp/1/quic-v1', 'lan internet'],
    ['/ip4/8.8.8.8/tcp/1', 'internet'],
    ['/ip6/2606:4700::1/tcp/1', 'internet'],
    ['/dns4/example.com/tcp/1', 'internet'],
    ['/dns4/localhost/tcp/1', 'internet'],
    [`/dnsaddr/bootstrap.libp2p.io/p2p/${ID}`, 'internet'],
    [`/ip4/127.0.0.1/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${ID}`, 'internet'],
    ['/ip4/0.0.0.0/tcp/1', ''],
    ['/ip4/224.0.0.251/udp/5353', ''],
    ['/unix/%2Fvar%2Frun%2Fdocker.sock', ''],
  ])('[NE11] %s: %s', (text, modes) => {
    const address = multiaddr(text)
    const allowed = (['local', 'lan', 'internet'] as const).filter((mode) => mayDial(mode, address))
    expect(allowed.join(' ')).toBe(modes)
  })

  it('[NE12] lan mode lets nobody with a public address in', () => {
    expect(mayAccept('lan', '8.8.8.8')).toBe(false)
    expect(mayAccept('lan', '192.168.1.2')).toBe(true)
    expect(mayAccept('internet', '8.8.8.8')).toBe(true)
    expect(mayAccept('local', '192.168.1.2')).toBe(false)
  })

  it('[NE13] loopback is told to others only when there is nothing else', () => {
    const loopback = multiaddr('/ip4/127.0.0.1/tcp/1')
    const lan = multiaddr('/ip4/192.168.1.2/tcp/1')
    const world = multiaddr('/ip4/8.8.8.8/tcp/1')
    expect(addressesToTell('internet', [loopback, lan, world])).toEqual([lan, world])
    expect(addressesToTell('lan', [loopback, lan, world])).toEqual([lan])
    expect(addressesToTell('lan', [loopback])).toEqual([loopback])
    expect(addressesToTell('local', [loopback, lan])).toEqual([loopback])
  })
})

describe('parts of an address', () => {
  it('takes the peer at the end, never the relay in the middle', () => {
    const through = multiaddr(`/ip4/1.2.3.4/tcp/1/p2p/${RELAY}/p2p-circuit`)
    expect(peerIdIn(through)).toBeUndefined()
    expect(peerIdIn(through.encapsulate(`/p2p/${ID}`))).toBe(ID)
    expect(withoutPeerId(through.encapsulate(`/p2p/${ID}`)).toString()).toBe(through.toString())
    expect(withoutPeerId(through).toString()).toBe(through.toString())
    expect(addressScope(through)).toBe('relay')
  })

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('[NE22] %s counts as %s', (ip, key) => {
    expect(ipKey(ip)).toBe(key)
  })
})

describe('order and paths', () => {
  const own = [
    { address: '192.168.1.20', cidr: '192.168.1.20/24' },
    { address: '127.0.0.1', cidr: '127.0.0.1/8' },
  ]

  it('[NE14] tries the neighbour first, then public, then loopback, relayed and foreign private addresses', () => {
    const inOrder = [
      '/ip4/192.168.1.9/tcp/1',
      '/ip4/192.168.1.9/udp/1/quic-v1',
      '/ip4/192.168.1.9/tcp/1/ws',
      '/ip4/8.8.8.8/tcp/1',
      '/ip4/8.8.8.8/udp/1/quic-v1',
      '/ip4/127.0.0.1/tcp/1',
      `/ip4/8.8.8.8/tcp/1/p2p/${RELAY}/p2p-circuit`,
      '/ip4/10.0.0.9/tcp/1',
    ]
    const shuffled = [...inOrder].reverse()
    shuffled.sort((a, b) => addressRank(multiaddr(a), own) - addressRank(multiaddr(b), own))
    expect(shuffled).toEqual(inOrder)
  })

  it.each([
    ['/ip4/127.0.0.1/tcp/1', 'loopback', 'tcp'],
    ['/ip4/192.168.1.20/tcp/1', 'loopback', 'tcp'],
    ['/ip4/192.168.1.9/tcp/1/ws', 'lan', 'ws'],
    ['/ip4/8.8.8.8/tcp/1/tls/ws', 'direct', 'wss'],
    ['/ip4/8.8.8.8/udp/1/quic-v1', 'direct', 'quic-v1'],
    [`/ip4/8.8.8.8/tcp/1/p2p/${RELAY}/p2p-circuit/p2p/${ID}`, 'relay', 'circuit'],
  ])('%s is %s over %s', (text, kind, transport) => {
    const address = multiaddr(text)
    expect(pathKind(address, new Set(['192.168.1.20']))).toBe(kind)
    expect(transportName(address)).toBe(transport)
  })
})
