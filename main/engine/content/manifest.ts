/**
 * The manifest of a share: what a root CID stands for once every DAG node has been read and validated.
 *
 * Chunks are numbered 0..chunkCount-1 in DAG order (depth first, links in stored order); both ends of a
 * transfer derive the same numbering from the same root CID, so an index is all the wire needs.
 * This file holds the type only; reading and validating is `read-manifest.ts`.
 */
import type { CID } from 'multiformats/cid'

/** One regular file of a share. `path` is validated, '/'-separated, relative to the share's root; '' when the share is a single file. */
export interface ManifestFile {
  readonly path: string
  readonly sizeBytes: number
  /** Index of the file's first chunk. Meaningless when chunkCount is 0 (an empty file has no chunks). */
  readonly firstChunk: number
  readonly chunkCount: number
}

/** An entry that the share's author has but which is never created here (symlink, special file, other UnixFS type). */
export interface SkippedEntry {
  readonly path: string
  readonly reason:
    | 'symlink'
    | 'special'
    | 'unreadable'
    | 'ignored'
    /** The name (not UTF-8, a backslash) or the path's length would make every receiver refuse the share. */
    | 'name'
    /** What Shoal keeps for itself, keys among it. */
    | 'private'
}

export interface Manifest {
  readonly root: CID
  /** 'file': the share is one file, `files` has exactly one entry with path ''. */
  readonly type: 'file' | 'directory'
  readonly files: readonly ManifestFile[]
  /** Every directory below the root, parents before children, '/'-separated; includes empty ones, excludes the root itself. */
  readonly directories: readonly string[]
  readonly skipped: readonly SkippedEntry[]
  readonly totalBytes: number
  readonly chunkCount: number
  /** sha2-256 digests of all chunks, 32 bytes each, in chunk order. */
  readonly digests: Uint8Array
  /** Length of chunk `index` in bytes (1..1 MiB). */
  chunkLength(index: number): number
  /** Byte offset of chunk `index` within its file. */
  chunkOffset(index: number): number
  /** Index into `files` of the file that chunk `index` belongs to. */
  fileOfChunk(index: number): number
}
