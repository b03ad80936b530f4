/**
 * A swarm in one process and in virtual time: peers with the product's ShareExchange, a modelled network between them.
 * Bytes are real: every chunk is verified on arrival. The same seed gives the same run.
 */

import { SimLink, type Wire } from './sim-link.ts'
import { type PeerOptions, SimPeer } from './sim-peer.ts'
import { seeded, VirtualClock } from './virtual-clock.ts'

export interface SwarmOptions {
  readonly seed: number
  readonly chunkCount: number
  readonly chunkBytes: number
  /** One way, in ms. */
  readonly latencyMs?: number | ((a: SimPeer, b: SimPeer) => number)
  /** Chance that a frame needs one retransmission more. */
  readonly loss?: number
}

/** How often peers without a session are dialled again, in ms. */
const REDIAL_MS = 1_000

export class Swarm implements Wire {
  readonly clock = new VirtualClock()
  readonly random: () => number
  readonly options: SwarmOptions
  readonly peers: SimPeer[] = []
  /** Places between which nothing passes. */
  private cut: ((a: SimPeer, b: SimPeer) => boolean) | undefined
  private readonly chunks: Uint8Array[] = []

  constructor(options: SwarmOptions) {
    this.options = options
    this.random = seeded(options.seed)
  }

  get sizeBytes(): number {
    return this.options.chunkCount * this.options.chunkBytes
  }

  get loss(): number {
    return this.options.loss ?? 0
  }

  latencyMs(a: SimPeer, b: SimPeer): number {
    const { latencyMs } = this.options
    return typeof latencyMs === 'function' ? latencyMs(a, b) : (latencyMs ?? 1)
  }

  isCut(a: SimPeer, b: SimPeer): boolean {
    return this.cut?.(a, b) ?? false
  }

  partition(cut: ((a: SimPeer, b: SimPeer) => boolean) | undefined): void {
    this.cut = cut
  }

  add(id: string, options: PeerOptions = {}): SimPeer {
    const peer = new SimPeer(this, id, options)
    this.peers.push(peer)
    return peer
  }

  addMany(count: number, name: string, options: (index: number) => PeerOptions = () => ({})): SimPeer[] {
    return Array.from({ length: count }, (_, index) => this.add(`${name}${index}`, options(index)))
  }

  connect(a: SimPeer, b: SimPeer): void {
    const [ab, ba] = this.link(a, b)
    if (ab === undefined || ba === undefined) return
    a.exchange.attach(ab)
    b.exchange.attach(ba)
  }

  /** `a` dials; `b` hears of it one way later, when it may have dialled itself. */
  connectOneWay(a: SimPeer, b: SimPeer): void {
    const [ab, ba] = this.link(a, b)
    if (ab === undefined || ba === undefined) return
    a.exchange.attach(ab)
    this.clock.after(this.latencyMs(a, b), () => {
      if (b.online && !ba.ended) b.exchange.attach(ba)
    })
  }

  /** A process that is stopped for a while: what it sends and what is sent to it waits. */
  freeze(peer: SimPeer, ms: number): void {
    peer.uplink.hold(ms)
    peer.downlink.hold(ms)
  }

  private link(a: SimPeer, b: SimPeer): [SimLink, SimLink] | [] {
    if (!a.online || !b.online || a === b || this.isCut(a, b)) return []
    const ab = new SimLink(this, a, b, true)
    const ba = new SimLink(this, b, a, false)
    ab.other = ba
    ba.other = ab
    a.links.add(ab)
    b.links.add(ba)
    return [ab, ba]
  }

  connectAll(): void {
    for (const [i, a] of this.peers.entries()) {
      for (const b of this.peers.slice(i + 1)) {
        const known = a.exchange.sessions.has(b.id) || b.exchange.sessions.has(a.id)
        const banned = a.exchange.banned.has(b.id) || b.exchange.banned.has(a.id)
        if (!known && !banned) this.connect(a, b)
      }
    }
  }

  /** Peers find each other again, as the product's sources do. */
  keepConnected(): void {
    this.connectAll()
    this.clock.every(REDIAL_MS, () => this.connectAll())
  }

  at(ms: number, action: () => void): void {
    this.clock.after(ms - this.clock.now(), action)
  }

  /** Until all of these are complete. Returns the virtual time. */
  complete(peers: readonly SimPeer[], limitMs: number): Promise<number> {
    return this.clock.run(() => peers.every((peer) => peer.completeAtMs !== undefined), limitMs)
  }

  chunk(index: number): Uint8Array {
    let bytes = this.chunks[index]
    if (bytes === undefined) {
      bytes = new Uint8Array(this.options.chunkBytes).fill(index & 0xff)
      new DataView(bytes.buffer).setUint32(0, index)
      this.chunks[index] = bytes
    }
    return bytes
  }
}
