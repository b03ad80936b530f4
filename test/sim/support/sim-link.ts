/**
 * One direction of a link in the modelled network. A peer's uplink and downlink serialize what passes them at their rates,
 * a pair has a latency, a lost packet costs a retransmission (as TCP shows loss: a delay). Links keep order, break, and
 * hold to the wire's limits as a real link does: a breach ends them with PROTOCOL_ERROR.
 */
import { Allowance } from '../../../main/engine/exchange/allowance.ts'
import { type Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { ExchangeProtocolError, encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import { FRAME_BURST, FRAMES_PER_SECOND } from '../../../main/engine/exchange/limits.ts'
import type { FrameLink, LinkEnd, LinkHandlers } from '../../../main/engine/exchange/ports.ts'
import type { SimPeer } from './sim-peer.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Frames handed to a link beyond this many bytes wait. */
const LINK_BACKLOG_BYTES = 64 * 1024
/** What a lost packet costs beside two round trips: TCP's smallest retransmission timeout, in ms. */
const RETRANSMIT_MS = 200

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
  private readonly wire: Wire
  private handlers: LinkHandlers | undefined
  private early: (() => void)[] = []
  private lastArrivalMs = 0
  private backlogBytes = 0
  private waiters: { resolve: () => void; reject: (error: Error) => void }[] = []
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
    this.wire.clock.after(this.wire.latencyMs(this.from, this.to), () =>
      other?.end({ reason: 'connection-lost', message: 'broken' }),
    )
  }

  /** Past all tampering: what a misbehaving peer says by itself. */
  transmitRaw(frame: Frame, payload: Uint8Array | undefined): void {
    if (this.ended || this.from.silent) return
    const { clock, loss } = this.wire
    const bytes = encodeFrame(frame).byteLength + (payload?.byteLength ?? 0)
    this.backlogBytes += bytes
    const nowMs = clock.now()
    const latencyMs = this.wire.latencyMs(this.from, this.to)
    const sentAtMs = this.from.passUplink(bytes, nowMs)
    let arrivalMs = this.to.passDownlink(bytes, sentAtMs) + latencyMs
    if (loss > 0 && this.wire.random() < loss) arrivalMs += RETRANSMIT_MS + 2 * latencyMs
    this.lastArrivalMs = Math.max(arrivalMs, this.lastArrivalMs)
    clock.after(sentAtMs - nowMs, () => this.sent(bytes))
    clock.after(this.lastArrivalMs - nowMs, () => {
      if (this.wire.isCut(this.from, this.to)) return
      if (!this.ended || frame.goodbye !== undefined) this.other?.deliver(frame, payload)
    })
  }

  private transmit(frame: Frame, payload: Uint8Array | undefined): void {
    const { tamper } = this.from.options
    if (tamper === undefined || this.ended) this.transmitRaw(frame, payload)
    else for (const out of tamper(frame, payload, this)) this.transmitRaw(out.frame, out.payload)
  }

  private sent(bytes: number): void {
    this.backlogBytes -= bytes
    if (this.backlogBytes > LINK_BACKLOG_BYTES) return
    const { waiters } = this
    this.waiters = []
    for (const waiter of waiters) waiter.resolve()
  }

  private deliver(frame: Frame, payload: Uint8Array | undefined): void {
    if (this.ended || this.from.silent) return
    if (this.handlers === undefined) {
      this.early.push(() => this.deliver(frame, payload))
      return
    }
    if (frame.goodbye !== undefined) {
      this.end({ reason: 'goodbye', code: frame.goodbye.code, text: frame.goodbye.text })
      return
    }
    try {
      const isControl = frame.piece === undefined && frame.node === undefined
      if (isControl && !this.control.spend(this.wire.clock.now())) {
        throw new ExchangeProtocolError('flood', 'too many control frames')
      }
      this.from.heardFrame(this, frame, payload)
      this.handlers.onFrame(frame)
      if (payload !== undefined && !this.ended) this.deliverPayload(payload)
    } catch (error) {
      this.breach(error)
    }
  }

  private deliverPayload(payload: Uint8Array): void {
    const drip = this.to.options.dripMs
    if (drip === undefined) {
      this.handlers?.onPayload(payload, 0)
      return
    }
    // One byte at a time: nothing else passes this link meanwhile, the stream is busy with this payload.
    const next = (at: number) => {
      if (this.ended) return
      try {
        this.handlers?.onPayload(payload.subarray(at, at + 1), payload.byteLength - at - 1)
      } catch (error) {
        this.breach(error)
        return
      }
      if (at + 1 < payload.byteLength) this.wire.clock.after(drip, () => next(at + 1))
    }
    next(0)
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
