/**
 * Who was here and left, and when, so that a source that returns is told as such. Pure: time comes in. SPEC: [FL15].
 */

/** Peers remembered per share; the one that left longest ago is forgotten first. */
const MAX_DEPARTED = 500

export class Departures {
  private readonly leftAtMs = new Map<string, number>()

  left(peer: string, nowMs: number): void {
    this.leftAtMs.delete(peer)
    this.leftAtMs.set(peer, nowMs)
    const [oldest] = this.leftAtMs.keys()
    if (this.leftAtMs.size > MAX_DEPARTED && oldest !== undefined) this.leftAtMs.delete(oldest)
  }

  /** How long it was away, in ms; undefined when it was not here before. */
  returned(peer: string, nowMs: number): number | undefined {
    const leftAtMs = this.leftAtMs.get(peer)
    this.leftAtMs.delete(peer)
    return leftAtMs === undefined ? undefined : nowMs - leftAtMs
  }
}
