/**
 * Hashes all files of an import over the workers: large files cut into runs of chunks so that one file keeps several
 * cores busy, small ones gathered so that ten thousand cost few messages. A file that is not what was seen when it
 * was listed is looked at again and hashed once more; if that fails too, the import ends with its name. SPEC: [CO5].
 */

import { chunkCountOf } from './file-dag.ts'
import type { FileFacts } from './file-facts.ts'
import type { Failure, Hashed, Segment } from './hash-protocol.ts'
import { changedError, importError } from './import-error.ts'
import { CHUNK_BYTES, DIGEST_BYTES } from './limits.ts'
import type { FoundFile } from './walk.ts'

export interface HashFilesOptions {
  readonly files: Iterable<FoundFile>
  /** Where a file is on this machine. */
  readonly locate: (file: FoundFile) => string
  readonly hash: (segments: readonly Segment[]) => Promise<Hashed>
  readonly stat: (path: string) => Promise<FileFacts | undefined>
  /** Requests under way at once. */
  readonly concurrency: number
  /** Bytes hashed; negative when a file has to be hashed again. */
  readonly onBytes: (delta: number) => void
  /** A file that is hashed again has another size now. */
  readonly onResized: (delta: number) => void
  /** With the digests of all chunks of the file; `file.facts` is what was hashed. */
  readonly onFile: (file: FoundFile, digests: Uint8Array) => Promise<void>
}

/** Chunks in one segment: some 10 ms of work, so that progress and cancelling are smooth and messages few. */
const SEGMENT_CHUNKS = 16
/** Small files in one request, at most. */
const SEGMENTS_PER_REQUEST = 128

/** One attempt at one file. */
interface Attempt {
  readonly file: FoundFile
  /** Of all chunks; an own table only where a file has several segments. */
  digests: Uint8Array
  readonly first: boolean
  segmentsLeft: number
  hashedBytes: number
  failure: Failure | undefined
}

interface Piece {
  readonly attempt: Attempt
  readonly segment: Segment
}

export async function hashFiles(options: HashFilesOptions): Promise<void> {
  const scheduler = new Scheduler(options)
  await Promise.all(Array.from({ length: options.concurrency }, () => scheduler.run()))
}

class Scheduler {
  readonly #options: HashFilesOptions
  readonly #pieces: Iterator<Piece>
  /** Pieces that come before all others: of a file that is hashed again. Bounded by the files under way. */
  readonly #urgent: Piece[] = []
  /** Taken from the iterator but not fitting into the request before. */
  #held: Piece | undefined

  constructor(options: HashFilesOptions) {
    this.#options = options
    this.#pieces = piecesOf(options.files, (file) => this.#attempt(file, true))
  }

  async run(): Promise<void> {
    for (let pieces = this.#next(); pieces.length > 0; pieces = this.#next()) {
      // What is left of a file that has failed already is not read, only counted.
      const live = pieces.filter(({ attempt }) => attempt.failure === undefined)
      if (live.length > 0) this.#store(live, await this.#options.hash(live.map(({ segment }) => segment)))
      for (const { attempt } of pieces) {
        attempt.segmentsLeft -= 1
        if (attempt.segmentsLeft === 0) await this.#finish(attempt)
      }
    }
  }

  #store(pieces: readonly Piece[], hashed: Hashed): void {
    const failures = new Map(hashed.failures.map(({ segment, failure }) => [segment, failure]))
    let at = 0
    for (const [index, { attempt, segment }] of pieces.entries()) {
      const digests = hashed.digests.subarray(at, at + segment.chunks * DIGEST_BYTES)
      at += digests.length
      if (attempt.digests.length === 0) attempt.digests = digests
      else attempt.digests.set(digests, segment.firstChunk * DIGEST_BYTES)
      attempt.failure ??= failures.get(index)
      this.#progress(attempt, bytesOf(segment))
    }
  }

  /** As many pieces as make one request: up to one segment's worth of chunks. */
  #next(): Piece[] {
    const pieces: Piece[] = []
    let bytes = 0
    while (pieces.length < SEGMENTS_PER_REQUEST) {
      const piece = this.#take()
      if (piece === undefined) break
      bytes += bytesOf(piece.segment)
      if (pieces.length > 0 && bytes > SEGMENT_CHUNKS * CHUNK_BYTES) {
        this.#held = piece
        break
      }
      pieces.push(piece)
    }
    return pieces
  }

  #take(): Piece | undefined {
    const waiting = this.#urgent.shift() ?? this.#held
    if (waiting !== undefined) {
      if (waiting === this.#held) this.#held = undefined
      return waiting
    }
    const step = this.#pieces.next()
    return step.done ? undefined : step.value
  }

  async #finish(attempt: Attempt): Promise<void> {
    const { file, failure } = attempt
    if (failure === undefined) return await this.#options.onFile(file, attempt.digests)
    this.#progress(attempt, -attempt.hashedBytes)
    const again = failure.reason === 'changed' || failure.reason === 'missing'
    if (!again) throw importError(failure)
    const path = this.#options.locate(file)
    const facts = attempt.first ? await this.#options.stat(path) : undefined
    if (facts === undefined) throw changedError(path)
    this.#options.onResized(facts.sizeBytes - file.facts.sizeBytes)
    file.facts = facts
    for (const piece of cut(this.#attempt(file, false))) this.#urgent.push(piece)
  }

  #attempt(file: FoundFile, first: boolean): { attempt: Attempt; path: string } {
    const chunks = Math.max(1, chunkCountOf(file.facts.sizeBytes))
    const attempt: Attempt = {
      file,
      first,
      digests: new Uint8Array(chunks > SEGMENT_CHUNKS ? chunks * DIGEST_BYTES : 0),
      segmentsLeft: Math.ceil(chunks / SEGMENT_CHUNKS),
      hashedBytes: 0,
      failure: undefined,
    }
    return { attempt, path: this.#options.locate(file) }
  }

  #progress(attempt: Attempt, delta: number): void {
    attempt.hashedBytes += delta
    this.#options.onBytes(delta)
  }
}

function* piecesOf(
  files: Iterable<FoundFile>,
  begin: (file: FoundFile) => { attempt: Attempt; path: string },
): Generator<Piece> {
  for (const file of files) yield* cut(begin(file))
}

function* cut({ attempt, path }: { attempt: Attempt; path: string }): Generator<Piece> {
  const { facts } = attempt.file
  const chunks = Math.max(1, chunkCountOf(facts.sizeBytes))
  for (let firstChunk = 0; firstChunk < chunks; firstChunk += SEGMENT_CHUNKS) {
    const segment = { path, facts, firstChunk, chunks: Math.min(SEGMENT_CHUNKS, chunks - firstChunk) }
    yield { attempt, segment }
  }
}

function bytesOf({ facts, firstChunk, chunks }: Segment): number {
  return Math.min(chunks * CHUNK_BYTES, facts.sizeBytes - firstChunk * CHUNK_BYTES)
}
