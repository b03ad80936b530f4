/**
 * Writes the history of peers: a Shoal peer joins and leaves this node, is suspected and is back, is blocked and unblocked.
 * Several shares suspect the same peer; it is written once. A run that ended without a word leaves a `joined` without its
 * `left`: when the peer went is not known then, so nothing is written. SPEC: [NE91].
 */
import type { PeerEvent } from '../../../shared/contract/network-view.ts'
import type { ShoalPeers } from '../network/shoal-peers.ts'
import type { Store } from '../store/store.ts'
import { rememberSeen } from './peer-memory.ts'

export interface PeerHistoryParts {
  readonly store: Pick<Store, 'peers' | 'peerEvents'>
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

export class PeerHistory {
  private readonly parts: PeerHistoryParts
  private readonly stops: (() => void)[] = []
  private present: () => readonly { toString(): string }[] = () => []

  constructor(parts: PeerHistoryParts) {
    this.parts = parts
  }

  start(shoalPeers: Pick<ShoalPeers, 'list' | 'onJoin' | 'onLeave'>): void {
    this.present = () => shoalPeers.list()
    this.stops.push(
      shoalPeers.onJoin((peer) => this.met(peer.toString(), 'joined')),
      shoalPeers.onLeave((peer) => this.met(peer.toString(), 'left')),
    )
  }

  /** Before the node stops: whoever is here loses us now, and we them. */
  stop(): void {
    if (this.stops.length === 0) return
    for (const stop of this.stops.splice(0)) stop()
    for (const peer of this.present()) this.met(peer.toString(), 'left')
  }

  /** What sessions say of a peer; each share has its own opinion, and the first of them is written. */
  liveness(peer: string, kind: 'suspect' | 'back'): void {
    const last = this.parts.store.peerEvents.last(peer)
    const isNews = kind === 'back' ? last === 'suspect' : last === 'joined' || last === 'back'
    if (isNews) this.write(peer, kind)
  }

  blocked(peer: string, blocked: boolean): void {
    this.write(peer, blocked ? 'blocked' : 'unblocked')
  }

  of(peer: string): PeerEvent[] {
    return this.parts.store.peerEvents.list(peer)
  }

  private met(peer: string, kind: 'joined' | 'left'): void {
    rememberSeen(this.parts.store.peers, peer, this.parts.now())
    this.write(peer, kind)
  }

  private write(peer: string, kind: PeerEvent['kind']): void {
    this.parts.store.peerEvents.add(peer, { at: this.parts.now(), kind })
  }
}
