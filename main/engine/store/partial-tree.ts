/**
 * The files and folders of one partial: opening, creating and removing them without ever following a link that
 * somebody put in [ST12].
 *
 * Node has no openat, so safety is made of: O_NOFOLLOW on the file, an lstat of each folder on the way (device and inode
 * as when it was created or first seen; at most once per turn of the event loop), and refusing files that have a second
 * name (a hard link planted to make us write into someone's file). What remains is a swap of a folder in the few
 * milliseconds between lstat and open, by a process that may already write to the destination.
 */
import fs from 'node:fs'
import path from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'
import type { Manifest } from '../content/manifest.ts'
import { StoreError } from './errors.ts'
import { CREATE_FLAGS, closeFile, openFile, statHandle, WRITE_FLAGS } from './fs-calls.ts'
import { assertContained } from './names.ts'
import type { SmallWork } from './small-work.ts'

export interface PartialLayout {
  readonly manifest: Manifest
  /** Safe '/'-separated paths, aligned with manifest.files; '' for a single file. */
  readonly localPaths: readonly string[]
  /** Aligned with manifest.directories. */
  readonly localDirectories: readonly string[]
  /** Absolute. The file itself, or the folder that holds them. */
  readonly partialPath: string
}

interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

const BIG = { bigint: true, throwIfNoEntry: false } as const

export class PartialTree {
  readonly layout: PartialLayout
  /** Folders seen, by relative path; at most one per directory of the manifest. '' is the partial itself. */
  readonly #folders = new Map<string, Identity>()
  /** Folders found to be what they were in this turn of the event loop. */
  readonly #checked = new Set<string>()
  /** Absolute paths of folders whose entries changed since they were taken for a flush. */
  #dirtyFolders = new Set<string>()

  constructor(layout: PartialLayout) {
    if (
      layout.localPaths.length !== layout.manifest.files.length ||
      layout.localDirectories.length !== layout.manifest.directories.length
    ) {
      throw new RangeError('Local paths are not aligned with the manifest')
    }
    if (layout.manifest.type === 'directory') layout.localPaths.forEach(assertContained)
    layout.localDirectories.forEach(assertContained)
    this.layout = layout
  }

  get #isFolder(): boolean {
    return this.layout.manifest.type === 'directory'
  }

  pathOf(file: number): string {
    return this.#isFolder ? path.join(this.layout.partialPath, this.#localPath(file)) : this.layout.partialPath
  }

  /** Makes sure of the partial folder itself. True when it was there. Only here is it ever created. */
  prepare(): boolean {
    if (!this.#isFolder) return fs.lstatSync(this.layout.partialPath, BIG) !== undefined
    const existed = !this.#mkdir(this.layout.partialPath)
    if (!existed) this.#dirtyFolders.add(path.dirname(this.layout.partialPath))
    this.#folders.set('', this.#identityOf(this.layout.partialPath))
    return existed
  }

  /** Throws when the partial is not the folder it was: removed, unmounted, replaced. */
  verifyRoot(): void {
    if (this.#isFolder) this.#verify('')
  }

  /** Creates a folder below the partial with all its parents; each is created once and then only looked at. */
  ensureFolder(relative: string): void {
    const parts = relative === '' ? [] : relative.split('/')
    this.#verify('')
    for (let depth = 1; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/')
      if (this.#folders.has(folder)) {
        this.#verify(folder)
        continue
      }
      const absolute = path.join(this.layout.partialPath, folder)
      if (this.#mkdir(absolute)) this.#dirtyFolders.add(path.dirname(absolute))
      this.#folders.set(folder, this.#identityOf(absolute))
    }
  }

  /** Descriptor of a file for reading and writing, created when absent. */
  openSync(file: number): number {
    const absolute = this.#prepareParents(file)
    try {
      const fd = fs.openSync(absolute, CREATE_FLAGS, 0o666)
      this.#dirtyFolders.add(path.dirname(absolute))
      return fd
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw this.#translate(error, absolute)
    }
    const fd = this.#attempt(absolute, () => fs.openSync(absolute, WRITE_FLAGS))
    try {
      this.#refuseForeign(absolute, fs.fstatSync(fd))
      return fd
    } catch (error) {
      fs.closeSync(fd)
      throw error
    }
  }

  async open(file: number): Promise<number> {
    const absolute = this.#prepareParents(file)
    try {
      const fd = await openFile(absolute, CREATE_FLAGS)
      this.#dirtyFolders.add(path.dirname(absolute))
      return fd
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw this.#translate(error, absolute)
    }
    const fd = await this.openExisting(file)
    try {
      const { nlink } = await statHandle(fd)
      this.#refuseForeign(absolute, { isFile: () => true, nlink: Number(nlink) })
      return fd
    } catch (error) {
      await closeFile(fd)
      throw error
    }
  }

  /** As open, but a missing file is an error: its chunks were written before. */
  async openExisting(file: number, moreFlags = 0): Promise<number> {
    const absolute = this.#prepareParents(file)
    const fd = await openFile(absolute, WRITE_FLAGS | moreFlags).catch((error: unknown) => {
      throw this.#translate(error, absolute)
    })
    const stat = await statHandle(fd)
    if (stat.isFile()) return fd
    await closeFile(fd)
    throw foreign(absolute)
  }

  /** Size of a file of the partial; undefined when it is missing or is not one of ours. */
  sizeOf(file: number): number | undefined {
    const stat = fs.lstatSync(this.pathOf(file), BIG)
    return stat?.isFile() === true && this.#parentsAreReal(file) ? Number(stat.size) : undefined
  }

  /** The folders to be made durable; a failed flush hands them back. */
  takeDirtyFolders(): Set<string> {
    const taken = this.#dirtyFolders
    this.#dirtyFolders = new Set()
    return taken
  }

  giveBackDirtyFolders(folders: Iterable<string>): void {
    for (const folder of folders) this.#dirtyFolders.add(folder)
  }

  /** Removes one file if it is there. */
  remove(file: number): void {
    if (!this.#parentsAreReal(file)) return
    const absolute = this.pathOf(file)
    try {
      fs.unlinkSync(absolute)
      this.#dirtyFolders.add(path.dirname(absolute))
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EISDIR' && systemCode(error) !== 'EPERM') throw error
    }
  }

  /** Removes the folders of the manifest that are empty, deepest first, except those in `keep`. */
  async removeEmptyFolders(work: SmallWork, keep: ReadonlySet<string> = new Set()): Promise<void> {
    await work.each([...this.layout.localDirectories].reverse(), (folder) => {
      if (!keep.has(folder) && this.#isReal(folder)) this.#rmdir(folder)
    })
  }

  /**
   * Deletes what this partial is made of and nothing else: files and folders of the manifest, unlinked by name, never
   * through a link. False when something that is not ours keeps the folder from going away.
   */
  async discard(work: SmallWork): Promise<boolean> {
    await work.each(this.layout.manifest.files.keys(), (file) => this.remove(file))
    if (this.#isFolder) {
      await this.removeEmptyFolders(work)
      if (this.#isReal('')) this.#rmdir('')
    }
    return fs.lstatSync(this.layout.partialPath, BIG) === undefined
  }

  #localPath(file: number): string {
    const local = this.layout.localPaths[file]
    if (local === undefined) throw new RangeError(`No file ${file} in this share`)
    return local
  }

  #prepareParents(file: number): string {
    const absolute = this.pathOf(file)
    if (this.#isFolder) this.#attempt(absolute, () => this.ensureFolder(parentOf(this.#localPath(file))))
    return absolute
  }

  #parentsAreReal(file: number): boolean {
    return !this.#isFolder || this.#isReal(parentOf(this.#localPath(file)))
  }

  /** Every folder from the partial down to `relative` is a folder and no link. */
  #isReal(relative: string): boolean {
    const parts = relative === '' ? [] : relative.split('/')
    for (let depth = 0; depth <= parts.length; depth++) {
      const folder = parts.slice(0, depth).join('/')
      if (this.#checked.has(folder)) continue
      if (fs.lstatSync(path.join(this.layout.partialPath, folder), BIG)?.isDirectory() !== true) return false
      this.#markChecked(folder)
    }
    return true
  }

  #verify(folder: string): void {
    if (this.#checked.has(folder)) return
    const absolute = path.join(this.layout.partialPath, folder)
    const known = this.#folders.get(folder)
    const now = this.#identityOf(absolute)
    if (known !== undefined && (known.dev !== now.dev || known.ino !== now.ino)) throw foreign(absolute)
    this.#markChecked(folder)
  }

  #markChecked(folder: string): void {
    if (this.#checked.size === 0) setImmediate(() => this.#checked.clear())
    this.#checked.add(folder)
  }

  #identityOf(absolute: string): Identity {
    const stat = fs.lstatSync(absolute, { bigint: true })
    if (!stat.isDirectory()) throw foreign(absolute)
    return { dev: stat.dev, ino: stat.ino }
  }

  /** True when it was created, false when something was there. */
  #mkdir(absolute: string): boolean {
    try {
      fs.mkdirSync(absolute)
      return true
    } catch (error) {
      if (systemCode(error) === 'EEXIST') return false
      throw error
    }
  }

  #rmdir(relative: string): void {
    this.#checked.delete(relative)
    this.#folders.delete(relative)
    const absolute = path.join(this.layout.partialPath, relative)
    try {
      fs.rmdirSync(absolute)
      this.#dirtyFolders.delete(absolute)
      this.#dirtyFolders.add(path.dirname(absolute))
    } catch (error) {
      const code = systemCode(error)
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error
    }
  }

  #attempt<T>(absolute: string, job: () => T): T {
    try {
      return job()
    } catch (error) {
      throw this.#translate(error, absolute)
    }
  }

  #translate(error: unknown, absolute: string): unknown {
    const code = systemCode(error)
    return code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO' ? foreign(absolute, error) : error
  }

  #refuseForeign(absolute: string, stat: { isFile(): boolean; nlink: number }): void {
    if (!stat.isFile() || stat.nlink > 1) throw foreign(absolute)
  }
}

function foreign(absolute: string, cause?: unknown): StoreError {
  const message = `Something else was put in the place of ${absolute}. Remove it; the download then goes on.`
  return new StoreError('destination-io', message, { path: absolute, cause: 'foreign' }, { cause })
}

/** Of a '/'-separated relative path; '' at the top. */
export function parentOf(relative: string): string {
  const slash = relative.lastIndexOf('/')
  return slash < 0 ? '' : relative.slice(0, slash)
}
