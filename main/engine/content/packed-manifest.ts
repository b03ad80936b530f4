/**
 * A manifest in little memory: 32 bytes per chunk, nothing else per chunk where the chunks of a file are of equal length
 * but the last (the profile's own files). Other chunk lengths cost 8 bytes per chunk of that file. SPEC: [CO27].
 */
import type { CID } from 'multiformats/cid'
import { CHUNK_BYTES } from './limits.ts'
import type { Manifest, ManifestFile, SkippedEntry } from './manifest.ts'

/** How one file is cut: into pieces of `each` bytes but the last, or at these offsets. */
export type ChunkCuts = { readonly each: number } | { readonly offsets: Float64Array }

export interface ManifestParts {
  readonly root: CID
  readonly type: 'file' | 'directory'
  readonly files: readonly ManifestFile[]
  readonly directories: readonly string[]
  readonly skipped: readonly SkippedEntry[]
  readonly digests: Uint8Array
  readonly chunkCount: number
  /** By file index, only of files that are not cut into `CHUNK_BYTES`. */
  readonly cuts: ReadonlyMap<number, ChunkCuts>
}

export class PackedManifest implements Manifest {
  readonly root: CID
  readonly type: 'file' | 'directory'
  readonly files: readonly ManifestFile[]
  readonly directories: readonly string[]
  readonly skipped: readonly SkippedEntry[]
  readonly digests: Uint8Array
  readonly chunkCount: number
  readonly totalBytes: number
  readonly #cuts: ReadonlyMap<number, ChunkCuts>
  /** `firstChunk` of every file, never descending, for the binary search. */
  readonly #firsts: Uint32Array

  constructor(parts: ManifestParts) {
    this.root = parts.root
    this.type = parts.type
    this.files = parts.files
    this.directories = parts.directories
    this.skipped = parts.skipped
    this.digests = parts.digests
    this.chunkCount = parts.chunkCount
    this.#cuts = parts.cuts
    this.#firsts = new Uint32Array(parts.files.length)
    let totalBytes = 0
    parts.files.forEach((file, index) => {
      totalBytes += file.sizeBytes
      this.#firsts[index] = file.firstChunk
    })
    this.totalBytes = totalBytes
  }

  chunkLength(index: number): number {
    const fileIndex = this.fileOfChunk(index)
    const file = this.#file(fileIndex)
    const chunk = index - file.firstChunk
    const end = chunk + 1 === file.chunkCount ? file.sizeBytes : this.#offset(fileIndex, chunk + 1)
    return end - this.#offset(fileIndex, chunk)
  }

  chunkOffset(index: number): number {
    const fileIndex = this.fileOfChunk(index)
    return this.#offset(fileIndex, index - this.#file(fileIndex).firstChunk)
  }

  /** The last file that begins at or before the chunk; empty files begin where the next one does, and stand before it. */
  fileOfChunk(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.chunkCount) {
      throw new RangeError(`chunk ${index} of a share of ${this.chunkCount} chunks`)
    }
    let low = 0
    let high = this.#firsts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((this.#firsts[middle] ?? 0) <= index) low = middle
      else high = middle - 1
    }
    return low
  }

  #offset(fileIndex: number, chunk: number): number {
    const cuts = this.#cuts.get(fileIndex)
    if (cuts === undefined) return chunk * CHUNK_BYTES
    return 'each' in cuts ? chunk * cuts.each : (cuts.offsets[chunk] ?? 0)
  }

  #file(fileIndex: number): ManifestFile {
    const file = this.files[fileIndex]
    if (file === undefined) throw new RangeError(`file ${fileIndex} of ${this.files.length}`)
    return file
  }
}

/** How a file with chunks of these lengths is cut; undefined when as the profile cuts. */
export function cutsOf(lengths: Uint32Array): ChunkCuts | undefined {
  const each = lengths[0] ?? CHUNK_BYTES
  const last = lengths.length - 1
  if (last <= 0) return undefined
  const uniform = lengths.subarray(0, last).every((length) => length === each) && (lengths[last] ?? 0) <= each
  if (uniform) return each === CHUNK_BYTES ? undefined : { each }
  const offsets = new Float64Array(lengths.length)
  for (let i = 1; i < lengths.length; i++) offsets[i] = (offsets[i - 1] ?? 0) + (lengths[i - 1] ?? 0)
  return { offsets }
}

/** The manifest of a share that is one file of one chunk (or of none, when it is empty): its root is the chunk itself. */
export function rawRootManifest(root: CID, sizeBytes: number): Manifest {
  const chunkCount = sizeBytes === 0 ? 0 : 1
  return new PackedManifest({
    root,
    type: 'file',
    files: [{ path: '', sizeBytes, firstChunk: 0, chunkCount }],
    directories: [],
    skipped: [],
    digests: chunkCount === 0 ? new Uint8Array(0) : Uint8Array.from(root.multihash.digest),
    chunkCount,
    cuts: new Map(),
  })
}
