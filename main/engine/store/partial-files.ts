/**
 * Writes the chunks of a share that is being fetched into a hidden partial beside its destination, and reads back what
 * is written so that it can be served meanwhile.
 *
 * Order on disk: verified bytes -> page cache -> flush -> (the caller saves the bitfield) -> finish -> name [ST4, ST5].
 * Small chunks are written synchronously a few per turn, large ones through the thread pool (small-work.ts), whole ones past
 * the page cache where that is right (direct-files.ts). It holds no chunk in memory after its write. It does not verify, schedule or touch the database: what finish is about to do is
 * told through `onClaim`, and found again by `openPartial` after a crash.
 */
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import type { ChunkWriter, FinishClaim, FinishedShare, FinishOptions } from './chunk-files.ts'
import { directBelow } from './direct-device.ts'
import { DirectFiles } from './direct-files.ts'
import { destinationError, StoreError } from './errors.ts'
import { Finisher } from './finish.ts'
import { Flusher, syncFilesystemOf } from './flusher.ts'
import { readWhole, readWholeSync, statHandle, syncData, syncFolder, writeWhole, writeWholeSync } from './fs-calls.ts'
import { Gate } from './gate.ts'
import { type HandleCache, handleCache } from './handle-cache.ts'
import { removed, tooShort } from './partial-errors.ts'
import type { PartialTree } from './partial-tree.ts'
import { SharedFiles } from './shared-files.ts'
import { SMALL_BYTES, type SmallWork, smallWork } from './small-work.ts'

export interface PartialTools {
  readonly handles?: HandleCache
  readonly work?: SmallWork
  readonly nowMs?: () => number
  readonly sleep?: (ms: number) => Promise<void>
  /** False when the system has no such call. */
  readonly syncFilesystem?: (path: string) => Promise<boolean>
  /** Whether chunks may be written past the page cache; absent: as the disk of the destination is. */
  readonly direct?: boolean
}

export interface PartialState {
  readonly tree: PartialTree
  /** Folder that the share goes into, and its safe name there. */
  readonly destination: string
  readonly localName: string
  /** What is on disk now: durable. */
  readonly have: Bitfield
  readonly finished: FinishedShare | undefined
  readonly claim: FinishClaim | undefined
}

let instances = 0

export class PartialFiles implements ChunkWriter {
  readonly #manifest: Manifest
  readonly #tree: PartialTree
  readonly #destination: string
  readonly #written: Bitfield
  readonly #flusher: Flusher
  readonly #finisher: Finisher
  readonly #handles: HandleCache
  readonly #direct: DirectFiles
  readonly #work: SmallWork
  readonly #nowMs: () => number
  readonly #prefix = `partial ${++instances} `
  #finished: FinishedShare | undefined
  #shared: SharedFiles | undefined
  /** Its files have their names: from here on it only reads. */
  #named = false
  /** Held while files move to their names. */
  readonly #gate = new Gate()

  constructor(state: PartialState, tools: PartialTools = {}) {
    const { handles = handleCache, work = smallWork, nowMs = Date.now, syncFilesystem = syncFilesystemOf } = tools
    this.#tree = state.tree
    this.#manifest = state.tree.layout.manifest
    this.#destination = state.destination
    this.#written = state.have.clone()
    this.#handles = handles
    const enabled = tools.direct ?? directBelow(state.destination)
    this.#direct = new DirectFiles({ tree: state.tree, handles, prefix: this.#prefix, enabled })
    this.#work = work
    this.#nowMs = nowMs
    this.#flusher = new Flusher(state.destination, state.have, {
      syncFile: (file) => this.#syncFile(file),
      syncFolder,
      syncFilesystem: async () => {
        this.#tree.verifyRoot()
        return await syncFilesystem(state.destination)
      },
      takeDirtyFolders: () => this.#tree.takeDirtyFolders(),
      giveBackDirtyFolders: (folders) => this.#tree.giveBackDirtyFolders(folders),
      forget: (chunks) => {
        for (const chunk of chunks) this.#written.clear(chunk)
      },
    })
    const sleep = tools.sleep ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)))
    this.#finisher = new Finisher(state, { work, nowMs, sleep, syncFilesystem })
    this.#setFinished(state.finished)
  }

  /** Chunks that can be read now, durable or not. A copy. */
  get written(): Bitfield {
    return this.#written.clone()
  }

  get finished(): FinishedShare | undefined {
    return this.#finished
  }

  /** @param aligned the memory begins at a page: a whole chunk may go past the page cache [ST19] */
  async write(index: number, bytes: Uint8Array, aligned = false): Promise<void> {
    if (bytes.length !== this.#manifest.chunkLength(index))
      throw new RangeError(`${bytes.length} bytes for chunk ${index}`)
    await this.#gate.pass(async () => {
      if (this.#written.has(index)) return
      if (this.#named) throw new RangeError('This partial is finished; open it again to fetch more')
      const file = this.#manifest.fileOfChunk(index)
      const failures = this.#flusher.failures
      try {
        const small = bytes.length <= SMALL_BYTES && !this.#work.slow()
        const done =
          (small && (await this.#work.run(() => this.#writeSync(file, index, bytes)))) ||
          (aligned && (await this.#direct.write(file, bytes, this.#manifest.chunkOffset(index))))
        if (!done) await this.#writeInPool(file, index, bytes)
      } catch (error) {
        this.#handles.drop(this.#prefix + file)
        this.#direct.drop(file)
        throw destinationError(error, this.#destination)
      }
      if (failures !== this.#flusher.failures) {
        throw destinationError(new Error('a flush failed while this was written; write it again'), this.#destination)
      }
      this.#written.set(index)
      this.#flusher.wrote(index, file)
    })
  }

  async read(index: number, into: Uint8Array): Promise<void> {
    if (into.length !== this.#manifest.chunkLength(index))
      throw new RangeError(`A buffer of ${into.length} bytes for chunk ${index}`)
    await this.#gate.pass(async () => {
      if (!this.#written.has(index)) throw new RangeError(`Chunk ${index} is not here`)
      const file = this.#manifest.fileOfChunk(index)
      if (this.#shared?.has(file) === true) return await this.#shared.read(index, into)
      try {
        const small = into.length <= SMALL_BYTES && !this.#work.slow()
        const quick = small ? await this.#work.run(() => this.#readSync(file, index, into)) : undefined
        const count = quick ?? (await this.#readInPool(file, index, into))
        if (count < into.length) throw tooShort(this.#tree.pathOf(file), index)
      } catch (error) {
        this.#handles.drop(this.#prefix + file)
        throw destinationError(error, this.#destination)
      }
    })
  }

  flush(): Promise<Bitfield> {
    return this.#flusher.flush()
  }

  /** Takes chunks out of what is held: they were found to be wrong. */
  forget(chunks: Iterable<number>): void {
    for (const chunk of chunks) {
      this.#written.clear(chunk)
      this.#flusher.forget(chunk)
    }
  }

  finish(options: FinishOptions): Promise<FinishedShare> {
    return this.#gate.hold(() => this.#finish(options))
  }

  /** Deletes the partial, never the finished files. False when something foreign in it keeps it from going. */
  discard(): Promise<boolean> {
    return this.#gate.hold(async () => {
      this.#handles.dropAll(this.#prefix)
      try {
        return await this.#tree.discard(this.#work)
      } catch (error) {
        throw destinationError(error, this.#destination)
      }
    })
  }

  /** Waits for what is under way; flushes nothing. */
  close(): Promise<void> {
    return this.#gate.hold(async () => {
      this.#handles.dropAll(this.#prefix)
      await this.#shared?.close()
    })
  }

  async #finish({ files, onClaim, signal }: FinishOptions): Promise<FinishedShare> {
    const wanted = new Set(files ?? this.#manifest.files.keys())
    const earlier = this.#finished
    try {
      const fresh = [...wanted].filter((file) => earlier?.files.has(file) !== true)
      if (earlier !== undefined && fresh.length === 0) return earlier
      for (const file of fresh) this.#assertWhole(file)
      const changes = {
        onCreated: (file: number) => this.#flusher.touched(file),
        onRemoved: (file: number) => {
          this.#handles.drop(this.#prefix + file)
          this.#direct.drop(file)
          this.#flusher.abandon(file)
        },
      }
      const dropped = await this.#finisher.prepare(fresh, wanted, this.#written, changes, signal)
      this.forget(dropped.flatMap((file) => [...this.#chunksOf(file)]))
      await this.flush()
      signal?.throwIfAborted()
      this.#handles.dropAll(this.#prefix)
      const lost = await this.#finisher.tooShort(fresh)
      if (lost.length > 0) throw this.#loss(lost.flatMap((file) => [...this.#chunksOf(file)]))
      const done = await this.#finisher.name(fresh, earlier, onClaim)
      this.#named = true
      this.#setFinished({ ...done, dropped })
      return { ...done, dropped }
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw destinationError(error, this.#destination)
    }
  }

  #setFinished(share: FinishedShare | undefined): void {
    this.#finished = share
    const { handles, work, nowMs } = { handles: this.#handles, work: this.#work, nowMs: this.#nowMs }
    this.#shared = share && new SharedFiles({ manifest: this.#manifest, facts: share.files, handles, work, nowMs })
  }

  /** A name is only ever given to a whole file; a caller that asks for more has a bug. */
  #assertWhole(file: number): void {
    for (const chunk of this.#chunksOf(file)) {
      if (!this.#written.has(chunk)) throw new RangeError(`File ${file} is to be finished without chunk ${chunk}`)
    }
  }

  #loss(chunks: readonly number[]): StoreError {
    this.forget(chunks)
    const message = `The unfinished download in ${this.#destination} was changed by something else. The damaged parts are fetched again.`
    return new StoreError('destination-io', message, { path: this.#destination, cause: 'damaged', lostChunks: chunks })
  }

  *#chunksOf(file: number): Iterable<number> {
    const { firstChunk, chunkCount } = this.#manifest.files[file] ?? { firstChunk: 0, chunkCount: 0 }
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) yield chunk
  }

  /** False when it could not be done without waiting. */
  #writeSync(file: number, index: number, bytes: Uint8Array): boolean {
    const handle = this.#handles.acquireSync(this.#prefix + file, () => this.#tree.openSync(file))
    if (handle === undefined) return false
    try {
      writeWholeSync(handle.fd, bytes, this.#manifest.chunkOffset(index))
    } finally {
      this.#handles.release(handle)
    }
    return true
  }

  async #writeInPool(file: number, index: number, bytes: Uint8Array): Promise<void> {
    const handle = await this.#handles.acquire(this.#prefix + file, () => this.#tree.open(file))
    try {
      await writeWhole(handle.fd, bytes, this.#manifest.chunkOffset(index))
    } finally {
      this.#handles.release(handle)
    }
  }

  /** Undefined when it could not be done without waiting. */
  #readSync(file: number, index: number, into: Uint8Array): number | undefined {
    const handle = this.#handles.acquireSync(this.#prefix + file, () => this.#tree.openSync(file))
    if (handle === undefined) return undefined
    try {
      return readWholeSync(handle.fd, into, this.#manifest.chunkOffset(index))
    } finally {
      this.#handles.release(handle)
    }
  }

  async #readInPool(file: number, index: number, into: Uint8Array): Promise<number> {
    const handle = await this.#handles.acquire(this.#prefix + file, () => this.#tree.openExisting(file))
    try {
      return await readWhole(handle.fd, into, this.#manifest.chunkOffset(index))
    } finally {
      this.#handles.release(handle)
    }
  }

  async #syncFile(file: number): Promise<void> {
    const handle = await this.#handles.acquire(this.#prefix + file, () => this.#tree.openExisting(file))
    try {
      await syncData(handle.fd)
      const stat = await statHandle(handle.fd)
      // Writing into a file that was deleted succeeds and helps nobody.
      if (stat.nlink === 0n || !this.#direct.isIn(file, stat)) throw removed(this.#tree.pathOf(file))
    } finally {
      this.#handles.release(handle)
    }
  }
}
