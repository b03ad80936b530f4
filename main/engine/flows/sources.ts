/**
 * The peers a share may be had from: found by any route, tried with back-off, kept for as long as the share is known.
 *
 * Whoever is told of (link, mDNS, DHT, the swarm, a connection that came by itself) gets an entry; a turn of `tick` opens
 * sessions with those that are due. A peer that has no such share is asked again rarely; one whose connection was lost is
 * tried at once when it is connected again, and dialled by the peer book meanwhile. Bounded by MAX_SOURCES; those that
 * anybody could have made up (told by peers, or come by themselves) give way to the others. SPEC: [FL7].
 */
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Route } from '../../../shared/contract/model.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { MAX_SESSIONS_PER_SHARE } from '../exchange/limits.ts'
import type { LinkEnd } from '../exchange/ports.ts'
import type { ShareExchange } from '../exchange/share-exchange.ts'
import { peerIn } from './addresses.ts'
import type { EngineContext } from './context.ts'
import { DIRECT_TIMEOUT_MS, onlyRelayed } from './direct-connection.ts'

/** Peers remembered per share; the least useful is dropped beyond. */
const MAX_SOURCES = 500
/** Attempts to open at once per share. */
const MAX_OPENING = 16
/** After a failure, in ms: doubled each time up to the maximum; a share that needs nobody is less in a hurry. */
const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 60_000
const MAX_IDLE_RETRY_MS = 600_000
/** Asked and it had no such share: it may get it later. */
const UNKNOWN_RETRY_MS = 15_000
const MAX_UNKNOWN_RETRY_MS = 600_000
/** A direct connection, where only a relay leads to the peer at first, and a stream on it, in ms. */
const OPEN_TIMEOUT_MS = DIRECT_TIMEOUT_MS + 2_000
/** A session that is lost before it is this old counts as a failure, in ms. */
const SETTLED_MS = 5_000

interface Source {
  readonly peer: string
  readonly routes: Set<Route>
  nextTryMs: number
  failures: number
  opening: boolean
}

export class Sources {
  private readonly sources = new Map<string, Source>()
  private readonly context: EngineContext
  private readonly exchange: ShareExchange
  private opening = 0
  private ended = AbortSignal.abort()
  private end = new AbortController()
  private needed = false

  constructor(context: EngineContext, exchange: ShareExchange) {
    this.context = context
    this.exchange = exchange
  }

  get count(): number {
    return this.sources.size
  }

  /** How many are connected only through a relay that is too small for an exchange. */
  get relayedCount(): number {
    let count = 0
    for (const { peer } of this.sources.values()) {
      if (onlyRelayed(this.context.node.libp2p.getConnections(peerIdFromString(peer)))) count += 1
    }
    return count
  }

  /** Stops opening; what is being opened is given up. */
  stop(): void {
    this.end.abort()
    this.setNeeded(false)
  }

  start(): void {
    this.end = new AbortController()
    this.ended = this.end.signal
    for (const source of this.sources.values()) source.nextTryMs = 0
  }

  /** The peer may have the share. */
  add(peer: string, addresses: readonly Multiaddr[], route: Route): void {
    if (peer === this.context.node.peerId.toString()) return
    const id = peerIdFromString(peer)
    if (addresses.length > 0) this.context.routing.book.learn(id, addresses, route)
    const known = this.sources.get(peer)
    if (known !== undefined) known.routes.add(route)
    else if (this.sources.size < MAX_SOURCES || this.dropOne(route)) {
      this.sources.set(peer, { peer, routes: new Set([route]), nextTryMs: 0, failures: 0, opening: false })
    } else return
    if (this.needed && route !== 'inbound') this.context.importance.need(peer, this)
    this.tick()
  }

  addFromLink(addresses: readonly string[]): void {
    for (const text of addresses) {
      try {
        const address = multiaddr(text)
        const peer = peerIn(address)
        if (peer !== undefined) this.add(peer, [address], 'link')
      } catch (error) {
        this.context.logger.debug({ reason: String(error) }, 'an address of a link is not understood')
      }
    }
  }

  /** A connection to the peer is there (again): try at once. */
  connected(peer: string): void {
    const source = this.sources.get(peer)
    if (source === undefined || source.nextTryMs === Number.POSITIVE_INFINITY) return
    source.nextTryMs = 0
    this.tick()
  }

  forget(peer: string): void {
    if (this.sources.delete(peer)) this.context.importance.release(peer, this)
  }

  routesOf(peer: string): Route[] {
    return [...(this.sources.get(peer)?.routes ?? ['inbound' as const])]
  }

  /** A session ended: when to try again. */
  sessionEnded(session: { readonly remote: string; readonly openedAtMs: number }, end: LinkEnd): void {
    const source = this.sources.get(session.remote)
    if (source === undefined) return
    const nowMs = this.context.clock.now()
    if (end.reason !== 'goodbye') {
      if (nowMs - session.openedAtMs >= SETTLED_MS) source.failures = 0
      this.failed(source, end.reason === 'protocol-error' ? MAX_RETRY_MS : 0)
      return
    }
    switch (end.code) {
      case GoodbyeCode.UNKNOWN_SHARE:
      case GoodbyeCode.SHARE_REMOVED:
      case GoodbyeCode.TOO_BUSY:
        source.nextTryMs = nowMs + Math.min(UNKNOWN_RETRY_MS * 2 ** Math.min(source.failures, 10), MAX_UNKNOWN_RETRY_MS)
        source.failures += 1
        break
      case GoodbyeCode.BANNED:
        source.nextTryMs = Number.POSITIVE_INFINITY
        break
      case GoodbyeCode.PROTOCOL_ERROR:
        this.failed(source, MAX_RETRY_MS)
        break
      default:
        source.nextTryMs = nowMs + FIRST_RETRY_MS * 4
    }
  }

  /** Whether a download waits for them: the peer book then hurries to reconnect them. */
  setNeeded(needed: boolean): void {
    this.needed = needed
    for (const { peer, routes } of this.sources.values()) {
      if (!needed) this.context.importance.release(peer, this)
      else if (routes.size > 1 || !routes.has('inbound')) this.context.importance.need(peer, this)
    }
  }

  tick(): void {
    if (this.ended.aborted || this.sources.size === 0) return
    const nowMs = this.context.clock.now()
    const due: Source[] = []
    for (const source of this.sources.values()) {
      if (source.opening || source.nextTryMs > nowMs || this.exchange.sessions.has(source.peer)) continue
      if (!this.exchange.banned.has(source.peer)) due.push(source)
    }
    const room = Math.min(MAX_OPENING, MAX_SESSIONS_PER_SHARE - this.exchange.sessions.size) - this.opening
    if (due.length > room) due.sort((a, b) => Number(isHearsay(a)) - Number(isHearsay(b)) || a.failures - b.failures)
    for (const source of due.slice(0, Math.max(room, 0))) void this.open(source)
  }

  private async open(source: Source): Promise<void> {
    source.opening = true
    this.opening += 1
    const { ended } = this
    try {
      const link = await this.context.openLink(
        source.peer,
        AbortSignal.any([ended, AbortSignal.timeout(OPEN_TIMEOUT_MS)]),
      )
      if (ended.aborted) link.close(GoodbyeCode.SHARE_REMOVED, 'not needed any more')
      else {
        source.nextTryMs = this.context.clock.now() + FIRST_RETRY_MS
        this.exchange.attach(link)
      }
    } catch (error) {
      if (!ended.aborted) this.failed(source, 0)
      this.context.logger.debug({ peer: source.peer, reason: String(error) }, 'could not open an exchange')
    } finally {
      source.opening = false
      this.opening -= 1
    }
  }

  private failed(source: Source, atLeastMs: number): void {
    source.failures += 1
    const most = this.needed ? MAX_RETRY_MS : MAX_IDLE_RETRY_MS
    const waitMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(source.failures - 1, 12), most)
    source.nextTryMs = this.context.clock.now() + Math.max(waitMs, atLeastMs)
  }

  /** Makes room for one that became known by `route`. */
  private dropOne(route: Route): boolean {
    let worst: Source | undefined
    for (const source of this.sources.values()) {
      if (this.exchange.sessions.has(source.peer) || source.opening) continue
      if (worst === undefined || dispensability(source) > dispensability(worst)) worst = source
    }
    if (worst === undefined) return false
    // Hearsay must not push out hearsay that was not even tried, or a flood of it would keep us from trying any.
    const fresh = route === 'swarm' || route === 'inbound'
    if (worst.failures === 0 && (fresh || !isHearsay(worst))) return false
    this.forget(worst.peer)
    return true
  }
}

/** Anybody can tell of peers that do not exist, or come under a new name each time. */
function isHearsay({ routes }: Source): boolean {
  for (const route of routes) if (route !== 'swarm' && route !== 'inbound') return false
  return true
}

function dispensability(source: Source): number {
  return (isHearsay(source) ? 1_000 : 0) + Math.min(source.failures, 999)
}
