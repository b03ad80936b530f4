/**
 * Traffic over time: a sample a second of what the transports carried and how much of it was chunks. Both are counted
 * truly, at different places: payload where chunks are handed over, the wire at the sockets, with buffers in between. On the way
 * in payload follows the wire, so a sample may hold payload whose bytes came in the one before. On the way out it would be
 * ahead: it is told when it has left. So all payload told so far is never more than all that the wire carried.
 * SPEC: [NE92].
 */
import { MAX_TRAFFIC_SAMPLES, type TrafficSample } from '../../../shared/contract/network-view.ts'
import type { WireBytes } from '../network/wire-bytes.ts'

const SAMPLE_MS = 1_000

/** Totals since the start; they never fall. */
export interface Totals {
  readonly payload: WireBytes
  readonly wire: WireBytes
}

export interface TrafficParts {
  readonly totals: () => Totals
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly after: (ms: number, callback: () => void) => () => void
}

export class Traffic {
  private readonly parts: TrafficParts
  /** Oldest first; at most MAX_TRAFFIC_SAMPLES. */
  private readonly samples: TrafficSample[] = []
  private told: Totals = { payload: { received: 0, sent: 0 }, wire: { received: 0, sent: 0 } }
  private cancel = () => {}

  constructor(parts: TrafficParts) {
    this.parts = parts
  }

  start(): void {
    const again = () => {
      this.cancel = this.parts.after(SAMPLE_MS, again)
      this.sample()
    }
    this.cancel = this.parts.after(SAMPLE_MS, again)
  }

  stop(): void {
    this.cancel()
  }

  since(sinceAt: number | undefined): TrafficSample[] {
    return sinceAt === undefined ? [...this.samples] : this.samples.filter(({ at }) => at > sinceAt)
  }

  private sample(): void {
    const { wire, payload } = this.parts.totals()
    const { told } = this
    const carried = {
      received: Math.min(payload.received, wire.received),
      sent: Math.min(payload.sent, wire.sent),
    }
    this.told = { wire, payload: carried }
    this.samples.push({
      at: this.parts.now(),
      payloadReceived: carried.received - told.payload.received,
      payloadSent: carried.sent - told.payload.sent,
      wireReceived: wire.received - told.wire.received,
      wireSent: wire.sent - told.wire.sent,
    })
    if (this.samples.length > MAX_TRAFFIC_SAMPLES) this.samples.shift()
  }
}
