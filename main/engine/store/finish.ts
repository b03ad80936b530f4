/**
 * The end of a download: empty files and folders made, what is not wanted removed, names given, facts taken.
 *
 * The first finish turns the partial itself into the final file or folder by one rename; later ones (more files
 * selected) add single files to that folder. Nothing is overwritten (place.ts), and every step can be cut by a crash:
 * what was about to appear where is claimed before it appears [ST13, ST14].
 */
import fs from 'node:fs'
import path from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'
import type { Bitfield } from '../content/bitfield.ts'
import type { ClaimedEntry, FinishClaim, FinishedShare } from './chunk-files.ts'
import { StoreError } from './errors.ts'
import { type FileFacts, factsOf } from './facts.ts'
import { syncFolder } from './fs-calls.ts'
import type { PartialState } from './partial-files.ts'
import { entryOf, finalPathOf } from './partial-recovery.ts'
import { type PartialTree, parentOf } from './partial-tree.ts'
import { freeName, linkNew, place } from './place.ts'
import type { SmallWork } from './small-work.ts'

/** Longer than the tick of kernel timestamps: facts taken this long after the last change are not racy. */
const SETTLE_MS = 25
/** Above this many folders one syncfs is cheaper than a sync each. */
const MAX_SINGLE_SYNCS = 64

export interface FinisherTools {
  readonly work: SmallWork
  readonly nowMs: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly syncFilesystem: (path: string) => Promise<boolean>
}

type OnClaim = (claim: FinishClaim) => void | Promise<void>

export class Finisher {
  readonly #state: PartialState
  readonly #tree: PartialTree
  readonly #tools: FinisherTools

  constructor(state: PartialState, tools: FinisherTools) {
    this.#state = state
    this.#tree = state.tree
    this.#tools = tools
  }

  /** Completes and trims the partial. Returns the files that were begun and are removed as not wanted. */
  async prepare(
    fresh: readonly number[],
    wanted: ReadonlySet<number>,
    written: Bitfield,
    { onCreated, onRemoved }: { onCreated: (file: number) => void; onRemoved: (file: number) => void },
    signal?: AbortSignal,
  ): Promise<number[]> {
    const { manifest, localPaths, localDirectories } = this.#tree.layout
    const { work } = this.#tools
    const isEmpty = (file: number) => manifest.files[file]?.chunkCount === 0
    const empties = fresh.filter(isEmpty)
    const create = (file: number) => {
      fs.closeSync(this.#tree.openSync(file))
      onCreated(file)
    }
    await work.each(empties, create, signal)
    if (manifest.type === 'file') return []
    const all = wanted.size === manifest.files.length
    if (all) {
      await work.each(localDirectories, (folder) => this.#tree.ensureFolder(folder), signal)
      return []
    }
    const dropped: number[] = []
    const unwanted = [...manifest.files.keys()].filter(
      (file) => !wanted.has(file) && this.#state.finished?.files.has(file) !== true,
    )
    await work.each(
      unwanted,
      (file) => {
        onRemoved(file)
        this.#tree.remove(file)
        const { firstChunk, chunkCount } = manifest.files[file] ?? { firstChunk: 0, chunkCount: 0 }
        for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
          if (!written.has(chunk)) continue
          dropped.push(file)
          break
        }
      },
      signal,
    )
    const keep = new Set<string>()
    for (const file of fresh) {
      for (let folder = parentOf(localPaths[file] ?? ''); folder !== '' && !keep.has(folder); folder = parentOf(folder))
        keep.add(folder)
    }
    await this.#tree.removeEmptyFolders(work, keep)
    return dropped
  }

  /** Of `files`, those that are not on disk in full. What somebody appended is cut off. */
  async tooShort(files: readonly number[]): Promise<number[]> {
    const { manifest } = this.#tree.layout
    const short: number[] = []
    await this.#tools.work.each(files, (file) => {
      const wantedBytes = manifest.files[file]?.sizeBytes ?? 0
      const sizeBytes = this.#tree.sizeOf(file)
      if (sizeBytes === undefined || sizeBytes < wantedBytes) return short.push(file)
      if (sizeBytes > wantedBytes) this.#truncate(file, wantedBytes)
    })
    return short
  }

  async name(
    fresh: readonly number[],
    earlier: FinishedShare | undefined,
    onClaim: OnClaim,
  ): Promise<Omit<FinishedShare, 'dropped'>> {
    const paths =
      earlier === undefined ? await this.#nameWhole(fresh, onClaim) : await this.#addFiles(fresh, earlier, onClaim)
    const facts = new Map(earlier?.files)
    for (const [file, found] of await this.#factsOf(paths.files)) facts.set(file, found)
    return { path: paths.path, files: facts }
  }

  async #nameWhole(fresh: readonly number[], onClaim: OnClaim): Promise<{ path: string; files: Map<number, string> }> {
    const { destination, localName, claim } = this.#state
    const { manifest, partialPath } = this.#tree.layout
    const only = fresh.length === manifest.files.length ? {} : { files: fresh }
    const final = await place({
      from: partialPath,
      folder: destination,
      name: localName,
      type: manifest.type,
      ...(claim?.kind === 'whole' ? { claimed: claim.path } : {}),
      onName: (to) => onClaim({ kind: 'whole', path: to, entries: [entryOf(partialPath, to)], ...only }),
    })
    await syncFolder(destination)
    return { path: final, files: new Map(fresh.map((file) => [file, finalPathOf(this.#tree.layout, final, file)])) }
  }

  async #addFiles(
    fresh: readonly number[],
    earlier: FinishedShare,
    onClaim: OnClaim,
  ): Promise<{ path: string; files: Map<number, string> }> {
    const { layout } = this.#tree
    const final = earlier.path
    const target = new FinalFolder(final)
    const planned = new Map<number, string>()
    const plan = (file: number) => {
      const local = layout.localPaths[file] ?? ''
      planned.set(file, freeName(target.ensure(parentOf(local)), path.basename(local)))
    }
    const claim = (): FinishClaim => {
      const entries: ClaimedEntry[] = []
      for (const [file, to] of planned) {
        const from = fs.existsSync(this.#tree.pathOf(file)) ? this.#tree.pathOf(file) : to
        entries.push(entryOf(from, to, file))
      }
      return { kind: 'added', path: final, entries }
    }
    await this.#tools.work.each(fresh, plan)
    await onClaim(claim())
    for (const file of fresh) {
      for (let tries = 0; !linkNew(this.#tree.pathOf(file), planned.get(file) ?? ''); tries++) {
        if (tries > 100)
          throw new StoreError('name-taken', `The name of ${planned.get(file)} is always taken.`, {
            path: final,
            cause: 'contended',
          })
        plan(file)
        await onClaim(claim())
      }
    }
    if (fresh.length + earlier.files.size === layout.manifest.files.length) {
      await this.#tools.work.each(layout.localDirectories, (folder) => target.ensure(folder))
    }
    await this.#syncFolders(target.touched)
    await this.#tree.discard(this.#tools.work)
    return { path: final, files: planned }
  }

  async #syncFolders(folders: ReadonlySet<string>): Promise<void> {
    if (folders.size > MAX_SINGLE_SYNCS && (await this.#tools.syncFilesystem(this.#state.destination))) return
    for (const folder of folders) await syncFolder(folder)
  }

  async #factsOf(paths: ReadonlyMap<number, string>): Promise<Map<number, FileFacts>> {
    const take = async () => {
      const facts = new Map<number, FileFacts>()
      const checkedAtMs = this.#tools.nowMs()
      await this.#tools.work.each(paths, ([file, at]) => {
        facts.set(file, factsOf(at, fs.lstatSync(at, { bigint: true }), checkedAtMs))
      })
      return facts
    }
    await this.#tools.sleep(SETTLE_MS)
    const facts = await take()
    const wrong = [...facts].find(
      ([file, found]) => found.sizeBytes !== this.#tree.layout.manifest.files[file]?.sizeBytes,
    )
    if (wrong === undefined) return facts
    throw new StoreError('destination-io', `${wrong[1].path} was changed by something else while it was finished.`, {
      path: wrong[1].path,
      cause: 'changed',
    })
  }

  #truncate(file: number, sizeBytes: number): void {
    const fd = this.#tree.openSync(file)
    try {
      fs.ftruncateSync(fd, sizeBytes)
      fs.fsyncSync(fd)
    } finally {
      fs.closeSync(fd)
    }
  }
}

/** A folder that was finished before; the user may have been at it. */
class FinalFolder {
  readonly touched = new Set<string>()
  readonly #path: string

  constructor(folder: string) {
    this.#path = folder
  }

  /** Absolute path of a folder below, created when absent; a link or file in its place is left alone and refused. */
  ensure(relative: string): string {
    let at = this.#path
    this.#check(at)
    for (const part of relative === '' ? [] : relative.split('/')) {
      const parent = at
      at = path.join(at, part)
      try {
        fs.mkdirSync(at)
        this.touched.add(parent)
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error
      }
      this.#check(at)
    }
    this.touched.add(at)
    return at
  }

  #check(at: string): void {
    if (fs.lstatSync(at).isDirectory()) return
    throw new StoreError('name-taken', `${at} is not a folder any more. Move it away; the download then finishes.`, {
      path: at,
      cause: 'not-a-folder',
    })
  }
}
