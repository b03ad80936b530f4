/**
 * Watches every session for silence (failure detector) and for standing still (stall watch), acts on the download, and
 * says what changed: `suspect`, `back`, `gone`, each once. A stalled peer is `back` only when it delivers; trying it again
 * after a pause is no news. Implements SPEC [LV3], [LV5] and [LV6].
 */

import type { Requester } from './requester.ts'
import type { Session } from './session.ts'
import type { StallWatch } from './stall-watch.ts'

export interface PeerWatchEvents {
  liveness(session: Session, state: 'suspect' | 'back' | 'gone', reassigned: number): void
}

export class PeerWatch {
  private readonly requester: Requester
  private readonly stalls: StallWatch
  private readonly events: PeerWatchEvents

  constructor(requester: Requester, stalls: StallWatch, events: PeerWatchEvents) {
    this.requester = requester
    this.stalls = stalls
    this.events = events
  }

  check(session: Session, nowMs: number): void {
    const { download } = this.requester
    const state = download?.peer(session.remote)
    if (session.detector.check(nowMs) === 'gone') {
      this.events.liveness(session, 'gone', state?.requests.size ?? 0)
      session.link.abandon('nothing heard for too long')
      return
    }
    if (state === undefined || download === undefined) return
    const silent = session.detector.state === 'suspect'
    const verdict = this.stalls.check(session.remote, state.requests.size, nowMs, download.drainMs(nowMs))
    if (verdict === 'retry') this.requester.cancel(download.takeBack(session.remote, nowMs))
    const suspect = silent || verdict === 'stalled'
    if (suspect !== state.suspect) {
      const reassigned = suspect ? state.requests.size : 0
      download.suspect(session.remote, suspect)
      if (suspect) this.say(session, silent ? 'silence' : 'stall', reassigned)
      this.requester.fillAll()
    }
    if (!silent && session.suspectedFor === 'silence') this.say(session, undefined, 0)
  }

  /** A byte of an asked chunk came. */
  progressed(session: Session, nowMs: number): void {
    this.stalls.progressed(session.remote, nowMs)
    this.requester.download?.suspect(session.remote, false)
    if (session.suspectedFor !== undefined) this.say(session, undefined, 0)
  }

  private say(session: Session, suspectedFor: Session['suspectedFor'], reassigned: number): void {
    const before = session.suspectedFor
    session.suspectedFor = suspectedFor
    if (before === undefined && suspectedFor !== undefined) this.events.liveness(session, 'suspect', reassigned)
    if (before !== undefined && suspectedFor === undefined) this.events.liveness(session, 'back', 0)
  }
}
