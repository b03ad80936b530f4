/** This machine's network interfaces, read at most once a second: sorting addresses asks for them often. */
import { networkInterfaces } from 'node:os'

export interface InterfaceAddress {
  readonly name: string
  readonly address: string
  readonly family: 'IPv4' | 'IPv6'
  readonly internal: boolean
  readonly cidr: string | null
}

const MAX_AGE_MS = 1000

let cached: { at: number; list: readonly InterfaceAddress[] } | undefined

export function ownInterfaces(now: number = Date.now()): readonly InterfaceAddress[] {
  if (cached !== undefined && Math.abs(now - cached.at) < MAX_AGE_MS) return cached.list
  const list = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map(({ address, family, internal, cidr }) => ({ name, address, family, internal, cidr })),
  )
  cached = { at: now, list }
  return list
}
