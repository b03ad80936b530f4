/**
 * The door: every dial and every arrival passes here (SPEC [NE10]-[NE13], [NE20]-[NE24]). It holds the block list and
 * the counts and asks address-rules.ts and admission.ts for the decision. It does not close connections that are
 * already open (the node's `block` does), and it does not persist: the caller is told of every change of the block list.
 *
 * Methods are arrow functions because libp2p calls some of them unbound.
 */
import type { Connection, ConnectionGater, MultiaddrConnection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { ipKey, ipOf, ipScope, mayAccept, mayDial } from './address-rules.ts'
import { type PeerFacts, type Refusal, refuseDial, refuseInboundPeer, refuseSocket } from './admission.ts'
import { ConnectionCounts } from './connection-counts.ts'
import type { NetworkLimits } from './limits.ts'

export interface BlockedPeer {
  readonly peer: string
  readonly reason: string
  readonly at: number
}

/** At most so many peers are blocked; the oldest goes first. A block costs about 200 bytes here and a row on disk. */
const MAX_BLOCKED = 10_000
/** The longest put out comes back first; an attacker with more identities than this has each of them back early. */
const MAX_PUT_OUT = 4_096

export interface GaterOptions {
  readonly mode: NetworkMode
  readonly limits: NetworkLimits
  readonly blocked: readonly BlockedPeer[]
  readonly now: () => number
  /** The block list has changed: persist it. */
  readonly onBlocked?: (change: { peer: string; blocked: BlockedPeer | undefined }) => void
  readonly onRefused?: (refusal: Refusal, direction: 'inbound' | 'outbound') => void
}

export class ShoalGater implements ConnectionGater {
  readonly refusals: Record<Refusal, number> = {
    blocked: 0,
    mode: 0,
    rate: 0,
    'per-ip': 0,
    'per-peer': 0,
    slots: 0,
    'stranger-slots': 0,
  }
  private readonly options: GaterOptions
  private readonly blockedPeers: Map<string, BlockedPeer>
  /** Peers that are not let in or dialled for a while, until when (ms); not persisted. At most MAX_PUT_OUT. */
  private readonly putOutUntil = new Map<string, number>()
  private readonly counts = new ConnectionCounts()
  private isKnown: (peer: string) => boolean = () => false

  constructor(options: GaterOptions) {
    this.options = options
    this.blockedPeers = new Map(options.blocked.slice(-MAX_BLOCKED).map((entry) => [entry.peer, entry]))
  }

  /** Who counts as known: peers met before, peers of our downloads. They have slots that strangers have not. */
  knowPeersBy(isKnown: (peer: string) => boolean): void {
    this.isKnown = isKnown
  }

  block(peer: string, reason: string): void {
    const entry = { peer, reason, at: this.options.now() }
    this.blockedPeers.delete(peer)
    this.blockedPeers.set(peer, entry)
    const oldest = this.blockedPeers.keys().next().value
    if (this.blockedPeers.size > MAX_BLOCKED && oldest !== undefined) this.unblock(oldest)
    this.options.onBlocked?.({ peer, blocked: entry })
  }

  /** Not for good: until `untilMs` of the clock. The block list does not change. */
  putOut(peer: string, untilMs: number): void {
    this.putOutUntil.delete(peer)
    this.putOutUntil.set(peer, untilMs)
    const oldest = this.putOutUntil.keys().next().value
    if (this.putOutUntil.size > MAX_PUT_OUT && oldest !== undefined) this.putOutUntil.delete(oldest)
  }

  unblock(peer: string): void {
    if (this.blockedPeers.delete(peer)) this.options.onBlocked?.({ peer, blocked: undefined })
  }

  blocked(peer: string): BlockedPeer | undefined {
    return this.blockedPeers.get(peer)
  }

  opened(connection: Connection): void {
    const ip = ipOf(connection.remoteAddr)
    const peer = connection.remotePeer.toString()
    this.counts.handshakeEnded(socketOf(connection.remoteAddr))
    const key = ip === undefined || connection.limits !== undefined ? undefined : ipKey(ip)
    this.counts.opened({ id: connection.id, peer, direction: connection.direction, ipKey: key })
  }

  closed(connection: Connection): void {
    this.counts.closed(connection.id)
  }

  readonly denyDialPeer = (peerId: PeerId): boolean =>
    this.note(refuseDial(this.facts(peerId), this.options.limits), 'outbound')

  readonly denyDialMultiaddr = (address: Multiaddr): boolean =>
    this.note(mayDial(this.options.mode, address) ? undefined : 'mode', 'outbound')

  /** Once more with the socket in hand: whatever resolved the address, the mode's rule holds. */
  readonly denyOutboundConnection = (peerId: PeerId, connection: MultiaddrConnection): boolean =>
    this.note(this.refuseOutbound(peerId, connection), 'outbound')

  readonly denyOutboundEncryptedConnection = (peerId: PeerId, connection: MultiaddrConnection): boolean =>
    this.note(this.refuseOutbound(peerId, connection), 'outbound')

  readonly denyInboundConnection = (connection: MultiaddrConnection): boolean => {
    const ip = ipOf(connection.remoteAddr)
    // Relayed arrivals have no IP of their own: the relay's connection was counted, and their peer is judged below.
    if (ip === undefined) return this.note(this.options.mode === 'internet' ? undefined : 'mode', 'inbound')
    const key = ipKey(ip)
    const facts = {
      scope: ipScope(ip),
      mayAccept: mayAccept(this.options.mode, ip),
      openFromIp: this.counts.fromIp(key),
      pendingFromIp: this.counts.pendingFromIp(key),
      newInLastSecond: this.counts.arrived(key, this.options.now()),
      slots: this.counts.slots(this.isKnown),
    }
    const refusal = refuseSocket(facts, this.options.limits)
    if (refusal === undefined) {
      const socket = socketOf(connection.remoteAddr)
      this.counts.handshakeBegan(socket, key)
      connection.addEventListener('close', () => this.counts.handshakeEnded(socket), { once: true })
    }
    return this.note(refusal, 'inbound')
  }

  readonly denyInboundEncryptedConnection = (peerId: PeerId): boolean =>
    this.note(refuseInboundPeer(this.facts(peerId), this.options.limits), 'inbound')

  readonly denyInboundRelayedConnection = (relay: PeerId, peerId: PeerId): boolean => {
    const blocked = this.blockedPeers.has(relay.toString()) || this.blockedPeers.has(peerId.toString())
    return this.note(blocked ? 'blocked' : undefined, 'inbound')
  }

  /** Addresses this mode may not dial are not even stored. */
  readonly filterMultiaddrForPeer = (_peer: PeerId, address: Multiaddr): boolean => mayDial(this.options.mode, address)

  private refuseOutbound(peerId: PeerId, connection: MultiaddrConnection): Refusal | undefined {
    if (this.blockedPeers.has(peerId.toString())) return 'blocked'
    return mayDial(this.options.mode, connection.remoteAddr) ? undefined : 'mode'
  }

  private facts(peerId: PeerId): PeerFacts {
    const peer = peerId.toString()
    return {
      blocked: this.blockedPeers.has(peer) || this.isOut(peer),
      known: this.isKnown(peer),
      openWithPeer: this.counts.withPeer(peer),
      slots: this.counts.slots(this.isKnown),
    }
  }

  private isOut(peer: string): boolean {
    const untilMs = this.putOutUntil.get(peer)
    if (untilMs === undefined) return false
    if (untilMs > this.options.now()) return true
    this.putOutUntil.delete(peer)
    return false
  }

  private note(refusal: Refusal | undefined, direction: 'inbound' | 'outbound'): boolean {
    if (refusal === undefined) return false
    this.refusals[refusal]++
    this.options.onRefused?.(refusal, direction)
    return true
  }
}

/** The same for a socket and for the connection that it becomes: without the peer id. */
function socketOf(address: Multiaddr): string {
  return address.toString().split('/p2p/')[0] ?? ''
}
