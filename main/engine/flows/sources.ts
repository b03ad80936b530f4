/**
 * The peers a share may be had from: found by any route, tried with back-off, kept for as long as the share lives.
 *
 * Whoever is told of (link, mDNS, DHT, the swarm, a connection that came by itself) gets an entry; a turn of `tick` opens
 * sessions with those that are due. A peer that has no such share is asked again rarely; one whose connection was lost is
 * tried at once when it is connected again, and dialled by the peer book meanwhile. Bounded by MAX_SOURCES.
 */
import { peerIdFromString } from '@libp2p/peer-id'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Route } from '../../../shared/contract/model.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { MAX_SESSIONS_PER_SHARE } from '../exchange/limits.ts'
import type { LinkEnd } from '../exchange/ports.ts'
import type { ShareExchange } from '../exchange/share-exchange.ts'
import type { EngineContext } from './context.ts'

/** Peers remembered per share; the least useful is dropped beyond. */
const MAX_SOURCES = 500
/** Attempts to open at once per share. */
const MAX_OPENING = 16
/** After a failure, in ms: doubled each time up to the maximum. */
const FIRST_RETRY_MS = 250
const MAX_RETRY_MS = 60_000
/** Asked and it had no such share: it may get it later. */
const UNKNOWN_RETRY_MS = 15_000
const MAX_UNKNOWN_RETRY_MS = 600_000
const OPEN_TIMEOUT_MS = 10_000

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
  private ended = new AbortController()

  constructor(context: EngineContext, exchange: ShareExchange) {
    this.context = context
    this.exchange = exchange
  }

  get count(): number {
    return this.sources.size
  }

  /** Stops opening; what is being opened is given up. */
  stop(): void {
    this.ended.abort()
    for (const { peer } of this.sources.values()) this.context.routing.book.setImportant(peerIdFromString(peer), false)
  }

  start(): void {
    this.ended = new AbortController()
    for (const source of this.sources.values()) source.nextTryMs = 0
  }

  /** The peer may have the share. */
  add(peer: string, addresses: readonly Multiaddr[], route: Route): void {
    if (peer === this.context.node.peerId.toString()) return
    const id = peerIdFromString(peer)
    if (addresses.length > 0) this.context.routing.book.learn(id, addresses, route)
    const known = this.sources.get(peer)
    if (known !== undefined) {
      known.routes.add(route)
      return
    }
    if (this.sources.size >= MAX_SOURCES && !this.dropOne()) return
    this.sources.set(peer, { peer, routes: new Set([route]), nextTryMs: 0, failures: 0, opening: false })
    this.tick()
  }

  /** A connection to the peer is there (again): try at once. */
  connected(peer: string): void {
    const source = this.sources.get(peer)
    if (source === undefined) return
    source.nextTryMs = 0
    this.tick()
  }

  routesOf(peer: string): Route[] {
    return [...(this.sources.get(peer)?.routes ?? ['inbound' as const])]
  }

  /** A session ended: when to try again. */
  sessionEnded(peer: string, end: LinkEnd): void {
    const source = this.sources.get(peer)
    if (source === undefined) return
    const nowMs = this.context.clock.now()
    if (end.reason !== 'goodbye') {
      source.failures = 0
      source.nextTryMs = nowMs + FIRST_RETRY_MS
      return
    }
    switch (end.code) {
      case GoodbyeCode.UNKNOWN_SHARE:
      case GoodbyeCode.SHARE_REMOVED:
      case GoodbyeCode.TOO_BUSY:
        source.failures += 1
        source.nextTryMs =
          nowMs + Math.min(UNKNOWN_RETRY_MS * 2 ** Math.min(source.failures - 1, 10), MAX_UNKNOWN_RETRY_MS)
        break
      case GoodbyeCode.BANNED:
        source.nextTryMs = Number.POSITIVE_INFINITY
        break
      case GoodbyeCode.PROTOCOL_ERROR:
        source.failures += 1
        source.nextTryMs = nowMs + MAX_RETRY_MS
        break
      default:
        source.nextTryMs = nowMs + FIRST_RETRY_MS * 4
    }
  }

  /** Whether the peer book should hurry to reconnect them. */
  setImportant(important: boolean): void {
    for (const { peer, failures } of this.sources.values()) {
      if (!important || failures === 0) this.context.routing.book.setImportant(peerIdFromString(peer), important)
    }
  }

  tick(): void {
    if (this.ended.signal.aborted) return
    const nowMs = this.context.clock.now()
    for (const source of this.sources.values()) {
      if (this.opening >= MAX_OPENING || this.exchange.sessions.size + this.opening >= MAX_SESSIONS_PER_SHARE) return
      if (source.opening || source.nextTryMs > nowMs || this.exchange.sessions.has(source.peer)) continue
      if (this.exchange.banned.has(source.peer)) continue
      void this.open(source)
    }
  }

  private async open(source: Source): Promise<void> {
    source.opening = true
    this.opening += 1
    const signal = AbortSignal.any([this.ended.signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)])
    try {
      const link = await this.context.openLink(source.peer, signal)
      if (this.ended.signal.aborted) link.close(GoodbyeCode.SHARE_REMOVED, 'not needed any more')
      else {
        source.failures = 0
        source.nextTryMs = this.context.clock.now() + FIRST_RETRY_MS
        this.exchange.attach(link)
      }
    } catch (error) {
      source.failures += 1
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(source.failures, 12), MAX_RETRY_MS)
      source.nextTryMs = this.context.clock.now() + waitMs
      this.context.logger.debug({ peer: source.peer, reason: String(error) }, 'could not open an exchange')
    } finally {
      source.opening = false
      this.opening -= 1
    }
  }

  private dropOne(): boolean {
    for (const [peer, source] of this.sources) {
      if (source.failures > 2 && !this.exchange.sessions.has(peer)) return this.sources.delete(peer)
    }
    return false
  }
}
