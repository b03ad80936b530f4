/**
 * In which order the addresses of a peer are tried: nearest and fastest first (SPEC [NE14]). Pure. The library tries
 * public ones first, which sends neighbours through their router; and one dead address costs seconds.
 */
import { BlockList, isIP } from 'node:net'
import type { Address } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { addressScope, ipOf } from './address-rules.ts'

export interface OwnInterface {
  readonly address: string
  /** "192.168.1.20/24" */
  readonly cidr: string | null
}

/** QUIC reads slowly and WebSockets copy more than TCP: they are for when TCP does not get through. */
function transportRank(address: Multiaddr): number {
  const names = address.getComponents().map((component) => component.name)
  if (names.includes('quic-v1')) return 1
  if (names.includes('ws') || names.includes('wss')) return 2
  return 0
}

function sameNet(ip: string, interfaces: readonly OwnInterface[]): boolean {
  const family = isIP(ip) === 6 ? 'ipv6' : 'ipv4'
  return interfaces.some(({ cidr }) => {
    const [net = '', bits = ''] = (cidr ?? '').split('/')
    if (isIP(net) !== isIP(ip)) return false
    const block = new BlockList()
    block.addSubnet(net, Number(bits), family)
    return block.check(ip, family)
  })
}

/** Lower is tried earlier. */
export function addressRank(address: Multiaddr, interfaces: readonly OwnInterface[]): number {
  const scope = addressScope(address)
  const ip = ipOf(address)
  // One of our own addresses belongs to another node of this machine.
  if (scope !== 'relay' && ip !== undefined && interfaces.some((own) => own.address === ip)) {
    // Not loopback: everybody has that one, and most often it is not this machine's that was meant.
    if (scope !== 'loopback') return transportRank(address)
  }
  if (scope === 'relay') return 30
  if (scope === 'private' && ip !== undefined && sameNet(ip, interfaces)) return transportRank(address)
  if (scope === 'public' || scope === 'name') return 10 + transportRank(address)
  if (scope === 'loopback') return 20 + transportRank(address)
  // Somebody else's private network: most often there is no way to it, and each try would cost seconds before the relay's turn.
  return 40 + transportRank(address)
}

export function addressSorter(interfaces: () => readonly OwnInterface[]): (a: Address, b: Address) => -1 | 0 | 1 {
  return (a, b) => {
    const own = interfaces()
    const difference = addressRank(a.multiaddr, own) - addressRank(b.multiaddr, own)
    return difference < 0 ? -1 : difference > 0 ? 1 : 0
  }
}
