/**
 * Reads the chunks of files that lie where their owner keeps them.
 *
 * Every read is bracketed: the descriptor's facts are compared with the recorded ones when it is opened and again
 * after the bytes were read, so bytes of a file that changed meanwhile are never handed out as right [ST7]. Files whose
 * last change was too close to their hashing for timestamps to tell ("racy") are hashed chunk by chunk until each
 * chunk was seen right once at a moment when timestamps can tell [ST8].
 *
 * It marks nothing and mends nothing: it throws StoreError `source-*`; `recheck` hashes a file again and gives fresh
 * facts when its content turns out to be the same.
 */
import { hash } from 'node:crypto'
import fs from 'node:fs'
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest, ManifestFile } from '../content/manifest.ts'
import type { ChunkReader } from './chunk-files.ts'
import { CONTENT_DIFFERS, type StoreError, sourceChanged, sourceError, sourceMissing, TOO_SHORT } from './errors.ts'
import { difference, type FileFacts, type FileStat, factsOf, isRacy } from './facts.ts'
import { closeFile, openFile, READ_FLAGS, readWhole, readWholeSync, statHandle, statLink } from './fs-calls.ts'
import { type Handle, type HandleCache, handleCache } from './handle-cache.ts'
import { SMALL_BYTES, type SmallWork, smallWork } from './small-work.ts'

export interface SharedFilesOptions {
  readonly manifest: Manifest
  /** By index into manifest.files; files that are not here (not selected) cannot be read. */
  readonly facts: ReadonlyMap<number, FileFacts>
  readonly handles?: HandleCache
  readonly work?: SmallWork
  readonly nowMs?: () => number
}

export interface ChangedFile {
  readonly file: number
  readonly error: StoreError
}

let instances = 0

export class SharedFiles implements ChunkReader {
  readonly #manifest: Manifest
  readonly #facts: Map<number, FileFacts>
  readonly #handles: HandleCache
  readonly #work: SmallWork
  readonly #nowMs: () => number
  readonly #prefix = `shared ${++instances} `
  /** Chunks of racy files that need no hashing any more. */
  #proven: Bitfield | undefined

  constructor({ manifest, facts, handles = handleCache, work = smallWork, nowMs = Date.now }: SharedFilesOptions) {
    this.#manifest = manifest
    this.#facts = new Map(facts)
    this.#handles = handles
    this.#work = work
    this.#nowMs = nowMs
  }

  has(file: number): boolean {
    return this.#facts.has(file)
  }

  async read(index: number, into: Uint8Array): Promise<void> {
    const file = this.#manifest.fileOfChunk(index)
    const facts = this.#factsOf(file)
    if (into.length !== this.#manifest.chunkLength(index))
      throw new RangeError(`A buffer of ${into.length} bytes for chunk ${index}`)
    const key = this.#prefix + file
    const startMs = this.#nowMs()
    try {
      const small = into.length <= SMALL_BYTES && !this.#work.slow()
      const done = small && (await this.#work.run(() => this.#readSync(key, facts, index, into)))
      if (!done) await this.#read(key, facts, index, into)
      this.#prove(index, facts, into, startMs)
    } catch (error) {
      this.#handles.drop(key)
      throw this.#nameOfChange(error, file, facts)
    }
  }

  /** Stats every file; those that are no longer what was hashed, in order. `first`: stop at the first. */
  async checkAll(signal?: AbortSignal, first = false): Promise<ChangedFile[]> {
    const changed: ChangedFile[] = []
    const judge = (file: number, facts: FileFacts, stat: FileStat | undefined) => {
      const what = stat === undefined ? undefined : difference(facts, stat)
      if (stat === undefined) changed.push({ file, error: sourceMissing(this.#pathOf(file)) })
      else if (what !== undefined) changed.push({ file, error: sourceChanged(this.#pathOf(file), what) })
    }
    const failed = (file: number, error: unknown) =>
      changed.push({ file, error: sourceError(error, this.#pathOf(file)) })
    const slowOnes: [number, FileFacts][] = []
    await this.#work.each(
      this.#facts,
      ([file, facts]) => {
        if (first && changed.length > 0) return
        if (this.#work.slow()) return slowOnes.push([file, facts])
        try {
          judge(file, facts, fs.lstatSync(facts.path, { bigint: true, throwIfNoEntry: false }))
        } catch (error) {
          failed(file, error)
        }
      },
      signal,
    )
    for (const [file, facts] of slowOnes) {
      if (first && changed.length > 0) break
      signal?.throwIfAborted()
      await statLink(facts.path).then(
        (stat) => judge(file, facts, stat),
        (error: unknown) => failed(file, error),
      )
    }
    return changed.sort((a, b) => a.file - b.file)
  }

  /**
   * Reads and hashes one whole file. When every chunk is right and the file held still meanwhile, its facts are
   * renewed here and returned, to be recorded; otherwise throws the StoreError that says what is wrong.
   */
  async recheck(file: number, signal?: AbortSignal): Promise<FileFacts> {
    const old = this.#factsOf(file)
    const path = this.#pathOf(file)
    const checkedAtMs = this.#nowMs()
    try {
      const fd = await openFile(old.path, READ_FLAGS)
      try {
        const before = await statHandle(fd)
        const fresh = factsOf(old.path, before, checkedAtMs, old.cid)
        const { firstChunk, chunkCount, sizeBytes } = this.#fileOf(file)
        if (!before.isFile() || fresh.sizeBytes !== sizeBytes)
          throw sourceChanged(path, difference(old, before) ?? CONTENT_DIFFERS)
        for (let index = firstChunk; index < firstChunk + chunkCount; index++) {
          signal?.throwIfAborted()
          const bytes = new Uint8Array(this.#manifest.chunkLength(index))
          const count = await readWhole(fd, bytes, this.#manifest.chunkOffset(index))
          if (count < bytes.length || !this.#matches(index, bytes)) throw sourceChanged(path, CONTENT_DIFFERS)
        }
        const what = difference(fresh, await statHandle(fd)) ?? difference(fresh, await statLink(old.path))
        if (what !== undefined) throw sourceChanged(path, what)
        this.#facts.set(file, fresh)
        this.#handles.drop(this.#prefix + file)
        return fresh
      } finally {
        await closeFile(fd)
      }
    } catch (error) {
      if (signal?.aborted === true) throw error
      throw sourceError(error, path)
    }
  }

  async close(): Promise<void> {
    this.#handles.dropAll(this.#prefix)
  }

  /** False when it could not be done without waiting. */
  #readSync(key: string, facts: FileFacts, index: number, into: Uint8Array): boolean {
    const handle = this.#handles.acquireSync(key, () => {
      const fd = fs.openSync(facts.path, READ_FLAGS)
      try {
        this.#compare(facts, index, fs.fstatSync(fd, { bigint: true }))
        return fd
      } catch (error) {
        fs.closeSync(fd)
        throw error
      }
    })
    if (handle === undefined) return false
    try {
      const count = readWholeSync(handle.fd, into, this.#manifest.chunkOffset(index))
      this.#afterRead(facts, index, count, into, fs.fstatSync(handle.fd, { bigint: true }))
    } finally {
      this.#handles.release(handle)
    }
    return true
  }

  async #read(key: string, facts: FileFacts, index: number, into: Uint8Array): Promise<void> {
    const handle: Handle = await this.#handles.acquire(key, async () => {
      const fd = await openFile(facts.path, READ_FLAGS)
      try {
        this.#compare(facts, index, await statHandle(fd))
        return fd
      } catch (error) {
        await closeFile(fd)
        throw error
      }
    })
    try {
      const count = await readWhole(handle.fd, into, this.#manifest.chunkOffset(index))
      this.#afterRead(facts, index, count, into, await statHandle(handle.fd))
    } finally {
      this.#handles.release(handle)
    }
  }

  #compare(facts: FileFacts, index: number, stat: FileStat): void {
    const what = difference(facts, stat)
    if (what !== undefined) throw sourceChanged(this.#pathOf(this.#manifest.fileOfChunk(index)), what)
  }

  #afterRead(facts: FileFacts, index: number, count: number, into: Uint8Array, stat: FileStat): void {
    this.#compare(facts, index, stat)
    if (count < into.length) throw sourceChanged(this.#pathOf(this.#manifest.fileOfChunk(index)), TOO_SHORT)
  }

  /** For racy files. The descriptor was found untouched after these bytes were read. */
  #prove(index: number, facts: FileFacts, bytes: Uint8Array, startMs: number): void {
    if (!isRacy(facts) || this.#proven?.has(index) === true) return
    if (!this.#matches(index, bytes))
      throw sourceChanged(this.#pathOf(this.#manifest.fileOfChunk(index)), CONTENT_DIFFERS)
    // Seen right now, and a change from now on gets a timestamp of its own.
    if (isRacy({ ...facts, checkedAtMs: startMs })) return
    this.#proven ??= new Bitfield(this.#manifest.chunkCount)
    this.#proven.set(index)
  }

  #matches(index: number, bytes: Uint8Array): boolean {
    return hash('sha256', bytes, 'buffer').equals(this.#manifest.digests.subarray(index * 32, index * 32 + 32))
  }

  /** A handle that changed because its name is gone or was given to another file: say that instead. */
  #nameOfChange(error: unknown, file: number, facts: FileFacts): StoreError {
    const path = this.#pathOf(file)
    const translated = sourceError(error, path)
    if (translated.code !== 'source-changed') return translated
    const now = statQuietly(facts.path)
    if (now === 'missing') return sourceMissing(path, error)
    const what = now === undefined ? undefined : difference(facts, now)
    return what === undefined ? translated : sourceChanged(path, what, error)
  }

  #fileOf(file: number): ManifestFile {
    const found = this.#manifest.files[file]
    if (found === undefined) throw new RangeError(`No file ${file} in this share`)
    return found
  }

  #factsOf(file: number): FileFacts {
    const facts = this.#facts.get(file)
    if (facts === undefined) throw new RangeError(`File ${file} of this share is not on disk`)
    return facts
  }

  #pathOf(file: number): string {
    return this.#fileOf(file).path
  }
}

function statQuietly(path: string): FileStat | 'missing' | undefined {
  try {
    return fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? 'missing'
  } catch {
    return undefined
  }
}
