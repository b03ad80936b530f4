/**
 * Which of the connected peers are Shoal peers, i.e. say in identify that they speak the exchange protocol. The DHTs
 * connect us with many that do not. A peer joins once per stay, however many connections it has (SPEC [NE16]).
 */
import type { Libp2p, PeerId } from '@libp2p/interface'
import { EXCHANGE_PROTOCOL } from './protocols.ts'

export class ShoalPeers {
  private readonly libp2p: Libp2p
  private readonly present = new Map<string, PeerId>() // <= connection limits
  private readonly joinListeners = new Set<(peer: PeerId) => void>()
  private readonly leaveListeners = new Set<(peer: PeerId) => void>()
  private registration: string | undefined

  constructor(libp2p: Libp2p) {
    this.libp2p = libp2p
  }

  async start(): Promise<void> {
    this.registration = await this.libp2p.register(EXCHANGE_PROTOCOL, {
      notifyOnLimitedConnection: true,
      onConnect: (peer) => this.joined(peer),
    })
    this.libp2p.addEventListener('peer:disconnect', this.onDisconnect)
  }

  stop(): void {
    if (this.registration !== undefined) this.libp2p.unregister(this.registration)
    this.libp2p.removeEventListener('peer:disconnect', this.onDisconnect)
    this.present.clear()
  }

  list(): PeerId[] {
    return [...this.present.values()]
  }

  has(peer: PeerId): boolean {
    return this.present.has(peer.toString())
  }

  /** Returns the way to stop listening. */
  onJoin(listener: (peer: PeerId) => void): () => void {
    this.joinListeners.add(listener)
    return () => this.joinListeners.delete(listener)
  }

  onLeave(listener: (peer: PeerId) => void): () => void {
    this.leaveListeners.add(listener)
    return () => this.leaveListeners.delete(listener)
  }

  private joined(peer: PeerId): void {
    const key = peer.toString()
    // Identify may end after the connection has: then nobody has joined.
    if (this.present.has(key) || this.libp2p.getConnections(peer).length === 0) return
    this.present.set(key, peer)
    for (const listener of this.joinListeners) listener(peer)
  }

  private readonly onDisconnect = (event: CustomEvent<PeerId>): void => {
    if (!this.present.delete(event.detail.toString())) return
    for (const listener of this.leaveListeners) listener(event.detail)
  }
}
