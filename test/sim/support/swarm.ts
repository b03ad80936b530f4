/**
 * A swarm in one process and in virtual time: the product's ShareExchange on every peer, a modelled network between.
 *
 * Each peer has an uplink and a downlink of its own rate that serialize what passes them; each pair a latency; `loss` is
 * the chance that a frame needs one retransmission more (a delay of 200 ms + one round trip, as TCP shows it). Links
 * break when a peer leaves. Bytes are real: every chunk is verified on arrival.
 */
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { type Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import type { FrameLink, LinkEnd, LinkHandlers, ShareContent } from '../../../main/engine/exchange/ports.ts'
import { type ShareEvent, ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import { dealSlots, DEFAULT_UPLOAD_SLOTS, type Slots } from '../../../main/engine/swarm/choker.ts'
import { TokenBucket } from '../../../main/engine/swarm/token-bucket.ts'
import { seeded, VirtualClock } from './virtual-clock.ts'

export interface SwarmOptions {
  readonly seed: number
  readonly chunkCount: number
  readonly chunkBytes: number
  readonly latencyMs?: number
  readonly loss?: number
}

export interface PeerOptions {
  readonly upBytesPerSecond?: number
  readonly downBytesPerSecond?: number
  readonly seed?: boolean
  readonly have?: Bitfield
  readonly uploadLimit?: number
  /** Changes what the peer sends: the misbehaving ones. undefined: the frame is not sent. */
  readonly tamper?: (frame: Frame, payload: Uint8Array | undefined) => { frame: Frame; payload: Uint8Array | undefined } | undefined
}

/** Frames handed to a link beyond this many bytes wait. */
const LINK_BACKLOG_BYTES = 64 * 1024

export class SimPeer {
  readonly id: string
  readonly options: PeerOptions
  readonly exchange: ShareExchange
  readonly have: Bitfield
  readonly events: (ShareEvent & { atMs: number })[] = []
  readonly links = new Set<SimLink>()
  readonly upBucket: TokenBucket
  readonly receivedChunks: number[] = []
  writes = 0
  upFreeAtMs = 0
  downFreeAtMs = 0
  completeAtMs: number | undefined
  online = true
  silent = false
  private slots: Slots = { unchoke: new Set(), optimistic: undefined }
  private readonly swarm: Swarm
  private stopTick: () => void

  constructor(swarm: Swarm, id: string, options: PeerOptions) {
    this.swarm = swarm
    this.id = id
    this.options = options
    this.upBucket = new TokenBucket(options.uploadLimit)
    this.exchange = new ShareExchange({
      clock: swarm.clock,
      random: swarm.random,
      root: new Uint8Array(36),
      client: 'sim',
      nodeName: id,
      shareName: () => 'sim',
      isSmallerThan: (peer) => id < peer,
      readNode: async () => undefined,
      upBuckets: [this.upBucket],
      downBuckets: [],
      slotsChanged: () => this.deal(),
      emit: (event) => {
        this.events.push({ ...event, atMs: swarm.clock.now() })
        if (event.type === 'complete') this.completeAtMs ??= swarm.clock.now()
        if (event.type === 'chunk') this.receivedChunks.push(event.index)
      },
    })
    this.have = options.seed === true ? Bitfield.full(swarm.options.chunkCount) : (options.have ?? new Bitfield(swarm.options.chunkCount))
    this.exchange.setContent(swarm.contentOf(this), this.have)
    if (options.seed !== true) this.exchange.startDownload(Array(swarm.options.chunkCount).keys())
    this.stopTick = swarm.clock.every(100, () => {
      this.exchange.tick()
    })
    const stopDeal = swarm.clock.every(10_000, () => this.deal())
    const stopTick = this.stopTick
    this.stopTick = () => {
      stopTick()
      stopDeal()
    }
  }

  /** As a killed process: all its links break at once. */
  kill(): void {
    this.online = false
    this.stopTick()
    for (const link of [...this.links]) link.breakDown()
  }

  private deal(): void {
    const nowMs = this.swarm.clock.now()
    const sessions = [...this.exchange.sessions.values()]
    const candidates = sessions
      .filter((session) => session.theyAreInterested)
      .map((session) => ({
        key: session.remote,
        givesBytesPerSecond: session.down.rate(nowMs),
        unchokedAtMs: session.unchokedAtMs,
        waitingSinceMs: session.waitingSinceMs,
      }))
    this.slots = dealSlots(candidates, DEFAULT_UPLOAD_SLOTS, this.slots.optimistic, nowMs, this.swarm.random)
    for (const session of sessions) session.setChoked(!this.slots.unchoke.has(session.remote), nowMs)
  }
}

export class Swarm {
  readonly clock = new VirtualClock()
  readonly random: () => number
  readonly options: SwarmOptions
  readonly peers: SimPeer[] = []

  constructor(options: SwarmOptions) {
    this.options = options
    this.random = seeded(options.seed)
  }

  add(id: string, options: PeerOptions): SimPeer {
    const peer = new SimPeer(this, id, options)
    this.peers.push(peer)
    return peer
  }

  connect(a: SimPeer, b: SimPeer): void {
    if (!a.online || !b.online || a === b) return
    const latencyMs = this.options.latencyMs ?? 1
    const ab = new SimLink(this, a, b, true, latencyMs)
    const ba = new SimLink(this, b, a, false, latencyMs)
    ab.other = ba
    ba.other = ab
    a.links.add(ab)
    b.links.add(ba)
    a.exchange.attach(ab)
    b.exchange.attach(ba)
  }

  connectAll(): void {
    for (const [i, a] of this.peers.entries()) for (const b of this.peers.slice(i + 1)) this.connect(a, b)
  }

  chunk(index: number): Uint8Array {
    const bytes = new Uint8Array(this.options.chunkBytes).fill(index & 0xff)
    new DataView(bytes.buffer).setUint32(0, index)
    return bytes
  }

  contentOf(peer: SimPeer): ShareContent {
    const verify = (index: number, bytes: Uint8Array) => Buffer.compare(bytes, this.chunk(index)) === 0
    return {
      chunkCount: this.options.chunkCount,
      chunkLength: () => this.options.chunkBytes,
      verify,
      read: async (index, into) => into.set(this.chunk(index)),
      write: async (index, bytes) => {
        if (!verify(index, bytes)) throw new Error(`wrong bytes reached the disk of ${peer.id}`)
        peer.writes += 1
      },
    }
  }
}

class SimLink implements FrameLink {
  readonly remote: string
  readonly initiator: boolean
  other: SimLink | undefined
  private readonly swarm: Swarm
  private readonly from: SimPeer
  private readonly to: SimPeer
  private readonly latencyMs: number
  private handlers: LinkHandlers | undefined
  private early: (() => void)[] = []
  private lastArrivalMs = 0
  private backlogBytes = 0
  private waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  private ended = false

  constructor(swarm: Swarm, from: SimPeer, to: SimPeer, initiator: boolean, latencyMs: number) {
    this.swarm = swarm
    this.from = from
    this.to = to
    this.remote = to.id
    this.initiator = initiator
    this.latencyMs = latencyMs
  }

  listen(handlers: LinkHandlers): void {
    this.handlers = handlers
    const early = this.early
    this.early = []
    for (const deliver of early) deliver()
  }

  send(frame: Frame): void {
    this.transmit(frame, undefined)
  }

  sendPayload(frame: Frame, payload: Uint8Array): Promise<void> | undefined {
    if (this.ended) return Promise.reject(new Error('link ended'))
    this.transmit(frame, payload)
    if (this.backlogBytes <= LINK_BACKLOG_BYTES) return undefined
    return new Promise((resolve, reject) => this.waiters.push({ resolve, reject }))
  }

  close(code: GoodbyeCode, text: string): void {
    if (this.ended) return
    this.transmit({ goodbye: { code, text } }, undefined)
    this.end({ reason: 'closed-by-us' })
  }

  abandon(message: string): void {
    const { other } = this
    this.end({ reason: 'connection-lost', message })
    other?.end({ reason: 'connection-lost', message })
  }

  breakDown(): void {
    const { other } = this
    this.end({ reason: 'connection-lost', message: 'broken' })
    this.swarm.clock.after(this.latencyMs, () => other?.end({ reason: 'connection-lost', message: 'broken' }))
  }

  private transmit(original: Frame, originalPayload: Uint8Array | undefined): void {
    if (this.ended || this.from.silent) return
    const tampered = this.from.options.tamper === undefined ? { frame: original, payload: originalPayload } : this.from.options.tamper(original, originalPayload)
    if (tampered === undefined) return
    const { frame, payload } = tampered
    const { clock, random, options } = this.swarm
    const bytes = encodeFrame(frame).byteLength + (payload?.byteLength ?? 0)
    this.backlogBytes += bytes
    const nowMs = clock.now()
    const up = this.from.options.upBytesPerSecond ?? 1e9
    const down = this.to.options.downBytesPerSecond ?? 1e9
    this.from.upFreeAtMs = Math.max(this.from.upFreeAtMs, nowMs) + (bytes / up) * 1_000
    const sentAtMs = this.from.upFreeAtMs
    this.to.downFreeAtMs = Math.max(this.to.downFreeAtMs, sentAtMs) + (bytes / down) * 1_000
    let arrivalMs = Math.max(sentAtMs, this.to.downFreeAtMs) + this.latencyMs
    if (random() < (options.loss ?? 0)) arrivalMs += 200 + 2 * this.latencyMs
    this.lastArrivalMs = Math.max(arrivalMs, this.lastArrivalMs)
    clock.after(sentAtMs - nowMs, () => {
      this.backlogBytes -= bytes
      if (this.backlogBytes <= LINK_BACKLOG_BYTES) {
        const waiters = this.waiters
        this.waiters = []
        for (const waiter of waiters) waiter.resolve()
      }
    })
    clock.after(this.lastArrivalMs - nowMs, () => {
      if (!this.ended || frame.goodbye !== undefined) this.other?.deliver(frame, payload)
    })
  }

  private deliver(frame: Frame, payload: Uint8Array | undefined): void {
    if (this.ended || this.from.silent) return
    if (this.handlers === undefined) {
      this.early.push(() => this.deliver(frame, payload))
      return
    }
    if (frame.goodbye !== undefined) return this.end({ reason: 'goodbye', code: frame.goodbye.code, text: frame.goodbye.text })
    try {
      this.handlers.onFrame(frame)
      if (payload !== undefined) this.handlers.onPayload(payload, 0)
    } catch (error) {
      this.end({ reason: 'protocol-error', message: String(error) })
      this.other?.end({ reason: 'goodbye', code: GoodbyeCode.PROTOCOL_ERROR, text: String(error) })
    }
  }

  private end(end: LinkEnd): void {
    if (this.ended) return
    this.ended = true
    this.from.links.delete(this)
    const waiters = this.waiters
    this.waiters = []
    for (const waiter of waiters) waiter.reject(new Error('link ended'))
    this.handlers?.onEnd(end)
  }
}
