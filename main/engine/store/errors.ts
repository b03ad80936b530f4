/**
 * What can go wrong with a user's disk, as the codes of the contract's Trouble, each with a sentence that says what to
 * do. Errors of our own making (wrong index, wrong length) are plain RangeErrors: they are bugs, not conditions.
 *
 * Consequences: `disk-full` and `destination-*` pause the download and are tried again; `source-*` mark the share and
 * stop serving the named file; `name-taken` ends the finishing until the user makes room [ST17].
 */

import type { FileChange } from '../../../shared/contract/log-facts.ts'
import { systemCode } from '../../../shared/system-code.ts'

export type StoreErrorCode =
  | 'disk-full'
  | 'destination-missing'
  | 'destination-read-only'
  | 'destination-io'
  | 'name-taken'
  | 'source-changed'
  | 'source-missing'
  | 'source-unreadable'

export interface StoreErrorFacts {
  /** Path relative to the share for source errors; the absolute path for destination errors. */
  readonly path: string
  /** The system's code, such as ENOSPC. */
  readonly system?: string
  /** Which of the conditions with this code it is, where there are several: a word of TroubleFacts. */
  readonly cause?: string
  /** Of a disk without room. */
  readonly freeBytes?: number
  readonly neededBytes?: number
  /** Of a file that has another size than what was hashed. */
  readonly nowBytes?: number
  readonly wasBytes?: number
  /** Chunks that were written and can no longer be counted on: their bits must be cleared. */
  readonly lostChunks?: readonly number[]
}

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  readonly facts: StoreErrorFacts

  constructor(code: StoreErrorCode, message: string, facts: StoreErrorFacts, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.facts = facts
  }
}

/** What a failed write, flush, mkdir or rename below the destination means to the user. */
export function destinationError(cause: unknown, path: string, lostChunks?: readonly number[]): StoreError {
  if (cause instanceof StoreError && lostChunks === undefined) return cause
  const system = cause instanceof StoreError ? cause.facts.system : systemCode(cause)
  const facts: StoreErrorFacts = {
    ...(cause instanceof StoreError ? cause.facts : {}),
    path,
    ...(system === undefined ? {} : { system }),
    ...(lostChunks === undefined ? {} : { lostChunks }),
  }
  if (cause instanceof StoreError) return new StoreError(cause.code, cause.message, facts, { cause })
  switch (system) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new StoreError(
        'disk-full',
        `The disk that holds ${path} is full. Free some space; the download then goes on.`,
        facts,
        { cause },
      )
    case 'ENOENT':
    case 'ENOTDIR':
      return new StoreError(
        'destination-missing',
        `${path} is no longer there. Put the folder or drive back, or choose another destination.`,
        facts,
        { cause },
      )
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new StoreError(
        'destination-read-only',
        `Writing to ${path} is not permitted. Change its permissions, or choose another destination.`,
        facts,
        { cause },
      )
    default:
      return new StoreError(
        'destination-io',
        `Writing to ${path} failed (${system ?? String(cause)}). Check the drive, or choose another destination.`,
        facts,
        { cause },
      )
  }
}

/** How a file differs from what was hashed: the word of TroubleFacts, and for the user. */
export interface SourceChange {
  readonly cause: FileChange
  readonly text: string
  readonly nowBytes?: number
  readonly wasBytes?: number
}

export const CONTENT_DIFFERS: SourceChange = { cause: 'content', text: 'its content differs' }
export const TOO_SHORT: SourceChange = { cause: 'too-short', text: 'it ends too early' }

export function sourceChanged(path: string, { text, ...facts }: SourceChange, cause?: unknown): StoreError {
  const message = `${shown(path)} is no longer what was shared: ${text}. Restore it, or share it again.`
  return new StoreError('source-changed', message, { path, ...facts }, { cause })
}

export function sourceMissing(path: string, cause?: unknown): StoreError {
  return new StoreError(
    'source-missing',
    `${shown(path)} is gone. Put it back, or share it again.`,
    { path },
    { cause },
  )
}

/** What a failed open or read of a file that is shared in place means. */
export function sourceError(cause: unknown, path: string): StoreError {
  if (cause instanceof StoreError) return cause
  const system = systemCode(cause)
  switch (system) {
    case 'ENOENT':
    case 'ENOTDIR':
      return sourceMissing(path, cause)
    case 'ELOOP':
    case 'EMLINK': // FreeBSD's ELOOP
      return sourceChanged(path, { cause: 'symlink', text: 'a symbolic link stands in its place' }, cause)
    default: {
      const message = `${shown(path)} cannot be read (${system ?? String(cause)}). Check its permissions and the drive.`
      return new StoreError(
        'source-unreadable',
        message,
        { path, ...(system === undefined ? {} : { system }) },
        { cause },
      )
    }
  }
}

/** A share of a single file has the empty path. */
const shown = (path: string) => (path === '' ? 'The file' : path)
