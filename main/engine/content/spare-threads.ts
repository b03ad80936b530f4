/**
 * Threads between two imports. Starting one costs 40 ms of CPU, nearly all of what sharing a small file costs; so an idle
 * one waits a moment for the next import. Nothing is known here of what a thread is.
 */

const WAIT_MS = 1_000
/** As many small imports as the command line has under way at a time; some 60 MB while they wait. */
const MAX_SPARE = 8

export class SpareThreads<T> {
  private readonly end: (thread: T) => void
  private readonly waiting = new Map<T, { readonly kind: string; readonly timer: NodeJS.Timeout }>() // <= MAX_SPARE

  constructor(end: (thread: T) => void) {
    this.end = end
  }

  keep(kind: string, thread: T): void {
    if (this.waiting.size >= MAX_SPARE) {
      this.end(thread)
      return
    }
    const timer = setTimeout(() => {
      this.waiting.delete(thread)
      this.end(thread)
    }, WAIT_MS)
    timer.unref()
    this.waiting.set(thread, { kind, timer })
  }

  take(kind: string): T | undefined {
    for (const [thread, waiting] of this.waiting) {
      if (waiting.kind !== kind) continue
      this.lost(thread)
      return thread
    }
    return undefined
  }

  /** It has ended by itself, or is somebody's again. */
  lost(thread: T): void {
    clearTimeout(this.waiting.get(thread)?.timer)
    this.waiting.delete(thread)
  }
}
