/** Peer book, content routing and reprovider on one node: built, started and stopped together. */
import type { Libp2pEvents, PeerId } from '@libp2p/interface'
import type { Announcement } from '../../../shared/contract/model.ts'
import { systemClock } from '../network/clock.ts'
import type { NetworkLogger } from '../network/logger.ts'
import { PUBLIC_BOOTSTRAP } from '../network/protocols.ts'
import type { ShoalNode } from '../network/shoal-node.ts'
import { ContentRouting } from './content-routing.ts'
import { PeerBook, type RememberedPeer } from './peer-book.ts'
import { Reprovider } from './reprovider.ts'
import type { RoutingTools } from './tools.ts'

export interface RoutingOptions {
  readonly node: ShoalNode
  /** The user's own addresses; the public DHT's are added in `internet` mode when that DHT is on. */
  readonly bootstrap: readonly string[]
  readonly load: () => readonly RememberedPeer[]
  readonly save: (peer: RememberedPeer) => void
  readonly onAnnouncement: (root: string, announcements: Announcement[]) => void
  /** A provider look-up begins in some DHT. */
  readonly onLookup?: () => void
  readonly logger: NetworkLogger
  readonly tools?: Partial<RoutingTools>
}

/** A newcomer asks for its neighbourhood this long after the first peers have entered its empty table. */
const LOOK_AROUND_AFTER_MS = 2_000
const LOOK_AROUND_TIMEOUT_MS = 15_000

export class Routing {
  readonly book: PeerBook
  readonly content: ContentRouting
  readonly reprovider: Reprovider
  /** Addresses that we begin with: the user's, and the public DHT's doors where that is on. */
  readonly bootstrap: readonly string[]
  private readonly node: ShoalNode
  private readonly tools: RoutingTools
  private readonly stops: (() => void)[] = []
  private stopping = new AbortController()

  constructor(options: RoutingOptions) {
    const { node } = options
    this.node = node
    this.tools = { clock: systemClock, random: Math.random, logger: options.logger, ...options.tools }
    const publicDht = node.dhts.some(({ route }) => route === 'internet-dht')
    const bootstrap = [...options.bootstrap, ...(publicDht ? PUBLIC_BOOTSTRAP : [])]
    this.bootstrap = bootstrap
    const book = new PeerBook({ node, bootstrap, load: options.load, save: options.save, tools: this.tools })
    this.book = book
    this.content = new ContentRouting({
      mode: node.mode,
      self: node.peerId,
      dhts: node.dhts,
      shoalPeers: node.shoalPeers,
      onLanPeer: (listener) => node.onLanPeer(listener),
      addresses: (peer) => book.addresses(peer),
      routeOf: (peer) => book.routeOf(peer),
      ...(options.onLookup === undefined ? {} : { onLookup: options.onLookup }),
      tools: this.tools,
    })
    this.reprovider = new Reprovider({
      dhts: node.dhts,
      ownAddresses: () => node.addresses().map((address) => address.toString()),
      onChange: options.onAnnouncement,
      tools: this.tools,
    })
  }

  /** The node has been started. */
  start(): void {
    this.stopping = new AbortController()
    this.node.libp2p.addEventListener('self:peer:update', this.onAddresses)
    this.node.libp2p.addEventListener('peer:disconnect', this.onDisconnect)
    this.stops.push(this.node.shoalPeers.onJoin(() => this.reprovider.peerCame()))
    for (const dht of this.node.dhts) this.stops.push(this.settleIn(dht))
    this.book.start()
    this.reprovider.start()
  }

  /** Before the node is stopped. */
  async stop(): Promise<void> {
    this.stopping.abort()
    for (const stop of this.stops.splice(0)) stop()
    this.node.libp2p.removeEventListener('self:peer:update', this.onAddresses)
    this.node.libp2p.removeEventListener('peer:disconnect', this.onDisconnect)
    this.book.stop()
    await this.reprovider.stop()
  }

  /**
   * The library looks for a newcomer's neighbours once after a second, whether or not it knows anybody by then, and
   * again after minutes. Here the first peers in an empty table start the search.
   */
  private settleIn(dht: ShoalNode['dhts'][number]): () => void {
    let cancel: (() => void) | undefined
    const stop = dht.onPeer(() => {
      if (cancel !== undefined || dht.tablePeers() > 1) return
      cancel = this.tools.clock.after(LOOK_AROUND_AFTER_MS, () => {
        cancel = undefined
        const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(LOOK_AROUND_TIMEOUT_MS)])
        dht.lookAround(signal).catch(() => {
          // Nothing is lost: the next peer, or the library's own timer, tries again.
        })
      })
    })
    return () => {
      cancel?.()
      stop()
    }
  }

  private readonly onAddresses = (_event: Libp2pEvents['self:peer:update']): void => this.reprovider.addressesChanged()

  private readonly onDisconnect = ({ detail }: CustomEvent<PeerId>): void => this.reprovider.peerLeft(detail.toString())
}
