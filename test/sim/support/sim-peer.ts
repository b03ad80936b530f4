/**
 * A peer of a simulation: the product's ShareExchange, a modelled disk behind it, and books kept beside it, from which the
 * invariants are checked (invariants.ts). It may leave and return; what was written stays written.
 */
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import type { Frame } from '../../../main/engine/exchange/exchange.pb.js'
import type { ShareContent } from '../../../main/engine/exchange/ports.ts'
import { type ShareEvent, ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import { DEFAULT_UPLOAD_SLOTS, dealSlots, RECHOKE_MS, type Slots } from '../../../main/engine/swarm/choker.ts'
import type { FairQueue } from '../../../main/engine/swarm/fair-queue.ts'
import { TokenBucket } from '../../../main/engine/swarm/token-bucket.ts'
import { Line } from './line.ts'
import type { SimLink } from './sim-link.ts'
import type { Swarm } from './swarm.ts'

export interface Outgoing {
  readonly frame: Frame
  readonly payload: Uint8Array | undefined
}

export interface PeerOptions {
  readonly upBytesPerSecond?: number
  readonly downBytesPerSecond?: number
  /** Holds everything from the start. */
  readonly seed?: boolean
  readonly have?: Bitfield
  readonly uploadLimit?: number
  readonly downloadLimit?: number
  /** A limit that it has in common with others: several shares of one machine. */
  readonly common?: { readonly bucket: TokenBucket; readonly queue: FairQueue; readonly weight: () => number }
  readonly slots?: number
  /** Names the class of latency, bandwidth or side of a partition. */
  readonly place?: string
  /** Serves nobody, ever. */
  readonly freeRider?: boolean
  readonly sequential?: boolean
  /** Chunks wanted; all when absent. */
  readonly want?: readonly number[]
  /** Changes what the peer sends: the misbehaving ones. */
  readonly tamper?: (frame: Frame, payload: Uint8Array | undefined, link: SimLink) => Outgoing[]
  /** Payloads of it arrive one byte every so many ms. */
  readonly dripMs?: number
  /** Called every 100 ms for each of its links: what it says by itself. */
  readonly chatter?: (link: SimLink, nowMs: number) => void
  /** Misbehaving peers are not held to the invariants of honest ones. */
  readonly dishonest?: boolean
}

export class SimPeer {
  readonly id: string
  readonly options: PeerOptions
  readonly have: Bitfield
  readonly events: (ShareEvent & { atMs: number })[] = []
  readonly links = new Set<SimLink>()
  readonly upBucket: TokenBucket
  readonly downBucket: TokenBucket
  readonly uplink: Line
  readonly downlink: Line
  /** How often each chunk was written. */
  readonly written: Uint8Array
  /** Chunks in the order in which they were written. */
  readonly order: number[] = []
  /** Bytes of pieces that arrived, and of those that were asked for and then taken back, lost or wrong. */
  receivedBytes = 0
  excusedBytes = 0
  /** Breaches of others that it answered. */
  readonly breaches: string[] = []
  completeAtMs: number | undefined
  online = false
  /** Sends and hears nothing, but keeps its links: a cable pulled. */
  silent = false
  /** The disk refuses writes. */
  diskFull = false
  exchange: ShareExchange
  private slots: Slots = { unchoke: new Set(), optimistic: undefined }
  private readonly swarm: Swarm
  private stops: (() => void)[] = []

  constructor(swarm: Swarm, id: string, options: PeerOptions) {
    this.swarm = swarm
    this.id = id
    this.options = options
    this.upBucket = new TokenBucket(options.uploadLimit)
    this.downBucket = options.common?.bucket ?? new TokenBucket(options.downloadLimit)
    this.uplink = new Line(swarm.clock, options.upBytesPerSecond ?? 1e9)
    this.downlink = new Line(swarm.clock, options.downBytesPerSecond ?? 1e9)
    const { chunkCount } = swarm.options
    this.written = new Uint8Array(chunkCount)
    this.have = options.seed === true ? Bitfield.full(chunkCount) : (options.have ?? new Bitfield(chunkCount))
    this.exchange = this.makeExchange()
    this.start()
  }

  get wanted(): Iterable<number> {
    return this.options.want ?? Array(this.swarm.options.chunkCount).keys()
  }

  start(): void {
    if (this.online) return
    this.online = true
    const { clock } = this.swarm
    this.exchange = this.makeExchange()
    this.exchange.setContent(this.content(), this.have)
    if (this.exchange.state !== undefined) this.exchange.state.sequential = this.options.sequential === true
    if (this.options.seed !== true) this.exchange.startDownload(this.wanted)
    const tick = () => {
      this.exchange.tick()
      const { chatter } = this.options
      if (chatter !== undefined) for (const link of this.links) chatter(link, clock.now())
    }
    this.stops = [clock.every(100, tick), clock.every(RECHOKE_MS, () => this.deal())]
  }

  /** As a killed process: all its links break at once, what was in flight is gone. */
  kill(): void {
    if (!this.online) return
    this.online = false
    for (const stop of this.stops) stop()
    for (const link of [...this.links]) link.breakDown()
  }

  /** Books: a frame arrives here over `link`. */
  heardFrame(link: SimLink, frame: Frame): void {
    if (frame.choke?.choked === true) this.excuse(this.exchange.state?.peer(link.remote)?.requests.size ?? 0)
  }

  eventsOf<T extends ShareEvent['type']>(type: T): (Extract<ShareEvent, { type: T }> & { atMs: number })[] {
    return this.events.filter(
      (event): event is Extract<ShareEvent, { type: T }> & { atMs: number } => event.type === type,
    )
  }

  /** It asked for so many chunks in vain. */
  excuse(chunks: number): void {
    this.excusedBytes += chunks * this.swarm.options.chunkBytes
  }

  private makeExchange(): ShareExchange {
    const { swarm, id } = this
    return new ShareExchange({
      clock: swarm.clock,
      random: () => swarm.random(),
      root: new Uint8Array(36),
      client: 'sim',
      nodeName: id,
      shareName: () => 'sim',
      isSmallerThan: (peer) => id < peer,
      readNode: async () => undefined,
      upBuckets: [this.upBucket],
      downBuckets: [this.downBucket],
      ...(this.options.common === undefined
        ? {}
        : { downQueue: this.options.common.queue, weight: this.options.common.weight }),
      slotsChanged: () => this.deal(),
      emit: (event) => this.emitted(event),
    })
  }

  private emitted(event: ShareEvent): void {
    const atMs = this.swarm.clock.now()
    this.events.push({ ...event, atMs })
    if (event.type === 'complete') this.completeAtMs ??= atMs
    if (event.type === 'session-end') this.excuse(event.reassigned)
    if (event.type === 'corrupt' || event.type === 'write-failed') this.excuse(1)
    // As the flow does: a disk that refuses stops the download until there is room.
    if (event.type === 'write-failed') this.exchange.stopDownload()
  }

  private content(): ShareContent {
    const { swarm } = this
    const { chunkCount, chunkBytes } = swarm.options
    const verify = (index: number, bytes: Uint8Array) => Buffer.compare(bytes, swarm.chunk(index)) === 0
    return {
      chunkCount,
      chunkLength: () => chunkBytes,
      verify,
      read: async (index, into) => into.set(swarm.chunk(index)),
      write: async (index, bytes) => {
        if (this.diskFull) throw new Error('disk full')
        if (!verify(index, bytes)) throw new Error(`wrong bytes reached the disk of ${this.id}`)
        this.written[index] = (this.written[index] ?? 0) + 1
        this.order.push(index)
      },
    }
  }

  private deal(): void {
    if (this.options.freeRider === true || !this.online) return
    const nowMs = this.swarm.clock.now()
    const sessions = [...this.exchange.sessions.values()]
    const candidates = sessions
      .filter((session) => session.theyAreInterested)
      .map((session) => ({
        key: session.remote,
        givesBytesPerSecond: session.down.rate(nowMs),
        unchokedAtMs: session.unchokedAtMs,
        waitingSinceMs: session.waitingSinceMs,
        isBarren: session.isBarren,
      }))
    const count = this.options.slots ?? DEFAULT_UPLOAD_SLOTS
    this.slots = dealSlots(candidates, count, this.slots.optimistic, nowMs, this.swarm.random)
    for (const session of sessions) session.setChoked(!this.slots.unchoke.has(session.remote), nowMs)
  }
}
