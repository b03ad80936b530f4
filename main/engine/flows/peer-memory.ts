/** What is remembered of peers in the store: by the gater (blocks), by the peer book (addresses), by sessions (names). */
import type { RememberedPeer } from '../store/peers.ts'
import type { Store } from '../store/store.ts'

type Peers = Store['peers']

export function rememberBlock(peers: Peers, peer: string, blocked: { reason: string; at: number } | undefined): void {
  const { blocked: _, ...row } = peers.get(peer) ?? stranger(peer, Date.now())
  peers.put(blocked === undefined ? row : { ...row, blocked: { reason: blocked.reason, at: blocked.at } })
}

export function rememberAddresses(
  peers: Peers,
  { peer, addresses, lastSeenAt }: { peer: string; addresses: readonly string[]; lastSeenAt: number },
): void {
  const before = peers.get(peer) ?? stranger(peer, lastSeenAt)
  peers.put({ ...before, addresses, lastSeenAt })
}

/** A Shoal peer came or went: whoever was met is known as one, also without an address to dial. */
export function rememberSeen(peers: Peers, peer: string, nowMs: number): void {
  const { shoal: _, ...before } = peers.get(peer) ?? stranger(peer, nowMs)
  peers.put({ ...before, lastSeenAt: Math.max(before.lastSeenAt, nowMs) })
}

/** What the user calls it. The peer was met, or is blocked, or is connected. */
export function rememberNickname(peers: Peers, peer: string, nickname: string | null, nowMs: number): void {
  const { nickname: _, ...row } = peers.get(peer) ?? stranger(peer, nowMs)
  peers.put(nickname === null ? row : { ...row, nickname })
}

function stranger(peer: string, nowMs: number): RememberedPeer {
  return { peer, addresses: [], firstSeenAt: nowMs, lastSeenAt: nowMs, failures: 0, shoal: false }
}

/** Only of peers that are in the book: everybody may call himself anything. */
export function rememberName(peers: Peers, peer: string, name: string, client: string): void {
  const before = peers.get(peer)
  if (before === undefined || (before.name === name && before.client === client)) return
  peers.put({ ...before, ...(name === '' ? {} : { name }), ...(client === '' ? {} : { client }) })
}
