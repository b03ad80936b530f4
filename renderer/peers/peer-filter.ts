/** Which peers a filter and a search leave. Pure. */
import type { Peer } from '../../shared/contract/model.ts'

export const PEER_FILTERS = ['all', 'connected', 'away', 'blocked'] as const
export type PeerFilter = (typeof PEER_FILTERS)[number]

export function matches(peer: Peer, filter: PeerFilter, search: string): boolean {
  if (filter === 'connected' && !peer.connected) return false
  if (filter === 'away' && peer.connected) return false
  if (filter === 'blocked' && peer.blocked === undefined) return false
  const wanted = search.trim().toLocaleLowerCase()
  if (wanted === '') return true
  return [peer.nickname, peer.name, peer.peer, peer.client, peer.address].some(
    (text) => text?.toLocaleLowerCase().includes(wanted) === true,
  )
}
