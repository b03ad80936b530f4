/**
 * Open file descriptors, least recently used first out, never more than the limit: one cache for the whole process,
 * whatever the number of shares [ST10]. A descriptor in use is never closed; when all are in use the next
 * caller waits. Two callers that want the same unopened file share one open call.
 */
import fs from 'node:fs'
import { closeFile } from './fs-calls.ts'
import { type SmallWork, smallWork } from './small-work.ts'

/** Well below the 256 descriptors that macOS grants a process by default; the rest is for sockets. */
const DEFAULT_LIMIT = 128

export interface Handle {
  readonly fd: number
  readonly key: string
  /** Kept by the cache alone. */
  users: number
  /** Out of the map: to be closed when the last user is done. */
  doomed: boolean
}

export class HandleCache {
  readonly #limit: number
  readonly #work: SmallWork
  /** Insertion order is the order of last use. */
  readonly #entries = new Map<string, Handle>()
  readonly #opening = new Map<string, Promise<unknown>>()
  /** Descriptors that are open or being opened or closed; never above the limit. */
  #held = 0
  /** Bounded by the callers' requests in flight. */
  #waiting: (() => void)[] = []

  constructor({ limit = DEFAULT_LIMIT, work = smallWork }: { limit?: number; work?: SmallWork } = {}) {
    this.#limit = limit
    this.#work = work
  }

  get held(): number {
    return this.#held
  }

  /** The handle under `key`, opened by `open` when there is none. Every acquire is followed by one `release`. */
  async acquire(key: string, open: () => Promise<number>): Promise<Handle> {
    for (;;) {
      const found = this.#use(key)
      if (found !== undefined) return found
      const opening = this.#opening.get(key)
      if (opening !== undefined) {
        await opening
        continue
      }
      if (this.#makeRoom()) return await this.#openNow(key, open)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** As acquire, at once or not at all: undefined when it would have to wait. */
  acquireSync(key: string, open: () => number): Handle | undefined {
    const found = this.#use(key)
    if (found !== undefined) return found
    if (this.#opening.has(key) || !this.#makeRoom()) return undefined
    this.#held += 1
    try {
      return this.#add(key, open())
    } catch (error) {
      this.#freed()
      throw error
    }
  }

  release(handle: Handle): void {
    handle.users -= 1
    if (handle.users > 0) return
    if (handle.doomed) this.#close(handle)
    else this.#waiting.shift()?.()
  }

  /** Forgets the handle, closed once nobody uses it: the file behind its name may be another one now. */
  drop(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    entry.doomed = true
    if (entry.users === 0) this.#close(entry)
  }

  /** Drops every key with this prefix: those of one share. */
  dropAll(prefix: string): void {
    for (const key of [...this.#entries.keys()]) if (key.startsWith(prefix)) this.drop(key)
  }

  #use(key: string): Handle | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    entry.users += 1
    return entry
  }

  async #openNow(key: string, open: () => Promise<number>): Promise<Handle> {
    this.#held += 1
    const opened = open()
    // Those who wait for it look again themselves and meet their own error.
    const settled = opened.then(
      () => undefined,
      () => undefined,
    )
    this.#opening.set(key, settled)
    try {
      const fd = await opened
      return this.#add(key, fd)
    } catch (error) {
      this.#freed()
      throw error
    } finally {
      this.#opening.delete(key)
    }
  }

  #add(key: string, fd: number): Handle {
    const entry: Handle = { key, fd, users: 1, doomed: false }
    this.#entries.set(key, entry)
    return entry
  }

  /** True when one more may be opened now. */
  #makeRoom(): boolean {
    if (this.#held < this.#limit) return true
    for (const entry of this.#entries.values()) {
      if (entry.users > 0) continue
      this.drop(entry.key)
      break
    }
    return this.#held < this.#limit
  }

  #close(entry: Handle): void {
    if (this.#work.slow()) {
      // A failed close leaves nothing to do: the data's fate is told by flush, which syncs before it claims.
      void closeFile(entry.fd).then(
        () => this.#freed(),
        () => this.#freed(),
      )
      return
    }
    try {
      fs.closeSync(entry.fd)
    } catch {}
    this.#freed()
  }

  #freed(): void {
    this.#held -= 1
    this.#waiting.shift()?.()
  }
}

/** One for the process: the limit is the process's. */
export const handleCache = new HandleCache()
