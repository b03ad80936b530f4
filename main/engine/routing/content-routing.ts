/**
 * Who may have a share: every route is asked at once, and what one finds is told at once (SPEC [NE70]-[NE74]).
 *
 * - `link`: the addresses in the link, told before anything is asked;
 * - connected Shoal peers, those that connect later, under the route by which they became known (`remembered`,
 *   `inbound` …), and neighbours as LAN discovery reports them: candidates only, the exchange asks them;
 * - `lan-dht`, `internet-dht`: look-ups, repeated after 1, 2, 4 … 60 s for as long as the caller listens, and sooner
 *   when a DHT gains peers.
 *
 * It never ends by itself and never throws: no route's failure is the others' concern. The caller stops iterating or
 * aborts the signal when it has enough. Without a network a round costs a look at an empty table.
 */
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import type { NetworkMode, Route } from '../../../shared/contract/model.ts'
import { addressScope, mayDial, peerIdIn } from '../network/address-rules.ts'
import type { DhtView } from '../network/dht-view.ts'
import { reasonOf } from '../network/logger.ts'
import type { ShoalPeers } from '../network/shoal-peers.ts'
import { lookupDelayMs } from './backoff.ts'
import { type FoundPeer, FoundQueue } from './found-queue.ts'
import { Gate } from './gate.ts'
import type { RoutingTools } from './tools.ts'
import { Wakeable } from './wake.ts'

export interface ContentRoutingOptions {
  readonly mode: NetworkMode
  readonly self: PeerId
  readonly dhts: readonly DhtView[]
  readonly shoalPeers: Pick<ShoalPeers, 'list' | 'onJoin'>
  readonly onLanPeer: (listener: (peer: PeerId, addresses: Multiaddr[]) => void) => () => void
  /** Where a peer is, and how it became known: the peer book. */
  readonly addresses: (peer: PeerId) => Multiaddr[]
  readonly routeOf: (peer: PeerId) => Route
  readonly onLookup?: () => void
  readonly tools: RoutingTools
}

/** Look-ups at a time over all shares; each keeps up to 10 requests in the air. */
const MAX_LOOKUPS = 4
const LOOKUP_TIMEOUT_MS: Record<DhtView['route'], number> = { 'lan-dht': 15_000, 'internet-dht': 60_000 }
/** News of the network hastens a look-up, but not more often than this. */
const MIN_LOOKUP_GAP_MS = 500
/** In the public DHT the table gains peers all the time; there only the first ones are news. */
const NEWS_BELOW_TABLE_PEERS: Record<DhtView['route'], number> = { 'lan-dht': 1000, 'internet-dht': 8 }

/**
 * Between look-ups for somebody who has enough sources: of a class that fetches the same file at once, the look-ups for
 * sources that everybody already had took as much CPU as the transfer.
 */
const ENOUGH_PAUSE_MS = 60_000

export interface FindOptions {
  readonly signal: AbortSignal
  readonly linkPeers?: readonly string[]
  /** The caller is well served now: the DHTs are asked rarely until it is not. */
  readonly hasEnough?: () => boolean
}

export class ContentRouting {
  private readonly options: ContentRoutingOptions
  private readonly gate = new Gate(MAX_LOOKUPS)

  constructor(options: ContentRoutingOptions) {
    this.options = options
  }

  async *findProviders(
    root: CID,
    { signal, linkPeers = [], hasEnough = () => false }: FindOptions,
  ): AsyncGenerator<FoundPeer> {
    const queue = new FoundQueue()
    const ended = new AbortController()
    const whole = AbortSignal.any([signal, ended.signal])
    const onAbort = (): void => queue.close()
    whole.addEventListener('abort', onAbort, { once: true })
    if (whole.aborted) queue.close()

    for (const found of this.fromLink(linkPeers)) queue.push(found)
    const candidate = (peer: PeerId): void =>
      queue.push({ peer, addresses: this.options.addresses(peer), route: this.options.routeOf(peer) })
    const stops = [
      this.options.shoalPeers.onJoin(candidate),
      this.options.onLanPeer((peer, addresses) => queue.push({ peer, addresses, route: 'mdns' })),
    ]
    for (const peer of this.options.shoalPeers.list()) candidate(peer)
    for (const dht of this.options.dhts) void this.keepAsking(dht, root, queue, whole, hasEnough)

    try {
      yield* queue
    } finally {
      for (const stop of stops) stop()
      ended.abort()
      whole.removeEventListener('abort', onAbort)
    }
  }

  /** Link addresses of one peer are told together. */
  private fromLink(linkPeers: readonly string[]): FoundPeer[] {
    const byPeer = new Map<string, Multiaddr[]>()
    for (const text of linkPeers) {
      try {
        const address = multiaddr(text)
        const id = peerIdIn(address)
        if (id === undefined || id === this.options.self.toString() || !mayDial(this.options.mode, address)) continue
        byPeer.set(id, [...(byPeer.get(id) ?? []), address])
      } catch (error) {
        this.options.tools.logger.debug({ reason: reasonOf(error) }, 'address of a link left out')
      }
    }
    const found: FoundPeer[] = []
    for (const [id, addresses] of byPeer) {
      try {
        found.push({ peer: peerIdFromString(id), addresses, route: 'link' })
      } catch {
        // A /p2p/ part that is no peer id of a kind we know: nobody to dial.
      }
    }
    return found
  }

  private async keepAsking(
    dht: DhtView,
    root: CID,
    queue: FoundQueue,
    signal: AbortSignal,
    hasEnough: () => boolean,
  ): Promise<void> {
    const { clock, random, logger } = this.options.tools
    const wakeable = new Wakeable(clock)
    let askedAt = clock.now()
    const stop = dht.onPeer(() => {
      if (!hasEnough() && dht.tablePeers() <= NEWS_BELOW_TABLE_PEERS[dht.route]) wakeable.wake()
    })
    try {
      for (let round = 0; !signal.aborted; round++) {
        const startedAt = clock.now()
        try {
          const isDue = round === 0 || !hasEnough() || startedAt - askedAt >= ENOUGH_PAUSE_MS
          if (isDue) askedAt = startedAt
          if (isDue && dht.tablePeers() > 0) await this.gate.run(signal, () => this.lookUp(dht, root, queue, signal))
        } catch (error) {
          if (!signal.aborted) logger.debug({ route: dht.route, reason: reasonOf(error) }, 'look-up failed')
        }
        await wakeable.wait(lookupDelayMs(round, random()), signal)
        // The rest of the shortest pause, when news cut the wait short.
        const restMs = startedAt + MIN_LOOKUP_GAP_MS - clock.now()
        if (restMs > 0 && !signal.aborted) await new Wakeable(clock).wait(restMs, signal)
      }
    } finally {
      stop()
    }
  }

  private async lookUp(dht: DhtView, root: CID, queue: FoundQueue, signal: AbortSignal): Promise<void> {
    this.options.onLookup?.()
    const limited = AbortSignal.any([signal, AbortSignal.timeout(LOOKUP_TIMEOUT_MS[dht.route])])
    for await (const { peer, addresses } of dht.findProviders(root, limited)) {
      queue.push({ peer, addresses: addresses.filter((address) => this.fits(dht, address)), route: dht.route })
    }
  }

  /** A stranger of the public DHT has no business to tell us addresses inside our own network. */
  private fits(dht: DhtView, address: Multiaddr): boolean {
    if (!mayDial(this.options.mode, address)) return false
    const scope = addressScope(address)
    return dht.route === 'lan-dht' || scope === 'public' || scope === 'relay' || scope === 'name'
  }
}
