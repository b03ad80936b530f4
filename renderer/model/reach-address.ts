/**
 * How far a multiaddr of ours leads: this machine, the networks it is in, or everywhere. For words on the screen only; what
 * may be dialled is decided by the engine, whose ranges these are (main/engine/network/address-rules.ts).
 */
export type AddressReach = 'loopback' | 'private' | 'public' | 'relay' | 'other'

/** 100.64/10 is carrier NAT and most overlay VPNs: private for our purposes. */
const PRIVATE_IP4 = /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/
const PRIVATE_IP6 = /^(f[cd]|fe[89ab])/i

export function scopeOfAddress(address: string): AddressReach {
  if (address.includes('/p2p-circuit')) return 'relay'
  const [, kind, value = ''] = address.split('/')
  switch (kind) {
    case 'ip4':
      if (value.startsWith('127.')) return 'loopback'
      return PRIVATE_IP4.test(value) ? 'private' : 'public'
    case 'ip6':
      if (value === '::1') return 'loopback'
      return PRIVATE_IP6.test(value) ? 'private' : 'public'
    case 'dns':
    case 'dns4':
    case 'dns6':
    case 'dnsaddr':
      return 'public'
    default:
      return 'other'
  }
}
