/**
 * Peers that break the protocol again and again. One breach ends a stream, and the peer may open another: that is right
 * for an accident, but a flood that is cut off could begin anew for ever. Whoever does it too often is put out of the
 * house for a while, with all its connections; not for good, for the fault may be in its version or in ours.
 * Pure: time comes in; who acts is the caller. Implements SPEC [EX20].
 */

/** So many breaches within BREACH_WINDOW_MS put a peer out. */
export const MAX_BREACHES = 3
const BREACH_WINDOW_MS = 60_000
/** How long it is out, in ms. */
export const OUT_MS = 60_000
/** Peers whose breaches are remembered; the one that broke a rule longest ago is forgotten first. */
const MAX_OFFENDERS = 4_096

export class Offenders {
  private readonly breaches = new Map<string, number[]>()

  get size(): number {
    return this.breaches.size
  }

  /** The peer broke a rule. True when that was once too often. */
  breached(peer: string, nowMs: number): boolean {
    const recent = (this.breaches.get(peer) ?? []).filter((atMs) => nowMs - atMs < BREACH_WINDOW_MS)
    recent.push(nowMs)
    this.breaches.delete(peer)
    if (recent.length >= MAX_BREACHES) return true
    this.breaches.set(peer, recent)
    const [oldest] = this.breaches.keys()
    if (this.breaches.size > MAX_OFFENDERS && oldest !== undefined) this.breaches.delete(oldest)
    return false
  }
}
