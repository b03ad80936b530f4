/**
 * Peers met before: their addresses are remembered across restarts, and they are dialled again, on start and on loss,
 * with back-off, so that a peer that comes back is used again without anyone asking (SPEC [NE60]-[NE65]). It also
 * dials the bootstrap addresses and the neighbours that LAN discovery reports.
 *
 * What to do when is candidates.ts; this file acts: one timer, at most MAX_DIALS dials at a time. It neither knows
 * shares nor looks anybody up in a DHT: a peer whose addresses have all changed is found again by its provider records.
 */
import type { IdentifyResult, PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Route } from '../../../shared/contract/model.ts'
import { mayDial, peerIdIn } from '../network/address-rules.ts'
import { reasonOf } from '../network/logger.ts'
import type { ShoalNode } from '../network/shoal-node.ts'
import { AddressNotes } from './address-notes.ts'
import type { Candidate, Tie } from './candidates.ts'
import * as candidates from './candidates.ts'
import type { RoutingTools } from './tools.ts'

export interface RememberedPeer {
  readonly peer: string
  readonly addresses: readonly string[]
  readonly lastSeenAt: number
}

export interface PeerBookOptions {
  readonly node: Pick<
    ShoalNode,
    'mode' | 'peerId' | 'libp2p' | 'gater' | 'shoalPeers' | 'dial' | 'connected' | 'onLanPeer'
  >
  /** Multiaddrs with /p2p/ to be kept connected: the user's, and the public DHT's in `internet` mode. */
  readonly bootstrap: readonly string[]
  readonly load: () => readonly RememberedPeer[]
  /** Called for Shoal peers when they are met, leave, or change their addresses; at most once a minute and peer. */
  readonly save: (peer: RememberedPeer) => void
  readonly tools: RoutingTools
}

/** Peers being courted. Each costs a dial every 5 min at least; more would be a burden for the LAN. */
export const MAX_CANDIDATES = 64
const MAX_DIALS = 16
/** A dial of an important peer must end before the next one is due to help. */
const DIAL_TIMEOUT_MS = 8000
const IMPORTANT_DIAL_TIMEOUT_MS = 4000
/** On start everybody is dialled within this time rather than in one burst. */
const START_SPREAD_MS = 500
const SAVE_GAP_MS = 60_000
/** Who was not seen for a week is not dialled any more; its addresses stay remembered by the caller. */
const FORGET_AFTER_MS = 7 * 24 * 60 * 60 * 1000

export class PeerBook {
  private readonly options: PeerBookOptions
  private readonly tools: RoutingTools
  private readonly list = new Map<string, Candidate>() // <= MAX_CANDIDATES
  private readonly notes: AddressNotes
  private readonly saved = new Map<string, number>() // peer -> when; <= MAX_CANDIDATES, see below
  private readonly stops: (() => void)[] = []
  private cancelTimer: () => void = () => {}
  private dials = 0
  private stopping = new AbortController()

  constructor(options: PeerBookOptions) {
    this.options = options
    this.tools = options.tools
    this.notes = new AddressNotes((address) => mayDial(options.node.mode, address))
  }

  start(): void {
    const { node, tools } = this.options
    this.stopping = new AbortController()
    const now = tools.clock.now()
    const spread = (): { spreadMs: number; random: number } => ({ spreadMs: START_SPREAD_MS, random: tools.random() })
    for (const text of this.options.bootstrap) {
      const address = parse(text)
      const id = address === undefined ? undefined : peerIdIn(address)
      if (address === undefined || id === undefined) {
        tools.logger.warn(
          { address: text },
          'bootstrap address left out: it must be a multiaddr that ends in /p2p/<peer id>',
        )
      } else if (!this.notes.add(id, [address], 'remembered')) {
        tools.logger.warn({ address: text }, `bootstrap address left out: ${node.mode} mode does not dial it`)
      } else {
        this.insert(candidates.added(id, 'bootstrap', now, now, { spreadMs: 0, random: 0 }))
      }
    }
    const remembered = [...this.options.load()].sort((a, b) => b.lastSeenAt - a.lastSeenAt)
    for (const { peer, addresses, lastSeenAt } of remembered.slice(0, MAX_CANDIDATES)) {
      if (now - lastSeenAt > FORGET_AFTER_MS || peer === node.peerId.toString()) continue
      const parsed = addresses.map(parse).filter((address) => address !== undefined)
      if (this.notes.add(peer, parsed, 'remembered')) {
        this.insert(candidates.added(peer, 'remembered', now, lastSeenAt, spread()))
      }
    }
    node.gater.knowPeersBy((peer) => {
      const candidate = this.list.get(peer)
      return candidate !== undefined && candidates.isKnown(candidate)
    })
    this.stops.push(
      node.shoalPeers.onJoin((peer) => this.met(peer)),
      node.onLanPeer((peer, addresses) => this.learn(peer, addresses, 'mdns')),
    )
    node.libp2p.addEventListener('peer:connect', this.onConnect)
    node.libp2p.addEventListener('peer:disconnect', this.onDisconnect)
    node.libp2p.addEventListener('peer:identify', this.onIdentify)
    this.schedule()
  }

  stop(): void {
    this.stopping.abort()
    this.cancelTimer()
    for (const stop of this.stops.splice(0)) stop()
    const { libp2p } = this.options.node
    libp2p.removeEventListener('peer:connect', this.onConnect)
    libp2p.removeEventListener('peer:disconnect', this.onDisconnect)
    libp2p.removeEventListener('peer:identify', this.onIdentify)
    const now = this.tools.clock.now()
    for (const { peer, at } of this.list.values()) if (at.state === 'connected') this.remember(peer, now, true)
    this.list.clear()
  }

  /** Somebody told of a peer: a link, the swarm, LAN discovery. It is dialled soon unless it is connected. */
  learn(peer: PeerId, addresses: readonly Multiaddr[], route: Route): void {
    const id = peer.toString()
    if (id === this.options.node.peerId.toString() || this.options.node.gater.blocked(id) !== undefined) return
    const news = this.notes.add(id, addresses, route)
    const now = this.tools.clock.now()
    const candidate = this.list.get(id)
    if (candidate !== undefined) {
      // Old news does not hurry: the same address is told again by every peer of a swarm.
      if (news || route === 'mdns') this.list.set(id, candidates.nudged(candidate, now, this.tools.random()))
    } else if (this.notes.of(id).length > 0) {
      const tie: Tie = route === 'mdns' ? 'neighbour' : route === 'link' ? 'linked' : 'told'
      const fresh = candidates.added(id, tie, now, now, { spreadMs: 0, random: 0 })
      this.insert(this.options.node.connected(peer) ? candidates.connected(fresh, now) : fresh)
    }
    this.schedule()
  }

  /** Peers that active downloads need: dialled at least once a second for the first two minutes after a loss. */
  setImportant(peer: PeerId, important: boolean): void {
    const id = peer.toString()
    const candidate = this.list.get(id)
    if (candidate === undefined) return
    this.list.set(id, candidates.withImportance(candidate, important, this.tools.clock.now(), this.tools.random()))
    this.schedule()
  }

  /** Not dialled any more (blocked, or of no use). */
  forget(peer: PeerId): void {
    const id = peer.toString()
    this.list.delete(id)
    this.notes.forget(id)
    this.saved.delete(id)
  }

  /** What is known of where a peer is: newest first. */
  addresses(peer: PeerId): Multiaddr[] {
    return this.notes.of(peer.toString())
  }

  /** How the peer first became known; `inbound` when it came by itself. */
  routeOf(peer: PeerId): Route {
    return this.notes.routeOf(peer.toString()) ?? 'inbound'
  }

  /** For tests and status. */
  candidates(): readonly Candidate[] {
    return [...this.list.values()]
  }

  private met(peer: PeerId, told: readonly Multiaddr[] = []): void {
    const id = peer.toString()
    const now = this.tools.clock.now()
    const dialled = this.options.node.libp2p
      .getConnections(peer)
      .filter((connection) => connection.direction === 'outbound')
      .map((connection) => connection.remoteAddr)
    const news = this.notes.add(id, [...told, ...dialled], 'inbound')
    const candidate = this.list.get(id)
    if (candidate === undefined) {
      const fresh = candidates.added(id, 'met', now, now, { spreadMs: 0, random: 0 })
      this.insert(candidates.connected(fresh, now))
    } else {
      this.list.set(id, candidates.connected(candidate, now))
    }
    this.remember(id, now, news)
  }

  private readonly onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    if (this.options.node.shoalPeers.has(detail.peerId)) this.met(detail.peerId, detail.listenAddrs)
  }

  private readonly onConnect = ({ detail }: CustomEvent<PeerId>): void => {
    const candidate = this.list.get(detail.toString())
    if (candidate === undefined) return
    this.list.set(candidate.peer, candidates.connected(candidate, this.tools.clock.now()))
    this.schedule()
  }

  private readonly onDisconnect = ({ detail }: CustomEvent<PeerId>): void => {
    const candidate = this.list.get(detail.toString())
    if (candidate === undefined) return
    const now = this.tools.clock.now()
    this.list.set(candidate.peer, candidates.lost(candidate, now, this.tools.random()))
    if (candidate.tie !== 'bootstrap') this.remember(candidate.peer, now, true)
    this.schedule()
  }

  private insert(candidate: Candidate): void {
    const existing = this.list.get(candidate.peer)
    if (existing?.tie === 'bootstrap') return
    this.list.set(candidate.peer, candidate)
    if (this.list.size <= MAX_CANDIDATES) return
    const dropped = candidates.mostDispensable(this.list.values())
    if (dropped === undefined) return
    this.list.delete(dropped.peer)
    this.saved.delete(dropped.peer)
    this.notes.forget(dropped.peer)
  }

  private remember(peer: string, now: number, news: boolean): void {
    const last = this.saved.get(peer)
    if (!news && last !== undefined && now - last < SAVE_GAP_MS) return
    const addresses = this.notes.of(peer).map((address) => address.toString())
    if (addresses.length === 0) return
    if (this.list.has(peer)) this.saved.set(peer, now)
    this.options.save({ peer, addresses, lastSeenAt: now })
  }

  private schedule(): void {
    this.cancelTimer()
    if (this.stopping.signal.aborted || this.dials >= MAX_DIALS) return
    let dueAt = Number.POSITIVE_INFINITY
    for (const { at } of this.list.values()) if (at.state === 'waiting') dueAt = Math.min(dueAt, at.dueAt)
    if (dueAt === Number.POSITIVE_INFINITY) return
    this.cancelTimer = this.tools.clock.after(Math.max(0, dueAt - this.tools.clock.now()), () => this.dialDue())
  }

  private dialDue(): void {
    const now = this.tools.clock.now()
    const due = [...this.list.values()]
      .filter(({ at }) => at.state === 'waiting' && at.dueAt <= now)
      .sort((a, b) => Number(b.important) - Number(a.important))
    for (const candidate of due.slice(0, MAX_DIALS - this.dials)) {
      if (candidate.tie !== 'bootstrap' && !candidate.important && now - candidate.lastSeenAt > FORGET_AFTER_MS) {
        this.list.delete(candidate.peer)
        continue
      }
      this.list.set(candidate.peer, candidates.dialled(candidate))
      void this.dial(candidate)
    }
    this.schedule()
  }

  private async dial({ peer, important, tie }: Candidate): Promise<void> {
    const timeoutMs = important ? IMPORTANT_DIAL_TIMEOUT_MS : DIAL_TIMEOUT_MS
    const timeout = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(timeoutMs)])
    this.dials++
    try {
      const connection = await this.options.node.dial(peerIdFromString(peer), this.notes.of(peer), timeout)
      // It may have ended before we got to look at it.
      if (connection.status !== 'open') throw new Error('the connection closed at once')
      this.move(peer, (candidate) => candidates.connected(candidate, this.tools.clock.now()))
    } catch (error) {
      this.tools.logger.debug({ peer, tie, reason: reasonOf(error) }, 'peer not reached')
      this.move(peer, (candidate) => candidates.failed(candidate, this.tools.clock.now(), this.tools.random()))
    } finally {
      this.dials--
      this.schedule()
    }
  }

  private move(peer: string, transition: (candidate: Candidate) => Candidate): void {
    const candidate = this.list.get(peer)
    if (candidate !== undefined) this.list.set(peer, transition(candidate))
  }
}

function parse(text: string): Multiaddr | undefined {
  try {
    return multiaddr(text)
  } catch {
    return undefined
  }
}
