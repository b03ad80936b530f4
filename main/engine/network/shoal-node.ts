/**
 * The running node: starts and stops libp2p and what goes with it (listening, LAN discovery, relay reservation), dials,
 * blocks, and says what is true of it now. It does not decide whom to dial when (routing/peer-book.ts) and knows no
 * shares.
 */
import type { Connection, Libp2p, PeerId } from '@libp2p/interface'
import type { AddressManager, TransportManager } from '@libp2p/interface-internal'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { addressesToTell, addressScope, ipOf, mayDial, peerIdIn } from './address-rules.ts'
import type { BoundedDatastore } from './bounded-datastore.ts'
import type { Clock } from './clock.ts'
import { type DhtRoute, datastorePrefix } from './dht-service.ts'
import type { DhtView } from './dht-view.ts'
import type { ShoalGater } from './gater.ts'
import { LanDiscovery, type LanFacts } from './lan-discovery.ts'
import type { NetworkLimits } from './limits.ts'
import { type ListenNote, listen, listenPlan, noteText } from './listening.ts'
import type { NetworkLogger } from './logger.ts'
import type { Capability } from './mode-parts.ts'
import { OutsideView } from './outside-view.ts'
import { ownInterfaces } from './own-interfaces.ts'
import { type ConnectionPath, connectionPath } from './paths.ts'
import { keepRelay } from './relay-policy.ts'
import { ShoalPeers } from './shoal-peers.ts'
import type { WireBytes, WireCounters } from './wire-bytes.ts'

export interface NodeParts {
  readonly libp2p: Libp2p
  readonly transportManager: TransportManager
  readonly addressManager: AddressManager
  readonly mode: NetworkMode
  readonly gater: ShoalGater
  readonly datastore: BoundedDatastore
  readonly limits: NetworkLimits
  readonly dhts: readonly DhtView[]
  readonly listenPort: number
  readonly webSockets: boolean
  readonly quic: Capability
  readonly portMapping: boolean
  readonly wire: WireCounters
  /** Opened from here, whatever role we played in its handshake. */
  readonly isDialled: (connection: Connection) => boolean
  readonly mdns: boolean
  readonly clock: Clock
  readonly logger: NetworkLogger
}

/** How long it takes libp2p to tell connected peers of new addresses is its business; ours is told after this. */
const ANNOUNCE_AFTER_MS = 500

export class ShoalNode {
  readonly libp2p: Libp2p
  readonly mode: NetworkMode
  readonly gater: ShoalGater
  readonly dhts: readonly DhtView[]
  readonly shoalPeers: ShoalPeers
  readonly limits: NetworkLimits
  readonly capabilities: { readonly quic: Capability }
  private readonly parts: NodeParts
  private readonly lanPeerListeners = new Set<(peer: PeerId, addresses: Multiaddr[]) => void>()
  private readonly outsideView: OutsideView
  private lan: LanDiscovery | undefined
  private stopRelay: () => void = () => {}
  private cancelAnnounce: () => void = () => {}
  private tcpPort: number | undefined
  private startNotes: readonly ListenNote[] = []
  private inboundFromElsewhere = 0

  constructor(parts: NodeParts) {
    this.parts = parts
    this.libp2p = parts.libp2p
    this.mode = parts.mode
    this.gater = parts.gater
    this.dhts = parts.dhts
    this.limits = parts.limits
    this.capabilities = { quic: parts.quic }
    this.shoalPeers = new ShoalPeers(parts.libp2p)
    this.outsideView = new OutsideView(
      parts.libp2p,
      () => this.tcpPort,
      (address) => {
        if (!this.isOwn(ipOf(address))) parts.addressManager.addObservedAddr(address)
      },
    )
  }

  get peerId(): PeerId {
    return this.libp2p.peerId
  }

  async start(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const { parts } = this
    await this.shoalPeers.start()
    this.libp2p.addEventListener('connection:open', this.onConnection)
    this.libp2p.addEventListener('self:peer:update', this.onAddresses)
    if (parts.mode === 'internet') this.outsideView.start()
    await this.libp2p.start()
    try {
      const plan = listenPlan(parts.mode, parts.listenPort, parts.webSockets, parts.quic.on)
      const result = await listen(plan, (address) => this.listenOn(address))
      this.tcpPort = result.tcpPort
      this.startNotes = result.notes
      for (const note of result.notes) parts.logger.warn({ ...note }, noteText(note))
      signal?.throwIfAborted()
    } catch (error) {
      await this.stop()
      throw error
    }
    if (parts.mdns) this.startLan()
    if (parts.mode === 'internet') this.stopRelay = this.watchRelay()
  }

  async stop(): Promise<void> {
    this.stopRelay()
    this.cancelAnnounce()
    this.libp2p.removeEventListener('connection:open', this.onConnection)
    this.libp2p.removeEventListener('self:peer:update', this.onAddresses)
    this.outsideView.stop()
    await this.lan?.stop()
    this.lan = undefined
    this.shoalPeers.stop()
    await this.libp2p.stop()
  }

  /** The TCP port in use: remember it and pass it as `listenPort` next time. */
  get listenPort(): number | undefined {
    return this.tcpPort
  }

  /** What the user should know of the start: a port that was taken, a transport that is off. */
  get notes(): readonly ListenNote[] {
    return this.startNotes
  }

  /** Addresses that lead here, with /p2p/, as told to others. */
  addresses(): Multiaddr[] {
    return this.libp2p.getMultiaddrs()
  }

  /** To be handed on by the user, in links: also this machine's own public addresses before anybody has confirmed them. */
  hints(): Multiaddr[] {
    const unconfirmed = this.parts.addressManager
      .getAddressesWithMetadata()
      .filter((known) => known.type === 'transport' && !known.verified && addressScope(known.multiaddr) === 'public')
      .map((known) => known.multiaddr.encapsulate(`/p2p/${this.peerId}`))
    return addressesToTell(this.mode, [...this.addresses(), ...unconfirmed])
  }

  /** Public and relayed addresses that others have confirmed. */
  reachable(): Multiaddr[] {
    return this.addresses().filter((address) => ['public', 'relay', 'name'].includes(addressScope(address)))
  }

  connected(peer: PeerId): boolean {
    return this.libp2p.getConnections(peer).length > 0
  }

  /** Dials these addresses only, those that the mode allows; never looks the peer up. */
  async dial(peer: PeerId, addresses: readonly Multiaddr[], signal: AbortSignal): Promise<Connection> {
    const id = peer.toString()
    const full = addresses
      .filter((address) => mayDial(this.mode, address) && [undefined, id].includes(peerIdIn(address)))
      .slice(0, this.limits.maxAddressesPerDial)
      .map((address) => (peerIdIn(address) === undefined ? address.encapsulate(`/p2p/${id}`) : address))
    if (full.length === 0) throw new Error(`no address of ${id} may be dialled in ${this.mode} mode`)
    return this.libp2p.dial(full, { signal })
  }

  /** Nobody with this id gets in or is dialled any more; open connections are closed. */
  async block(peer: PeerId, reason: string): Promise<void> {
    this.gater.block(peer.toString(), reason)
    await this.libp2p.hangUp(peer, { signal: AbortSignal.timeout(1000) }).catch(() => {})
  }

  /** As `block`, for a while, and remembered by nobody. */
  async putOut(peer: PeerId, forMs: number): Promise<void> {
    this.gater.putOut(peer.toString(), this.parts.clock.now() + forMs)
    await this.libp2p.hangUp(peer, { signal: AbortSignal.timeout(1000) }).catch(() => {})
  }

  unblock(peer: PeerId): void {
    this.gater.unblock(peer.toString())
  }

  describe(connection: Connection): ConnectionPath {
    const own = new Set(ownInterfaces(this.parts.clock.now()).map(({ address }) => address))
    return connectionPath(connection, own)
  }

  /** A Shoal peer answered on the LAN. Returns the way to stop listening. */
  onLanPeer(listener: (peer: PeerId, addresses: Multiaddr[]) => void): () => void {
    this.lanPeerListeners.add(listener)
    return () => this.lanPeerListeners.delete(listener)
  }

  /** What the transports carried since the start. */
  wireBytes(): WireBytes {
    return this.parts.wire.now()
  }

  /** Provider records that we keep for others. */
  recordsHeld(route: DhtRoute): number {
    return this.parts.datastore.recordsHeld(datastorePrefix(route))
  }

  /** How we may be reached from outside: the IP addresses that others see, and what the router maps to us, confirmed or not. */
  outside(): { readonly portMapping: boolean; readonly mapped: Multiaddr[]; readonly seenAs: string[] } {
    const known = this.parts.addressManager.getAddressesWithMetadata()
    const mapped = known.filter(({ type }) => type === 'ip-mapping').map((entry) => entry.multiaddr)
    return { portMapping: this.parts.portMapping, mapped, seenAs: this.outsideView.ips() }
  }

  /** For the doctor and for metrics. */
  facts(): { lan: LanFacts | undefined; stored: ReturnType<BoundedDatastore['sizes']>; inboundFromElsewhere: number } {
    return {
      lan: this.lan?.facts(),
      stored: this.parts.datastore.sizes(),
      inboundFromElsewhere: this.inboundFromElsewhere,
    }
  }

  private async listenOn(address: Multiaddr): Promise<number> {
    const { transportManager } = this.parts
    const before = new Set(transportManager.getListeners())
    await transportManager.listen([address])
    const added = transportManager.getListeners().filter((listener) => !before.has(listener))
    const port = added
      .flatMap((listener) => listener.getAddrs())
      .map(portOf)
      .find((value) => value !== undefined)
    if (port === undefined) throw new Error(`nothing listens on ${address.toString()}`)
    return port
  }

  private startLan(): void {
    this.lan = new LanDiscovery({
      self: this.peerId,
      addresses: () => this.addresses(),
      interfaces: () => ownInterfaces(this.parts.clock.now()),
      onPeer: (peer, addresses) => {
        for (const listener of this.lanPeerListeners) listener(peer, addresses)
      },
      clock: this.parts.clock,
      logger: this.parts.logger,
    })
    this.lan.start()
  }

  private watchRelay(): () => void {
    const { transportManager, clock } = this.parts
    const isRelay = (address: Multiaddr): boolean => addressScope(address) === 'relay'
    return keepRelay({
      clock,
      confirmedPublic: () => this.addresses().filter((address) => addressScope(address) === 'public').length,
      connections: () => this.libp2p.getConnections().length,
      behindNat: () => this.isBehindNat(),
      reserve: () => transportManager.listen([multiaddr('/p2p-circuit')]),
      release: async () => {
        const relayed = transportManager.getListeners().filter((listener) => listener.getAddrs().some(isRelay))
        await Promise.all(relayed.map((listener) => listener.close()))
      },
    })
  }

  private isOwn(ip: string | undefined): boolean {
    return ownInterfaces(this.parts.clock.now()).some(({ address }) => address === ip)
  }

  /** Others see us under a public address that is not this machine's. */
  private isBehindNat(): boolean {
    const [ip] = this.outsideView.ips()
    return ip !== undefined && !this.isOwn(ip)
  }

  private readonly onConnection = ({ detail }: CustomEvent<Connection>): void => {
    const { path } = this.describe(detail)
    if (detail.direction !== 'inbound' || path === 'loopback' || path === 'relay') return
    // Who dialled is known a moment later. One through a hole that we opened proves nothing of the firewall.
    this.parts.clock.after(0, () => {
      if (!this.parts.isDialled(detail)) this.inboundFromElsewhere++
    })
  }

  private readonly onAddresses = (): void => {
    this.cancelAnnounce()
    this.cancelAnnounce = this.parts.clock.after(ANNOUNCE_AFTER_MS, () => this.lan?.announce())
  }
}

function portOf(address: Multiaddr): number | undefined {
  const port = address.getComponents().find(({ name }) => name === 'tcp' || name === 'udp')?.value
  return port === undefined ? undefined : Number(port)
}
