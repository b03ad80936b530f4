/**
 * The two ways in which a share's chunks lie in files, behind one interface: `SharedFiles` (in place, read only) and
 * `PartialFiles` (being fetched). Callers hand in verified bytes only [ST4]; what is read is the user's file as it
 * was hashed, or an error.
 */
import type { Bitfield } from '../content/bitfield.ts'
import type { FileFacts } from './facts.ts'

export interface ChunkReader {
  /** Fills `into`, whose length must be manifest.chunkLength(index). Throws StoreError. */
  read(index: number, into: Uint8Array): Promise<void>
  close(): Promise<void>
}

export interface ChunkWriter extends ChunkReader {
  /** Bytes in the page cache when it resolves; durable only after flush. Throws StoreError; may be tried again. */
  write(index: number, bytes: Uint8Array): Promise<void>
  /** Resolves with exactly the chunks that survive a power loss. A copy: the caller may keep it. */
  flush(): Promise<Bitfield>
  /** Gives the files their names. `files`: indices that shall exist, all when absent. */
  finish(options: FinishOptions): Promise<FinishedShare>
}

export interface FinishOptions {
  readonly files?: readonly number[]
  /** Stores durably where the share is about to appear, before it does: a crash in between is then no loss. */
  readonly onClaim: (claim: FinishClaim) => void | Promise<void>
  readonly signal?: AbortSignal
}

/** Where a finish was about to put what, to recognise it after a crash. Plain JSON: inode numbers as decimal strings. */
export interface FinishClaim {
  /** The final file or folder. */
  readonly path: string
  /** 'whole': the partial itself becomes `path`. 'added': single files join a folder that was finished before. */
  readonly kind: 'whole' | 'added'
  /** Of 'whole': indices of the files that exist then, all when absent. They were whole and durable before the claim. */
  readonly files?: readonly number[]
  readonly entries: readonly ClaimedEntry[]
}

export interface ClaimedEntry {
  /** Index into manifest.files; absent for the share as a whole. */
  readonly file?: number
  readonly path: string
  readonly dev: string
  readonly ino: string
}

export interface FinishedShare {
  /** Absolute path of the final file or folder. */
  readonly path: string
  /** Facts per index into manifest.files, of every file that exists at the end, those of earlier finishes included. */
  readonly files: ReadonlyMap<number, FileFacts>
  /** Files that were started but are no longer wanted: removed, their bits must be cleared. */
  readonly dropped: readonly number[]
}
