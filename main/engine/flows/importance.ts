/**
 * Which peers some download needs now: the peer book hurries to reconnect them. A peer may serve several downloads at
 * once; it is important as long as one of them runs. It dials nobody itself. SPEC: [NE61].
 */
import { peerIdFromString } from '@libp2p/peer-id'
import type { PeerBook } from '../routing/peer-book.ts'

export class Importance {
  /** Peer -> who needs it; bounded by the sources of all shares. */
  private readonly needs = new Map<string, Set<object>>()
  private readonly book: Pick<PeerBook, 'setImportant'>

  constructor(book: Pick<PeerBook, 'setImportant'>) {
    this.book = book
  }

  /** May be said again: the book may have met the peer only since. */
  need(peer: string, by: object): void {
    const holders = this.needs.get(peer)
    if (holders === undefined) this.needs.set(peer, new Set([by]))
    else holders.add(by)
    this.book.setImportant(peerIdFromString(peer), true)
  }

  release(peer: string, by: object): void {
    const holders = this.needs.get(peer)
    if (holders === undefined || !holders.delete(by) || holders.size > 0) return
    this.needs.delete(peer)
    this.book.setImportant(peerIdFromString(peer), false)
  }
}
