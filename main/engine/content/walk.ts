/**
 * Walks a folder before anything is hashed: what is to be shared, what is left out and why, how much it is. Folders are
 * listed in worker threads, many at a time; the result does not depend on who answers first. It follows no links.
 * SPEC: [CO3], [CO4], [CO8].
 */
import ignore from 'ignore'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { DagLink } from './dag-node.ts'
import { chunkCountOf } from './file-dag.ts'
import type { FileFacts } from './file-facts.ts'
import type { Listing } from './hash-protocol.ts'
import { MANIFEST_LIMITS } from './limits.ts'
import type { SkippedEntry } from './manifest.ts'
import { hostileName } from './safe-name.ts'
import { Turns } from './turns.ts'

export interface FoundFile {
  readonly kind: 'file'
  readonly name: string
  /** Relative to the share's root, '/'-separated; '' when the share is this file. */
  readonly path: string
  facts: FileFacts
  /** Once hashed. */
  link?: DagLink
}

export interface FoundFolder {
  readonly kind: 'folder'
  readonly name: string
  readonly path: string
  /** By the bytes of their names. */
  readonly entries: (FoundFile | FoundFolder)[]
}

export interface Found {
  readonly root: FoundFolder
  readonly files: FoundFile[]
  readonly skipped: SkippedEntry[]
  /** All that were left out; `skipped` names at most `SKIPPED_LIMIT` of them. */
  skippedCount: number
  totalBytes: number
}

export interface WalkOptions {
  /** Where the folder of this machine lies that has this path in the share. */
  readonly locate: (path: string) => string
  /** What is in the root, when that is a folder on no disk. */
  readonly children?: Listing
  readonly ignore: readonly string[]
  /** Folders of this machine that are never shared, whatever holds them. */
  readonly isPrivate: ((folder: string) => boolean) | undefined
  readonly list: (folders: readonly string[], onListings: (listings: readonly Listing[]) => void) => Promise<void>
  readonly onFound: (files: number, totalBytes: number) => void
  readonly signal: AbortSignal | undefined
}

/** Entries that are left out and named; more are only counted. */
const SKIPPED_LIMIT = 10_000
/** Folders in one request to a worker. */
const FOLDERS_PER_REQUEST = 64
/** Downloads of ours that are not finished: never part of a share. */
const OWN_PARTIALS = '.*.shoal-part'

export async function walk(options: WalkOptions): Promise<Found> {
  const root: FoundFolder = { kind: 'folder', name: '', path: '', entries: [] }
  const walker = new Walker(root, options)
  await walker.run()
  return walker.found
}

class Walker {
  readonly found: Found
  readonly #options: WalkOptions
  readonly #ignored: (path: string) => boolean
  readonly #turns = new Turns()
  #waiting: FoundFolder[]
  #entries = 0
  #pathChars = 0
  #chunks = 0

  constructor(root: FoundFolder, options: WalkOptions) {
    this.#options = options
    this.#ignored = ignoreRules(options.ignore)
    this.found = { root, files: [], skipped: [], skippedCount: 0, totalBytes: 0 }
    this.#waiting = [root]
  }

  async run(): Promise<void> {
    const { children } = this.#options
    if (children !== undefined) {
      this.#waiting = []
      this.#add(children, this.found.root)
      this.#options.onFound(this.found.files.length, this.found.totalBytes)
    }
    while (this.#waiting.length > 0) {
      const folders = this.#waiting.slice(0, FOLDERS_PER_REQUEST)
      this.#waiting = this.#waiting.slice(FOLDERS_PER_REQUEST)
      const paths = folders.map((folder) => this.#options.locate(folder.path))
      const listings: Listing[] = []
      await this.#options.list(paths, (more) => listings.push(...more))
      for (const listing of listings) {
        this.#add(listing, folders[listing.folder])
        this.#options.onFound(this.found.files.length, this.found.totalBytes)
        if (this.#turns.due()) await this.#turns.next(this.#options.signal)
      }
    }
  }

  #add(listing: Listing, folder: FoundFolder | undefined): void {
    if (folder === undefined) return
    for (const [index, name] of listing.names.entries()) {
      const path = folder.path === '' ? name : `${folder.path}/${name}`
      const kind = listing.kinds[index]
      const facts = listing.facts[index]
      if (kind === 'bad-name' || hostileName(name) !== undefined || isTooLong(path)) this.#skip(path, 'name')
      else if (this.#ignored(kind === 'folder' ? `${path}/` : path)) this.#skip(path, 'ignored')
      else if (kind === 'symlink') this.#skip(path, 'symlink')
      else if (kind === 'folder' && this.#options.isPrivate?.(this.#options.locate(path)) === true)
        this.#skip(path, 'private')
      else if (kind === 'folder') this.#addFolder(folder, { kind: 'folder', name, path, entries: [] })
      else if (kind === 'file' && facts !== undefined) this.#addFile(folder, { kind: 'file', name, path, facts })
      else this.#skip(path, 'special')
    }
  }

  #addFolder(parent: FoundFolder, folder: FoundFolder): void {
    this.#countEntry(folder.path)
    parent.entries.push(folder)
    this.#waiting.push(folder)
  }

  #addFile(parent: FoundFolder, file: FoundFile): void {
    this.#countEntry(file.path)
    parent.entries.push(file)
    this.found.files.push(file)
    this.found.totalBytes += file.facts.sizeBytes
    this.#chunks += chunkCountOf(file.facts.sizeBytes)
    if (this.#chunks > MANIFEST_LIMITS.chunks) throw tooLarge('bytes', 'Share its parts one by one.')
  }

  #countEntry(path: string): void {
    this.#entries += 1
    this.#pathChars += path.length + 1
    if (this.#entries > MANIFEST_LIMITS.entries) throw tooLarge('entries', 'Share its parts one by one, or pack it.')
    if (this.#pathChars > MANIFEST_LIMITS.totalPathChars)
      throw tooLarge('paths', 'Share its parts one by one, or pack it.')
    if (path.split('/').length > MANIFEST_LIMITS.depth) {
      throw new ShoalError(
        'CONTENT_INVALID',
        `“${path}” is nested deeper than ${MANIFEST_LIMITS.depth} folders, the most that a share can have. Share a folder further down, or leave it out.`,
        { path },
      )
    }
  }

  #skip(path: string, reason: SkippedEntry['reason']): void {
    this.found.skippedCount += 1
    if (this.found.skipped.length < SKIPPED_LIMIT) this.found.skipped.push({ path, reason })
  }
}

function ignoreRules(patterns: readonly string[]): (path: string) => boolean {
  const rules = ignore({ allowRelativePaths: true }).add([OWN_PARTIALS, ...patterns])
  return (path) => rules.ignores(path)
}

function isTooLong(path: string): boolean {
  return Buffer.byteLength(path) > MANIFEST_LIMITS.pathBytes
}

export function tooLarge(what: 'bytes' | 'entries' | 'paths', advice: string): ShoalError {
  const limit = {
    bytes: `${MANIFEST_LIMITS.chunks} chunks of 1 MiB`,
    entries: `${MANIFEST_LIMITS.entries} files and folders`,
    paths: `paths of ${MANIFEST_LIMITS.totalPathChars} characters together`,
  }[what]
  return new ShoalError('CONTENT_INVALID', `This is more than one share can hold (${limit}). ${advice}`, {
    limit: what,
  })
}
