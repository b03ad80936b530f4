/**
 * What our own line carries, as far as one download can tell: when it is the narrow one, asking more peers for more brings
 * nothing sooner, and asking twice brings everything later. Pure: time comes in. Implements SPEC [TR3] and [TR5].
 */
import { RateMeter } from '../swarm/rate-meter.ts'
import type { PeerState } from './peer-state.ts'
import { totalWindowBytes } from './request-window.ts'

export class LineEstimate {
  /** What arrives from all peers together. */
  private readonly rate = new RateMeter(1_000)
  /** The same over ten seconds: what the line was seen to carry. */
  private readonly longRate = new RateMeter(10_000)

  arrived(bytes: number, nowMs: number): void {
    this.rate.add(bytes, nowMs)
    this.longRate.add(bytes, nowMs)
  }

  /** How much more may be asked of all peers together, beyond one chunk each; may be negative. */
  roomBytes(queuedBytes: number, nowMs: number): number {
    return totalWindowBytes(this.rate.total === 0 ? undefined : this.rate.rate(nowMs)) - queuedBytes
  }

  /** How long the queue will take at what the line carries, in ms; undefined while nothing comes. */
  drainMs(queuedBytes: number, nowMs: number): number | undefined {
    const rate = this.carriedRate(nowMs)
    return rate === 0 ? undefined : (queuedBytes / rate) * 1_000
  }

  /** When so many bytes would be here if the line were the narrow one and shared by so many senders, in ms. */
  sharedArrivalMs(bytes: number, senders: number, nowMs: number): number {
    const rate = this.carriedRate(nowMs)
    return rate === 0 ? 0 : (bytes * senders * 1_000) / rate
  }

  private carriedRate(nowMs: number): number {
    return Math.max(this.rate.rate(nowMs), this.longRate.rate(nowMs))
  }
}

/** Bytes asked and still to come, and how many peers they are to come from. */
export function inFlight(peers: Iterable<PeerState>): { bytes: number; senders: number } {
  let [bytes, senders] = [0, 0]
  for (const peer of peers) {
    bytes += peer.queuedBytes
    if (peer.requests.size > 0) senders += 1
  }
  return { bytes, senders }
}
