/**
 * A peer that is heard but does not deliver what was asked of it: stalled. The failure detector cannot see that, a pong is
 * a sign of life too. A stalled peer is treated as a suspect; it is tried again after a pause that doubles each time, until
 * a byte of an asked chunk comes. Pure: time comes in. Implements SPEC [LV5] and [LV6].
 */

/** Asked for chunks and got no byte of one for this long: stalled, in ms. */
export const STALL_MS = 3_000
/** Where our own line is the narrow one, each of many peers brings a byte only now and then: at most this much patience, in ms. */
const MAX_STALL_MS = 15_000
/** Longest pause before a stalled peer is tried again, in ms. */
const MAX_PAUSE_MS = 60_000

/** `retry`: the pause is over; what was asked of it is to be taken back, and it may be asked again. */
export type StallVerdict = 'moving' | 'stalled' | 'retry'

interface Record {
  /** Last byte of an asked chunk, or when nothing was asked. */
  quietSinceMs: number
  stalls: number
  retryAtMs: number | undefined
}

export class StallWatch {
  /** One per session. */
  private readonly records = new Map<string, Record>()

  get size(): number {
    return this.records.size
  }

  /**
   * Call regularly.
   * @param requests how many chunks are asked of the peer
   * @param drainMs how long all that is asked of everybody takes at the present rate; undefined: nothing comes from anybody
   */
  check(peer: string, requests: number, nowMs: number, drainMs: number | undefined): StallVerdict {
    const record = this.record(peer, nowMs)
    if (record.retryAtMs !== undefined) {
      if (nowMs < record.retryAtMs) return 'stalled'
      record.retryAtMs = undefined
      record.quietSinceMs = nowMs
      return 'retry'
    }
    if (requests === 0) record.quietSinceMs = nowMs
    if (nowMs - record.quietSinceMs <= Math.min(Math.max(STALL_MS, drainMs ?? 0), MAX_STALL_MS)) return 'moving'
    record.retryAtMs = nowMs + Math.min(STALL_MS * 2 ** record.stalls, MAX_PAUSE_MS)
    record.stalls += 1
    return 'stalled'
  }

  /** The first chunk is asked of a peer that had nothing to do. */
  asked(peer: string, nowMs: number): void {
    this.record(peer, nowMs).quietSinceMs = nowMs
  }

  /** A byte of an asked chunk came. */
  progressed(peer: string, nowMs: number): void {
    const record = this.record(peer, nowMs)
    record.quietSinceMs = nowMs
    record.stalls = 0
    record.retryAtMs = undefined
  }

  left(peer: string): void {
    this.records.delete(peer)
  }

  private record(peer: string, nowMs: number): Record {
    let record = this.records.get(peer)
    if (record === undefined) {
      record = { quietSinceMs: nowMs, stalls: 0, retryAtMs: undefined }
      this.records.set(peer, record)
    }
    return record
  }
}
