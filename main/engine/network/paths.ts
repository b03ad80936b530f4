/** What a connection runs over: how far it goes, by which transport, under which cipher. Pure. */
import type { Connection } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { addressScope, ipOf } from './address-rules.ts'

export type PathKind = 'loopback' | 'lan' | 'direct' | 'relay'

export interface ConnectionPath {
  readonly path: PathKind
  /** 'tcp', 'ws', 'wss', 'quic-v1', 'webtransport', or the last protocol of the address. */
  readonly transport: string
  /** 'noise', 'tls', 'native' (the transport brings its own). */
  readonly encryption: string
}

export function pathKind(remote: Multiaddr, ownIps: ReadonlySet<string>): PathKind {
  const scope = addressScope(remote)
  if (scope === 'relay') return 'relay'
  const ip = ipOf(remote)
  // A node of this machine may well be reached by the machine's LAN address; the packets do not leave it.
  if (scope === 'loopback' || (ip !== undefined && ownIps.has(ip))) return 'loopback'
  return scope === 'private' || scope === 'link-local' ? 'lan' : 'direct'
}

export function transportName(remote: Multiaddr): string {
  const names = remote.getComponents().map((component) => component.name)
  if (names.includes('p2p-circuit')) return 'circuit'
  for (const name of ['webtransport', 'quic-v1', 'wss', 'ws']) {
    if (names.includes(name)) return name === 'ws' && names.includes('tls') ? 'wss' : name
  }
  return names.includes('tcp') ? 'tcp' : (names.filter((name) => name !== 'p2p').at(-1) ?? 'unknown')
}

export function connectionPath(
  connection: Pick<Connection, 'remoteAddr' | 'encryption'>,
  ownIps: ReadonlySet<string>,
): ConnectionPath {
  return {
    path: pathKind(connection.remoteAddr, ownIps),
    transport: transportName(connection.remoteAddr),
    encryption: (connection.encryption ?? 'native').replace(/^\//, ''),
  }
}
