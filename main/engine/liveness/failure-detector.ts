/**
 * The failure detector: is a peer that says nothing slow, or gone? A formula with no timer of its own.
 *
 * Any byte from the peer is a heartbeat; a session with nothing to say pings every HEARTBEAT_MS, so silence means
 * something. Suspicion adapts to the peer: mean gap + 4 mean deviations (Jacobson 1988, as TCP's retransmission timer),
 * clamped to [SUSPECT_MIN_MS, SUSPECT_MAX_MS]. A suspect's chunks are asked elsewhere, but what it still sends counts;
 * the first byte makes it `back`. After GONE_MS of silence it is gone: the session is closed and re-dialled.
 * A broken connection needs no detector. Implements SPEC [LV1] to [LV4].
 */

/** Below, ordinary scheduling hiccups of a busy 2-core machine would raise suspicion. */
export const SUSPECT_MIN_MS = 1_500
/** Above, a silent peer would hold its chunks too long: heartbeats come every 2 s, two may be missed. */
export const SUSPECT_MAX_MS = 5_000
/** DESIGN: a silent peer is noticed within 10 s; the check runs every 100 ms. */
export const GONE_MS = 9_000
/** A gap counts as at least this long: bursts of one read would otherwise teach that silence of 1 ms is odd. */
const MIN_GAP_MS = 20

export type LivenessState = 'alive' | 'suspect' | 'gone' | 'back'

export class FailureDetector {
  private lastHeardMs: number
  private gapMeanMs: number
  private gapDeviationMs: number
  private current: LivenessState = 'alive'

  /** @param expectedGapMs what to expect before anything was measured: the heartbeat's interval. */
  constructor(nowMs: number, expectedGapMs: number) {
    this.lastHeardMs = nowMs
    this.gapMeanMs = expectedGapMs
    this.gapDeviationMs = expectedGapMs / 4
  }

  get state(): LivenessState {
    return this.current
  }

  get lastHeardAtMs(): number {
    return this.lastHeardMs
  }

  /** Silence after which the peer is suspected, in ms. */
  suspectAfterMs(): number {
    return Math.min(Math.max(this.gapMeanMs + 4 * this.gapDeviationMs, SUSPECT_MIN_MS), SUSPECT_MAX_MS)
  }

  /** Something arrived. Returns the new state when it changed. `suspect -> back`, `back -> alive` with the next sound. */
  heard(nowMs: number): LivenessState | undefined {
    const gapMs = nowMs - this.lastHeardMs
    this.lastHeardMs = nowMs
    if (this.current === 'gone') return undefined
    if (gapMs >= MIN_GAP_MS) {
      const error = gapMs - this.gapMeanMs
      this.gapMeanMs += error / 8
      this.gapDeviationMs += (Math.abs(error) - this.gapDeviationMs) / 4
    }
    if (this.current === 'suspect') return this.enter('back')
    if (this.current === 'back') return this.enter('alive')
    return undefined
  }

  /** Call regularly. Returns the new state when it changed: `alive|back -> suspect -> gone`. */
  check(nowMs: number): LivenessState | undefined {
    const silentMs = nowMs - this.lastHeardMs
    if (this.current === 'gone') return undefined
    if (silentMs >= GONE_MS) return this.enter('gone')
    if (this.current !== 'suspect' && silentMs >= this.suspectAfterMs()) return this.enter('suspect')
    return undefined
  }

  private enter(state: LivenessState): LivenessState {
    this.current = state
    return state
  }
}
