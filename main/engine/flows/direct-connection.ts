/**
 * A connection that is fit for the exchange: one that is there, or a new one. One through somebody else's relay is not: it
 * ends after minutes and a few kilobytes, and serves to agree on a direct one. The peer that was called through the relay
 * begins with that by itself; here it is waited for, from whatever side it comes. SPEC: [NE103].
 */
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { addressScope } from '../network/address-rules.ts'
import type { EngineContext } from './context.ts'
import { waitMs } from './wait.ts'

/** For all addresses that are known, in ms. */
const DIAL_TIMEOUT_MS = 10_000
/** How long a direct connection is waited for once there is a relayed one, in ms: a try of three, and the way to it. */
const PUNCH_TIMEOUT_MS = 8_000
/** All of it. */
export const DIRECT_TIMEOUT_MS = DIAL_TIMEOUT_MS + PUNCH_TIMEOUT_MS

export type DirectPorts = Pick<EngineContext, 'clock'> & {
  readonly node: {
    readonly libp2p: Pick<Libp2p, 'getConnections' | 'addEventListener' | 'removeEventListener'>
    dial(peer: PeerId, addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection>
  }
  readonly routing: { readonly book: { addresses(peer: PeerId): Multiaddr[] } }
}

type Facts = Pick<Connection, 'status' | 'limits'>

export function fitConnection<C extends Facts>(connections: readonly C[]): C | undefined {
  return connections.find(({ status, limits }) => status === 'open' && limits === undefined)
}

/** Connected, but only through relays that limit what may pass. */
export function onlyRelayed(connections: readonly Facts[]): boolean {
  const open = connections.filter(({ status }) => status === 'open')
  return open.length > 0 && fitConnection(open) === undefined
}

export async function directConnection(context: DirectPorts, peer: PeerId, signal: AbortSignal): Promise<Connection> {
  const { libp2p } = context.node
  const there = fitConnection(libp2p.getConnections(peer))
  if (there !== undefined) return there
  const done = new AbortController()
  const ended = AbortSignal.any([signal, done.signal])
  try {
    return await Promise.race([comesAbout(libp2p, peer, ended), openOne(context, peer, ended)])
  } finally {
    done.abort()
  }
}

async function openOne({ node, routing, clock }: DirectPorts, peer: PeerId, signal: AbortSignal): Promise<Connection> {
  const dial = (addresses: readonly Multiaddr[]) =>
    node.dial(peer, addresses, AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]))
  if (!onlyRelayed(node.libp2p.getConnections(peer))) {
    const connection = await dial(routing.book.addresses(peer))
    if (connection.limits === undefined) return connection
  }
  // No dial of ours meanwhile: the library would join the simultaneous one to it, and the moment would be missed.
  await waitMs(clock, PUNCH_TIMEOUT_MS, signal)
  signal.throwIfAborted()
  const direct = routing.book.addresses(peer).filter((address) => addressScope(address) !== 'relay')
  if (direct.length === 0) throw new Error('only a relay leads to the peer, and no direct connection could be opened')
  return dial(direct)
}

/** Opened by the other end, or through a hole. */
function comesAbout(libp2p: DirectPorts['node']['libp2p'], peer: PeerId, signal: AbortSignal): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const onOpen = ({ detail }: CustomEvent<Connection>): void => {
      if (detail.remotePeer.equals(peer) && fitConnection([detail]) !== undefined) resolve(detail)
    }
    const onAbort = (): void => {
      libp2p.removeEventListener('connection:open', onOpen)
      reject(signal.reason)
    }
    libp2p.addEventListener('connection:open', onOpen)
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
  })
}
