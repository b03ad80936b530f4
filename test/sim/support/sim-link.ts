/**
 * One direction of a link in the modelled network. A peer's uplink and downlink serialize what passes them at their rates,
 * a pair has a latency, a lost packet costs a retransmission (as TCP shows loss: a delay). Links keep order, break, and
 * hold to the wire's limits as a real link does: a breach ends them with PROTOCOL_ERROR.
 */
import { Allowance } from '../../../main/engine/exchange/allowance.ts'
import { type Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { frameCost } from '../../../main/engine/exchange/frame-cost.ts'
import { ExchangeProtocolError, encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import { FRAME_BURST, FRAMES_PER_SECOND } from '../../../main/engine/exchange/limits.ts'
import type { FrameLink, LinkEnd, LinkHandlers } from '../../../main/engine/exchange/ports.ts'
import type { SimPeer } from './sim-peer.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Frames handed to a link beyond this many bytes wait. */
const LINK_BACKLOG_BYTES = 64 * 1024
/** What a lost packet costs beside two round trips: TCP's smallest retransmission timeout, in ms. */
const RETRANSMIT_MS = 200

/** Bytes of one connection that the network always holds, and how much of a queue it builds up at the bottleneck, in ms. */
const MIN_FLIGHT_BYTES = 16 * 1024
const QUEUE_MS = 50

interface Item {
  readonly frame: Frame
  readonly payload: Uint8Array | undefined
  readonly headBytes: number
  readonly bytes: number
  sent: number
}

export interface Wire {
  readonly clock: VirtualClock
  random(): number
  readonly loss: number
  latencyMs(a: SimPeer, b: SimPeer): number
  /** Cut: nothing arrives, nobody is told. */
  isCut(a: SimPeer, b: SimPeer): boolean
}

export class SimLink implements FrameLink {
  readonly remote: string
  readonly initiator: boolean
  readonly from: SimPeer
  readonly to: SimPeer
  other: SimLink | undefined
  ended = false
  /** It ended in order: what was said before still arrives. */
  private saidGoodbye = false
  private readonly wire: Wire
  private handlers: LinkHandlers | undefined
  private early: (() => void)[] = []
  private lastArrivalMs = 0
  /** Handed over and not yet gone from here. */
  private backlogBytes = 0
  private readonly queue: Item[] = []
  private inFlightBytes = 0
  private waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
  private countsPayload = false
  private dripping = false
  /** What the other end may send us, as StreamLink has it. */
  private readonly control: Allowance

  constructor(wire: Wire, from: SimPeer, to: SimPeer, initiator: boolean) {
    this.wire = wire
    this.from = from
    this.to = to
    this.remote = to.id
    this.initiator = initiator
    this.control = new Allowance(FRAME_BURST, FRAMES_PER_SECOND, wire.clock.now())
  }

  listen(handlers: LinkHandlers): void {
    this.handlers = handlers
    const { early } = this
    this.early = []
    for (const deliver of early) deliver()
  }

  send(frame: Frame): void {
    if (!this.ended && frame.cancel !== undefined) this.from.excuse(frame.cancel.indices.length)
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
    this.saidGoodbye = true
    this.end({ reason: 'closed-by-us' })
  }

  abandon(message: string): void {
    const { other } = this
    this.end({ reason: 'connection-lost', message })
    // Who is cut off cannot tell the other that it gave up.
    if (!this.from.silent && !this.wire.isCut(this.from, this.to)) other?.end({ reason: 'connection-lost', message })
  }

  breakDown(): void {
    const { other } = this
    this.end({ reason: 'connection-lost', message: 'broken' })
    this.wire.clock.after(this.wire.latencyMs(this.from, this.to), () =>
      other?.end({ reason: 'connection-lost', message: 'broken' }),
    )
  }

  /** Past all tampering: what a misbehaving peer says by itself. */
  transmitRaw(frame: Frame, payload: Uint8Array | undefined): void {
    if (this.ended || this.from.silent) return
    const headBytes = encodeFrame(frame).byteLength
    const bytes = headBytes + (payload?.byteLength ?? 0)
    this.backlogBytes += bytes
    this.queue.push({ frame, payload, headBytes, bytes, sent: 0 })
    this.pump()
  }

  /** As much into the network as it holds of one connection: what is more waits here, as in a socket's buffer. */
  private pump(): void {
    const { uplink } = this.from
    const { downlink } = this.to
    const latencyMs = this.wire.latencyMs(this.from, this.to)
    const bytesPerMs = Math.min(uplink.bytesPerMs, downlink.bytesPerMs)
    const flightBytes = Math.max(MIN_FLIGHT_BYTES, bytesPerMs * (2 * latencyMs + QUEUE_MS))
    const quantumBytes = Math.min(uplink.quantumBytes, downlink.quantumBytes)
    while (this.inFlightBytes < flightBytes) {
      const head = this.queue[0]
      if (head === undefined) return
      const from = head.sent
      const to = Math.min(from + quantumBytes, head.bytes)
      head.sent = to
      if (to === head.bytes) this.queue.shift()
      this.inFlightBytes += to - from
      uplink.pass(this, to - from, () => {
        this.left(to - from)
        const lossMs = this.wire.loss > 0 && this.wire.random() < this.wire.loss ? RETRANSMIT_MS + 2 * latencyMs : 0
        const nowMs = this.wire.clock.now()
        this.lastArrivalMs = Math.max(nowMs + latencyMs + lossMs, this.lastArrivalMs)
        this.wire.clock.after(this.lastArrivalMs - nowMs, () =>
          downlink.pass(this, to - from, () => this.arrived(head, from, to)),
        )
      })
    }
  }

  /** Bytes [from, to) of a frame with its payload are here. The frame counts as heard with its first byte. */
  private arrived({ frame, payload, headBytes }: Item, from: number, to: number): void {
    this.inFlightBytes -= to - from
    this.pump()
    if (this.wire.isCut(this.from, this.to)) return
    if (this.ended && !this.saidGoodbye) return
    const view = payload?.subarray(Math.max(from - headBytes, 0), Math.max(to - headBytes, 0))
    const remaining = (payload?.byteLength ?? 0) - Math.max(to - headBytes, 0)
    this.other?.deliver(from === 0 ? frame : undefined, view, remaining)
  }

  private transmit(frame: Frame, payload: Uint8Array | undefined): void {
    const { tamper } = this.from.options
    if (tamper === undefined || this.ended) this.transmitRaw(frame, payload)
    else for (const out of tamper(frame, payload, this)) this.transmitRaw(out.frame, out.payload)
  }

  private left(bytes: number): void {
    this.backlogBytes -= bytes
    if (this.backlogBytes > LINK_BACKLOG_BYTES) return
    const { waiters } = this
    this.waiters = []
    for (const waiter of waiters) waiter.resolve()
  }

  private deliver(frame: Frame | undefined, payload: Uint8Array | undefined, remaining: number): void {
    if (this.ended || this.from.silent) return
    if (this.handlers === undefined || this.dripping) {
      this.early.push(() => this.deliver(frame, payload, remaining))
      return
    }
    if (frame?.goodbye !== undefined) {
      this.end({ reason: 'goodbye', code: frame.goodbye.code, text: frame.goodbye.text })
      return
    }
    try {
      if (frame !== undefined) this.deliverFrame(frame, this.handlers)
      if (payload !== undefined && payload.byteLength > 0 && !this.ended) this.deliverPayload(payload, remaining)
    } catch (error) {
      this.breach(error)
    }
  }

  private deliverFrame(frame: Frame, handlers: LinkHandlers): void {
    const isControl = frame.piece === undefined && frame.node === undefined
    if (isControl && !this.control.spend(this.wire.clock.now(), frameCost(frame))) {
      throw new ExchangeProtocolError('flood', 'too many control frames')
    }
    const { piece } = frame
    // What a dishonest peer sends unasked is bounded per session (its unit test), not per run: it may open another.
    this.countsPayload =
      piece !== undefined &&
      (this.to.options.dishonest !== true || this.from.exchange.state?.isAskedOf(this.remote, piece.index) === true)
    this.from.heardFrame(this, frame)
    handlers.onFrame(frame)
  }

  private deliverPayload(payload: Uint8Array, remaining: number): void {
    if (this.countsPayload) this.from.receivedBytes += payload.byteLength
    const { dripMs } = this.to.options
    if (dripMs === undefined) this.handlers?.onPayload(payload, remaining)
    else this.drip(payload, remaining, 0, dripMs)
  }

  /** One byte at a time. The stream is busy with this payload: nothing else may pass it meanwhile, and nothing does. */
  private drip(payload: Uint8Array, remaining: number, at: number, dripMs: number): void {
    if (this.ended) return
    this.dripping = true
    try {
      this.handlers?.onPayload(payload.subarray(at, at + 1), remaining + payload.byteLength - at - 1)
    } catch (error) {
      this.breach(error)
      return
    }
    if (at + 1 < payload.byteLength) {
      this.wire.clock.after(dripMs, () => this.drip(payload, remaining, at + 1, dripMs))
      return
    }
    this.dripping = false
    const { early } = this
    this.early = []
    for (const deliver of early) deliver()
  }

  private breach(error: unknown): void {
    if (!(error instanceof ExchangeProtocolError)) throw error
    this.from.breaches.push(`${this.remote}: ${error.message}`)
    const { other } = this
    this.end({ reason: 'protocol-error', message: error.message })
    other?.end({ reason: 'goodbye', code: GoodbyeCode.PROTOCOL_ERROR, text: error.message })
  }

  private end(end: LinkEnd): void {
    if (this.ended) return
    this.ended = true
    this.from.links.delete(this)
    const { waiters } = this
    this.waiters = []
    for (const waiter of waiters) waiter.reject(new Error('link ended'))
    this.handlers?.onEnd(end)
  }
}
