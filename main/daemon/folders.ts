/**
 * Folders of this machine for a window that has no dialogs of the system: listed only below the allowed roots (the home
 * folder, the download folder, what `--allow-path` adds), after every symbolic link has been resolved, and never inside the
 * profile, which holds the identity. It reads names, sizes and times; no content. Rule [DA24].
 */
import type { Dirent, Stats } from 'node:fs'
import { constants } from 'node:fs'
import { access, mkdir, opendir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { ShoalError } from '../../shared/contract/errors.ts'
import { insideBy } from '../../shared/inside.ts'
import { type FolderEntry, type FolderListing, MAX_FOLDER_ENTRIES } from '../../shared/shell/shell-api.ts'
import { systemCode } from '../../shared/system-code.ts'
import { hostileName, isPortable } from '../engine/content/safe-name.ts'

const isInside = insideBy({ relative, isAbsolute, sep })

/** Files looked at at once. */
const STATS_AT_ONCE = 32

export interface FolderRules {
  /** Absolute. One that does not exist is left out. */
  roots(): Promise<readonly string[]>
  /** Absolute. */
  readonly forbidden: readonly string[]
}

/** All of them real paths: what is asked for is compared with them as a real path too. */
interface Bounds {
  readonly roots: readonly string[]
  readonly forbidden: readonly string[]
}

export class Folders {
  readonly #rules: FolderRules

  constructor(rules: FolderRules) {
    this.#rules = rules
  }

  async list(path: string | undefined, signal?: AbortSignal): Promise<FolderListing> {
    const bounds = await this.#bounds()
    const { roots } = bounds
    if (path === undefined) return rootListing(roots)
    const folder = await allowed(path, bounds)
    const { entries, truncated } = await entriesOf(folder, signal)
    const shown: FolderEntry[] = []
    for (let i = 0; i < entries.length; i += STATS_AT_ONCE) {
      signal?.throwIfAborted()
      const some = await Promise.all(entries.slice(i, i + STATS_AT_ONCE).map((entry) => entryOf(folder, entry, bounds)))
      shown.push(...some.filter((entry) => entry !== undefined))
    }
    const parent = dirname(folder)
    return {
      path: folder,
      ...(parent !== folder && roots.some((root) => isInside(root, parent)) ? { parent } : {}),
      separator: sep,
      entries: shown.sort(inOrder),
      truncated,
      writable: await canWrite(folder),
    }
  }

  /** The new folder's path. */
  async create(parent: string, name: string): Promise<string> {
    const folder = await allowed(parent, await this.#bounds())
    if (hostileName(name) !== undefined || !isPortable(name)) {
      throw new ShoalError('BAD_INPUT', 'A folder cannot have this name: choose letters, digits and spaces.')
    }
    const path = join(folder, name)
    try {
      await mkdir(path)
    } catch (error) {
      throw failure(error, path)
    }
    return path
  }

  async #bounds(): Promise<Bounds> {
    const [roots, forbidden] = await Promise.all([
      this.#rules.roots().then(realPaths),
      realPaths(this.#rules.forbidden),
    ])
    return { roots, forbidden }
  }
}

/** The real path of a folder that may be seen. Outside of the roots, what does not exist is not told from what does. */
async function allowed(path: string, bounds: Bounds): Promise<string> {
  if (!isAbsolute(path) || path.includes('\0')) throw new ShoalError('BAD_INPUT', 'The path of a folder is absolute.')
  const plain = resolve(path)
  const real = await realpath(plain).catch((error: unknown) => {
    if (bounds.roots.some((root) => isInside(root, plain))) throw failure(error, plain)
    return undefined
  })
  if (real === undefined || !mayBeSeen(real, bounds)) {
    throw new ShoalError('NOT_ALLOWED', 'This folder is not among those that may be shown here.', { path: plain })
  }
  return real
}

async function entryOf(folder: string, entry: Dirent, bounds: Bounds): Promise<FolderEntry | undefined> {
  const path = join(folder, entry.name)
  let facts: Stats
  try {
    // A link is shown as what it leads to, when that may be seen.
    const real = entry.isSymbolicLink() ? await realpath(path) : path
    if (!mayBeSeen(real, bounds)) return undefined
    facts = await stat(real)
  } catch {
    return undefined
  }
  if (!facts.isFile() && !facts.isDirectory()) return undefined
  const hidden = entry.name.startsWith('.')
  const modifiedAt = Math.trunc(facts.mtimeMs)
  return facts.isDirectory()
    ? { name: entry.name, kind: 'folder', modifiedAt, hidden }
    : { name: entry.name, kind: 'file', sizeBytes: facts.size, modifiedAt, hidden }
}

function mayBeSeen(real: string, { roots, forbidden }: Bounds): boolean {
  return roots.some((root) => isInside(root, real)) && !forbidden.some((folder) => isInside(folder, real))
}

/** Of those that exist. */
async function realPaths(paths: readonly string[]): Promise<string[]> {
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)))
  return [...new Set(real.filter((path) => path !== undefined))]
}

function rootListing(roots: readonly string[]): FolderListing {
  const entries = roots.map((name): FolderEntry => ({ name, kind: 'folder', hidden: false }))
  return { separator: sep, entries, truncated: false, writable: false }
}

async function entriesOf(folder: string, signal?: AbortSignal): Promise<{ entries: Dirent[]; truncated: boolean }> {
  const entries: Dirent[] = []
  try {
    for await (const entry of await opendir(folder)) {
      signal?.throwIfAborted()
      if (entries.length >= MAX_FOLDER_ENTRIES) return { entries, truncated: true }
      entries.push(entry)
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw failure(error, folder)
  }
  return { entries, truncated: false }
}

async function canWrite(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    () => false,
  )
}

function inOrder(a: FolderEntry, b: FolderEntry): number {
  if (a.kind !== b.kind) return a.kind === 'folder' ? -1 : 1
  return a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' }) || (a.name < b.name ? -1 : 1)
}

function failure(error: unknown, path: string): ShoalError {
  switch (systemCode(error)) {
    case 'ENOENT':
      return new ShoalError('PATH_MISSING', 'This folder is not there any more.', { path })
    case 'ENOTDIR':
      return new ShoalError('BAD_INPUT', 'This is a file, not a folder.', { path })
    case 'EACCES':
    case 'EPERM':
      return new ShoalError('PATH_UNREADABLE', 'The system does not let Shoal into this folder.', { path })
    case 'EROFS':
      return new ShoalError('PATH_READ_ONLY', 'Nothing can be written there.', { path })
    case 'EEXIST':
      return new ShoalError('ALREADY_EXISTS', 'Something of that name is there already.', { path })
    default:
      return new ShoalError('IO', 'This folder cannot be read.', { path })
  }
}
