/**
 * Runs tiny synchronous file operations on the event loop, a little per turn.
 *
 * Opening, writing and closing one 4 KiB file costs 20 µs of system calls, and twice that again when each of the three
 * takes a trip through the thread pool. So small operations run synchronously, but never for longer than TURN_MS
 * without letting the loop breathe; and when one of them is slow (a spinning disk, a network drive, a full journal)
 * the loop was blocked for it, so `slow()` sends the next ones through the thread pool for a while [ST11].
 * Figures: docs/decisions, "small files".
 */

/** Longest synchronous stretch per turn of the event loop; a socket's data waits no longer than this. */
const TURN_MS = 2
/** One operation above this means that it met a disk and not the page cache. */
const SLOW_MS = 5
/** How long the thread pool is used after a slow operation. */
const SLOW_FOR_MS = 5_000

/** Operations of at most this many bytes are small. Above it the copy itself is worth a thread. */
export const SMALL_BYTES = 64 * 1024

export class SmallWork {
  readonly #nowMs: () => number
  /** Bounded by the callers: each holds at most its own requests in flight. */
  #queue: (() => void)[] = []
  #head = 0
  #usedMs = 0
  #turnPlanned = false
  #slowUntilMs = Number.NEGATIVE_INFINITY

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs
  }

  slow(): boolean {
    return this.#nowMs() < this.#slowUntilMs
  }

  /** Runs `job` now when this turn has time left, else in a later turn, in order. */
  run<T>(job: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const attempt = () => {
        const startMs = this.#nowMs()
        try {
          resolve(job())
        } catch (error) {
          reject(error)
        }
        const tookMs = this.#nowMs() - startMs
        this.#usedMs += tookMs
        if (tookMs > SLOW_MS) this.#slowUntilMs = this.#nowMs() + SLOW_FOR_MS
      }
      if (this.#queue.length === 0 && this.#usedMs < TURN_MS) attempt()
      else this.#queue.push(attempt)
      this.#planTurn()
    })
  }

  /** Runs `visit` over many items in slices, so that 10,000 of them do not block the loop. */
  async each<T>(items: Iterable<T>, visit: (item: T) => void, signal?: AbortSignal): Promise<void> {
    const iterator = items[Symbol.iterator]()
    for (let ended = false; !ended; ) {
      signal?.throwIfAborted()
      ended = await this.run(() => {
        const endMs = this.#nowMs() + TURN_MS / 2
        do {
          const next = iterator.next()
          if (next.done === true) return true
          visit(next.value)
        } while (this.#nowMs() < endMs)
        return false
      })
    }
  }

  #planTurn(): void {
    if (this.#turnPlanned) return
    this.#turnPlanned = true
    setImmediate(() => {
      this.#turnPlanned = false
      this.#usedMs = 0
      while (this.#head < this.#queue.length && this.#usedMs < TURN_MS) {
        const job = this.#queue[this.#head]
        this.#head += 1
        job?.()
      }
      if (this.#head < this.#queue.length) return this.#planTurn()
      this.#queue = []
      this.#head = 0
    })
  }
}

/** One for the process: the event loop that it protects is one. */
export const smallWork = new SmallWork()
