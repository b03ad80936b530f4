/**
 * When a session says Ping, and what the Pong tells: that the peer lives, and the round trip. Pure: time comes in.
 * One ping is under way at a time; an answer to another is ignored. Implements SPEC [EX18] and [LV1].
 */
import { HEARTBEAT_MS } from './limits.ts'

export class Heartbeat {
  roundTripMs: number | undefined
  private nonce = 0
  private sentAtMs: number | undefined

  /** The nonce to send now, or undefined: not silent for long enough, or a ping is under way. */
  due(nowMs: number, lastHeardAtMs: number, lastSentAtMs: number): number | undefined {
    if (this.sentAtMs !== undefined && nowMs - this.sentAtMs < 2 * HEARTBEAT_MS) return undefined
    if (nowMs - lastHeardAtMs < HEARTBEAT_MS && nowMs - lastSentAtMs < 4 * HEARTBEAT_MS) return undefined
    this.nonce = (this.nonce + 1) >>> 0
    this.sentAtMs = nowMs
    return this.nonce
  }

  answered(nonce: number, nowMs: number): void {
    if (nonce !== this.nonce || this.sentAtMs === undefined) return
    this.roundTripMs = nowMs - this.sentAtMs
    this.sentAtMs = undefined
  }
}
