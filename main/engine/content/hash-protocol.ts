/**
 * What the import and its worker threads say to each other. Requests are answered in order; a listing comes in several
 * messages. Types only, so that the worker's bundle stays small.
 */
import type { FileFacts } from './file-facts.ts'

/** Part of a file to hash, in whole chunks. */
export interface Segment {
  readonly path: string
  /** The file must be exactly this before and after reading. */
  readonly facts: FileFacts
  readonly firstChunk: number
  /** At least 1: an empty file has one segment whose one digest is that of nothing. */
  readonly chunks: number
}

export type WorkerRequest =
  | { readonly id: number; readonly type: 'list'; readonly folders: readonly string[] }
  | { readonly id: number; readonly type: 'hash'; readonly segments: readonly Segment[] }
  | { readonly id: number; readonly type: 'stat'; readonly path: string }

export type EntryKind = 'file' | 'folder' | 'symlink' | 'special' | 'bad-name'

/** Some entries of one folder, in the order of their names' bytes. */
export interface Listing {
  /** Index into the request's folders. */
  readonly folder: number
  readonly names: readonly string[]
  readonly kinds: readonly EntryKind[]
  readonly facts: readonly (FileFacts | undefined)[]
}

export interface Failure {
  /** `changed`: no longer what the facts say. */
  readonly reason: 'changed' | 'missing' | 'unreadable' | 'io'
  readonly path: string
  /** The system's own words, for the log. */
  readonly detail: string
}

export interface Hashed {
  /** Of all segments in order, 32 bytes per chunk; zeros where a segment failed. */
  readonly digests: Uint8Array
  readonly failures: readonly { readonly segment: number; readonly failure: Failure }[]
}

export type WorkerReply =
  | { readonly id: number; readonly type: 'listing'; readonly listings: readonly Listing[] }
  | { readonly id: number; readonly type: 'listed' }
  | { readonly id: number; readonly type: 'hashed'; readonly hashed: Hashed }
  | { readonly id: number; readonly type: 'stat'; readonly facts: FileFacts | undefined }
  | { readonly id: number; readonly type: 'failed'; readonly failure: Failure }
