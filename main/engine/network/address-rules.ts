/**
 * What a multiaddr leads to, and which addresses each network mode may dial, store and tell (SPEC [NE10]-[NE13]).
 * Pure. `local` knows loopback only, `lan` adds private and link-local addresses, `internet` everything that can be
 * routed. A name is neither loopback nor private, whatever it resolves to: only `internet` looks names up. A Unix
 * socket is never dialled: its path came from somebody else, and this machine's sockets are nobody's peers.
 */
import { BlockList, isIP } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { NetworkMode } from '../../../shared/contract/model.ts'

export type IpScope = 'loopback' | 'link-local' | 'private' | 'public' | 'unusable'
/** `relay`: through another peer. `name`: must be looked up first. `other`: not an internet address. */
export type AddressScope = IpScope | 'relay' | 'name' | 'other'

function list(...ranges: readonly string[]): BlockList {
  const blocks = new BlockList()
  for (const range of ranges) {
    const [net = '', bits = ''] = range.split('/')
    blocks.addSubnet(net, Number(bits), isIP(net) === 6 ? 'ipv6' : 'ipv4')
  }
  return blocks
}

/** Ranges of RFC 6890 and its updates. 100.64/10 is carrier NAT and most overlay VPNs: private for our purposes. */
const RANGES: readonly (readonly [IpScope, BlockList])[] = [
  ['loopback', list('127.0.0.0/8', '::1/128')],
  ['link-local', list('169.254.0.0/16', 'fe80::/10')],
  ['private', list('10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7')],
  [
    'unusable', // this network, protocol assignments, documentation, benchmarks, multicast, reserved
    list(
      ...['0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
      ...['224.0.0.0/4', '240.0.0.0/4', '::/128', '100::/64', '2001:db8::/32', 'ff00::/8'],
    ),
  ],
]

export function ipScope(ip: string): IpScope {
  const family = isIP(ip)
  if (family === 0) return 'unusable'
  for (const [scope, blocks] of RANGES) {
    if (blocks.check(ip, family === 6 ? 'ipv6' : 'ipv4')) return scope
  }
  return 'public'
}

/** The address a socket would connect to first; undefined for names and everything that is not IP. */
export function ipOf(address: Multiaddr): string | undefined {
  const first = address.getComponents().find((component) => component.name !== 'ip6zone')
  return first?.name === 'ip4' || first?.name === 'ip6' ? first.value : undefined
}

export function addressScope(address: Multiaddr): AddressScope {
  const components = address.getComponents()
  if (components.some((component) => component.name === 'p2p-circuit')) return 'relay'
  const ip = ipOf(address)
  if (ip !== undefined) return ipScope(ip)
  return components[0]?.name.startsWith('dns') === true ? 'name' : 'other'
}

const DIALLED: Record<NetworkMode, ReadonlySet<AddressScope>> = {
  local: new Set(['loopback']),
  lan: new Set(['loopback', 'link-local', 'private']),
  internet: new Set(['loopback', 'link-local', 'private', 'public', 'relay', 'name']),
}

/** May a node of this mode open a connection to the address? */
export function mayDial(mode: NetworkMode, address: Multiaddr): boolean {
  return DIALLED[mode].has(addressScope(address))
}

/** May a socket from this IP come in? A machine in `lan` mode may have a public address all the same. */
export function mayAccept(mode: NetworkMode, ip: string): boolean {
  return DIALLED[mode].has(ipScope(ip))
}

/**
 * Addresses this node tells others: those of its mode; loopback only when there is nothing else (one machine without a
 * network), because elsewhere it leads back to the one who dials it.
 */
export function addressesToTell(mode: NetworkMode, addresses: Multiaddr[]): Multiaddr[] {
  const allowed = addresses.filter((address) => mayDial(mode, address))
  const beyond = allowed.filter((address) => addressScope(address) !== 'loopback')
  return mode === 'local' || beyond.length === 0 ? allowed : beyond
}

/** The peer id at the end of an address, as written. The id of a relay, in the middle, is not meant. */
export function peerIdIn(address: Multiaddr): string | undefined {
  const last = address.getComponents().at(-1)
  return last?.name === 'p2p' ? last.value : undefined
}

/** The address without the peer id at its end. */
export function withoutPeerId(address: Multiaddr): Multiaddr {
  const id = peerIdIn(address)
  return id === undefined ? address : address.decapsulate(`/p2p/${id}`)
}

/** IPv4 address, or the /64 that one IPv6 host may change within at will: the unit that per-address limits count. */
export function ipKey(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)
  if (mapped?.[1] !== undefined) return mapped[1]
  if (isIP(ip) !== 6) return ip
  const [head = '', tail = ''] = ip.toLowerCase().split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const gap = ip.includes('::') ? Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0') : []
  const groups = [...left, ...gap, ...right].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
