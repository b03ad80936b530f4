/** The peers of this node as values of the contract: those connected, and those remembered. */
import type { Peer } from '../../../shared/contract/model.ts'
import { nodeName } from '../network/node-name.ts'
import type { RememberedPeer } from '../store/peers.ts'
import type { EngineContext } from './context.ts'

/** A connected peer is seen all the time; that is said anew this often, in ms. */
const SEEN_GRAIN_MS = 60_000

export function peersOf(context: EngineContext): Peer[] {
  const peers = new Map<string, Peer>()
  for (const row of context.store.peers.list()) peers.set(row.peer, rememberedPeer(row))
  const seen = Math.floor(Date.now() / SEEN_GRAIN_MS) * SEEN_GRAIN_MS
  for (const connection of context.node.libp2p.getConnections()) {
    const peer = connection.remotePeer.toString()
    const { path, transport, encryption } = context.node.describe(connection)
    const before = peers.get(peer)
    peers.set(peer, {
      ...(before ?? { name: nodeName(peer), peer }),
      connected: true,
      direction: connection.direction,
      address: connection.remoteAddr.toString(),
      path,
      transport,
      encryption,
      shoal: context.node.shoalPeers.has(connection.remotePeer),
      lastSeenAt: Math.max(before?.lastSeenAt ?? 0, seen),
      ...(connection.rtt === undefined ? {} : { rttMs: connection.rtt }),
    })
  }
  return [...peers.values()]
}

function rememberedPeer(row: RememberedPeer): Peer {
  return {
    peer: row.peer,
    name: row.name ?? nodeName(row.peer),
    connected: false,
    shoal: row.shoal !== false,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    ...(row.nickname === undefined ? {} : { nickname: row.nickname }),
    ...(row.client === undefined ? {} : { client: row.client }),
    ...(row.blocked === undefined ? {} : { blocked: row.blocked }),
  }
}
