/**
 * Makes written chunks durable, many at a time, and says exactly which ones are [ST5].
 *
 * A chunk is claimed after: its bytes are in the page cache, its file is synced, the folders that name the file are synced.
 * A write that ends while a flush runs belongs to the next flush; callers that ask meanwhile share that next one.
 * A failed sync is final for what was pending: after EIO the kernel may call lost pages clean, so syncing again
 * would succeed over a hole (the "fsyncgate" of PostgreSQL). Those chunks are forgotten and named in the error [ST6].
 */
import { execFile } from 'node:child_process'
import type { Bitfield } from '../content/bitfield.ts'
import { destinationError } from './errors.ts'

/** Above this many files one syncfs is cheaper than a sync each: 10,000 files take 0.1 s instead of 3 s. */
const MAX_SINGLE_SYNCS = 64
/** The thread pool has four threads; reads and writes want the others. */
const PARALLEL_SYNCS = 2

export interface FlushActions {
  syncFile(file: number): Promise<void>
  syncFolder(path: string): Promise<void>
  /** Everything on the filesystem at once; false when this system cannot. */
  syncFilesystem(): Promise<boolean>
  takeDirtyFolders(): Set<string>
  giveBackDirtyFolders(folders: Iterable<string>): void
  /** Chunks that must be written again. */
  forget(chunks: readonly number[]): void
}

export class Flusher {
  readonly #path: string
  readonly #actions: FlushActions
  readonly #durable: Bitfield
  /** Written but not durable; at most the share's chunks. */
  #pending = new Set<number>()
  #dirtyFiles = new Set<number>()
  /** Being made durable by the running flush. */
  #flushing = new Set<number>()
  #running: Promise<Bitfield> | undefined
  #next: Promise<Bitfield> | undefined
  #failures = 0

  constructor(path: string, durable: Bitfield, actions: FlushActions) {
    this.#path = path
    this.#durable = durable.clone()
    this.#actions = actions
  }

  /** Grows with every failed flush: a write that began before one may be among what was lost. */
  get failures(): number {
    return this.#failures
  }

  /** To be called after the bytes are written. */
  wrote(chunk: number, file: number): void {
    this.#pending.add(chunk)
    this.#dirtyFiles.add(file)
  }

  /** An empty file was created. */
  touched(file: number): void {
    this.#dirtyFiles.add(file)
  }

  /** The file was removed on purpose: there is nothing to sync. Its chunks are forgotten one by one. */
  abandon(file: number): void {
    this.#dirtyFiles.delete(file)
  }

  forget(chunk: number): void {
    this.#pending.delete(chunk)
    this.#flushing.delete(chunk)
    this.#durable.clear(chunk)
  }

  flush(): Promise<Bitfield> {
    if (this.#running === undefined) return this.#start()
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#start()
      })
    return this.#next
  }

  #start(): Promise<Bitfield> {
    const run = this.#flush().finally(() => {
      this.#running = undefined
    })
    this.#running = run
    return run
  }

  async #flush(): Promise<Bitfield> {
    const chunks = this.#pending
    this.#flushing = chunks
    const files = this.#dirtyFiles
    const folders = this.#actions.takeDirtyFolders()
    this.#pending = new Set()
    this.#dirtyFiles = new Set()
    try {
      const many = files.size + folders.size > MAX_SINGLE_SYNCS
      if (!many || !(await this.#actions.syncFilesystem())) {
        await inParallel(files, (file) => this.#actions.syncFile(file))
        // Folders after files: a name that survives must not lead to a file whose bytes did not.
        await inParallel(folders, (folder) => this.#actions.syncFolder(folder))
      }
    } catch (error) {
      const lost = [...chunks, ...this.#pending]
      this.#failures += 1
      this.#pending = new Set()
      this.#actions.giveBackDirtyFolders(folders)
      for (const file of files) this.#dirtyFiles.add(file)
      this.#actions.forget(lost)
      throw destinationError(error, this.#path, lost)
    }
    for (const chunk of chunks) this.#durable.set(chunk)
    return this.#durable.clone()
  }
}

async function inParallel<T>(items: Iterable<T>, act: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]()
  const worker = async () => {
    for (let next = iterator.next(); next.done !== true; next = iterator.next()) await act(next.value)
  }
  await Promise.all(Array.from({ length: PARALLEL_SYNCS }, worker))
}

/** syncfs(2) by way of coreutils; Linux since 5.8 reports write-back errors through it. */
export function syncFilesystemOf(path: string): Promise<boolean> {
  if (process.platform !== 'linux') return Promise.resolve(false)
  return new Promise((resolve) => {
    execFile('sync', ['-f', '--', path], (error) => resolve(error === null))
  })
}
