/**
 * Engine facts in, one ordered stream out to every subscriber: a full snapshot, then numbered deltas, at most one per
 * interval. Between two deltas changes are coalesced by key: the last value of a share, a peer or a swarm row wins, and
 * keeps its place behind whatever was published before it. Log entries are kept in order, and in a ring for newcomers.
 *
 * A subscriber pulls: while it does not, its changes wait, coalesced. Beyond MAX_PENDING_KEYS they are dropped and it is
 * given a fresh snapshot instead. Numbers belong to one subscription, so nobody sees a gap because somebody else is slow.
 * The hub keeps no state of shares or peers: the snapshot function, which belongs to the engine, has it.
 * Rules [DA6] [DA7] [DA8].
 */
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_DELTA_CHANGES, MAX_LOG_ENTRIES } from '../../../shared/contract/limits.ts'
import type { Change, LogEntry, Snapshot } from '../../../shared/contract/model.ts'

/** The state of the engine now, without what the hub adds. May be given later: changes meanwhile are delivered after it. */
export type SnapshotState = Omit<Snapshot, 'seq' | 'at' | 'log'>
export type HubEvent = ReturnType<EngineApi['subscribe']> extends AsyncIterable<infer T> ? T : never

export interface HubClock {
  /** Milliseconds since the Unix epoch. */
  now(): number
  /** Calls back once after `ms`; returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

export const realClock: HubClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}

/** Ten deltas a second: as fast as a person can read a moving number, and no faster (DESIGN, "Seeing"). */
export const DELTA_INTERVAL_MS = 100
/** About 20 MB of rows at most for a subscriber that has stopped reading. */
export const MAX_PENDING_KEYS = 20_000
/** Subscribers at once: every connection of the daemon, and then some. Beyond it, subscribing is refused. */
export const MAX_SUBSCRIBERS = 128

export interface EventHubOptions {
  readonly clock?: HubClock
  readonly intervalMs?: number
  readonly maxPendingKeys?: number
}

export class EventHub {
  readonly #clock: HubClock
  readonly #intervalMs: number
  readonly #maxPendingKeys: number
  readonly #subscribers = new Set<Pending>()
  /** Oldest first; below 2 x MAX_LOG_ENTRIES, of which the newest MAX_LOG_ENTRIES are given out. */
  #log: LogEntry[] = []

  constructor(options: EventHubOptions = {}) {
    this.#clock = options.clock ?? realClock
    this.#intervalMs = options.intervalMs ?? DELTA_INTERVAL_MS
    this.#maxPendingKeys = options.maxPendingKeys ?? MAX_PENDING_KEYS
  }

  get subscribers(): number {
    return this.#subscribers.size
  }

  get log(): readonly LogEntry[] {
    return this.#log.slice(-MAX_LOG_ENTRIES)
  }

  publish(change: Change): void {
    if (change.type === 'log') {
      this.#log.push(change.value)
      // Trimmed in steps, so that an entry costs no shift of the whole ring.
      if (this.#log.length >= 2 * MAX_LOG_ENTRIES) this.#log = this.#log.slice(-MAX_LOG_ENTRIES)
    }
    for (const pending of this.#subscribers) pending.add(change)
  }

  /** Ends when `signal` aborts or the reader returns. `snapshot` is called once, and again after an overflow. */
  async *subscribe(
    snapshot: () => SnapshotState | Promise<SnapshotState>,
    signal?: AbortSignal,
  ): AsyncGenerator<HubEvent> {
    if (signal?.aborted === true) return
    if (this.#subscribers.size >= MAX_SUBSCRIBERS) {
      const message = `${MAX_SUBSCRIBERS} clients follow this node already. Close one first.`
      throw new ShoalError('NOT_ALLOWED', message, { limit: MAX_SUBSCRIBERS })
    }
    const stopped = () => signal?.aborted === true
    const pending = new Pending(this.#maxPendingKeys)
    const onAbort = () => pending.wake()
    signal?.addEventListener('abort', onAbort)
    this.#subscribers.add(pending)
    let seq = 0
    let needsSnapshot = true
    try {
      while (true) {
        const sentAt = this.#clock.now()
        if (needsSnapshot) {
          // From here on changes are pending; the ring is read in the same step, so no entry is missed or repeated.
          pending.clear()
          const log = this.#log.slice(-MAX_LOG_ENTRIES)
          const state = await snapshot()
          if (stopped()) return
          yield { type: 'snapshot', value: { seq, at: this.#clock.now(), ...state, log } }
          needsSnapshot = false
        } else {
          seq += 1
          yield { type: 'delta', value: { seq, at: sentAt, changes: pending.take(MAX_DELTA_CHANGES) } }
        }
        await pending.something(signal)
        if (stopped()) return
        await this.#pause(sentAt + this.#intervalMs - this.#clock.now(), signal)
        if (stopped()) return
        if (pending.overflowed) {
          needsSnapshot = true
          seq += 1
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort)
      this.#subscribers.delete(pending)
    }
  }

  #pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    if (ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#clock.after(ms, done)
      signal?.addEventListener('abort', done)
    })
  }
}

/** What one subscriber has not been given yet. */
class Pending {
  readonly #maxKeys: number
  #changes = new Map<string, Change>()
  #nextLog = 0
  #overflowed = false
  #wake: (() => void) | undefined

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys
  }

  get overflowed(): boolean {
    return this.#overflowed
  }

  add(change: Change): void {
    if (this.#overflowed) return
    const key = change.type === 'log' ? `log:${this.#nextLog++}` : keyOf(change)
    // Deleted first: the newest value takes its place after everything published before it.
    this.#changes.delete(key)
    this.#changes.set(key, change)
    if (this.#changes.size > this.#maxKeys) {
      this.#changes.clear()
      this.#overflowed = true
    }
    this.wake()
  }

  take(count: number): Change[] {
    const taken: Change[] = []
    for (const [key, change] of this.#changes) {
      if (taken.length === count) break
      taken.push(change)
      this.#changes.delete(key)
    }
    return taken
  }

  clear(): void {
    this.#changes.clear()
    this.#overflowed = false
  }

  async something(signal: AbortSignal | undefined): Promise<void> {
    while (this.#changes.size === 0 && !this.#overflowed && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }
}

/** Values and removals of one thing share a key: whichever comes last wins. */
function keyOf(change: Exclude<Change, { type: 'log' }>): string {
  switch (change.type) {
    case 'node':
      return 'node'
    case 'settings':
      return 'settings'
    case 'share':
      return `share:${change.value.root}`
    case 'share-removed':
      return `share:${change.root}`
    case 'job':
      return `job:${change.value.job}`
    case 'job-removed':
      return `job:${change.job}`
    case 'peer':
      return `peer:${change.value.peer}`
    case 'peer-removed':
      return `peer:${change.peer}`
    case 'swarm':
      return `swarm:${change.value.root}:${change.value.peer}`
    case 'swarm-removed':
      return `swarm:${change.root}:${change.peer}`
  }
}
