/**
 * What one peer asked of us, and in which order it is served. Pure.
 *
 * Wants are served rarest first as the giver sees it: the chunk that we have sent least often, ties in the order asked.
 * When many fetch from one source, each of its uploads is thereby a chunk the others do not have yet, and they
 * pass it on among themselves: the idea of super-seeding without its secrecy. A single downloader is served in its own
 * order. Bounded by MAX_OPEN_WANTS of the wire, which the session enforces. Implements SPEC [TR11].
 */

/** Wants looked at for one choice; a choice is made once a chunk, a peer has at most some hundred. */
const MAX_SCAN = 256

export class UploadQueue {
  private readonly wants = new Set<number>()

  get size(): number {
    return this.wants.size
  }

  add(index: number): void {
    this.wants.add(index)
  }

  delete(index: number): boolean {
    return this.wants.delete(index)
  }

  clear(): number[] {
    const all = [...this.wants]
    this.wants.clear()
    return all
  }

  /** Wants that were sent to somebody, of the first MAX_SCAN. */
  sentBefore(timesSent: (index: number) => number): number[] {
    const sent: number[] = []
    let seen = 0
    for (const index of this.wants) {
      if (timesSent(index) > 0) sent.push(index)
      if (++seen >= MAX_SCAN) break
    }
    return sent
  }

  /** The next chunk to serve, and how often it was sent. `timesSent` counts what was sent, or is being sent, to anyone. */
  best(timesSent: (index: number) => number): { index: number; times: number } | undefined {
    let best: { index: number; times: number } | undefined
    let seen = 0
    for (const index of this.wants) {
      const times = timesSent(index)
      if (best === undefined || times < best.times) best = { index, times }
      if (times === 0 || ++seen >= MAX_SCAN) break
    }
    return best
  }
}
