/** What is remembered of peers in the store: by the gater (blocks), by the peer book (addresses), by sessions (names). */
import type { RememberedPeer } from '../store/peers.ts'
import type { Store } from '../store/store.ts'

type Peers = Store['peers']

export function rememberBlock(peers: Peers, peer: string, blocked: { reason: string; at: number } | undefined): void {
  const now = Date.now()
  const fresh: RememberedPeer = { peer, addresses: [], firstSeenAt: now, lastSeenAt: now, failures: 0 }
  const { blocked: _, ...row } = peers.get(peer) ?? fresh
  peers.put(blocked === undefined ? row : { ...row, blocked: { reason: blocked.reason, at: blocked.at } })
}

export function rememberAddresses(
  peers: Peers,
  { peer, addresses, lastSeenAt }: { peer: string; addresses: readonly string[]; lastSeenAt: number },
): void {
  const before = peers.get(peer)
  peers.put({ firstSeenAt: lastSeenAt, failures: 0, ...before, peer, addresses, lastSeenAt })
}

/** Only of peers that are in the book: everybody may call himself anything. */
export function rememberName(peers: Peers, peer: string, name: string, client: string): void {
  const before = peers.get(peer)
  if (before === undefined || (before.name === name && before.client === client)) return
  peers.put({ ...before, ...(name === '' ? {} : { name }), ...(client === '' ? {} : { client }) })
}
