/**
 * Import of a file, a folder, or several of them in place: walk, hash, build the DAG; the files are read once and never
 * copied or changed. The root CID is the one that any UnixFS tool with profile unixfs-v1-2025 computes for the same bytes
 * and names; several paths have that of a folder with these children. Reading and hashing run in worker threads; this side
 * only schedules, builds nodes and reports. It keeps no record: nodes go to `onNode`, what has to be remembered of the
 * files is in the result. SPEC: [CO1]-[CO9].
 */
import { availableParallelism } from 'node:os'
import type { CID } from 'multiformats/cid'
import { buildTree } from './build-tree.ts'
import { cidOfLink, type DagNode } from './dag-node.ts'
import { chunkCountOf, fileNodes } from './file-dag.ts'
import type { FileFacts } from './file-facts.ts'
import { hashFiles } from './hash-files.ts'
import { defaultWorkerUrl, HashPool, WorkerFailure } from './hash-pool.ts'
import type { Listing } from './hash-protocol.ts'
import { importError } from './import-error.ts'
import { type ImportProgress, ProgressMeter } from './import-progress.ts'
import { type ImportSource, locatorOf, type Named, oneSource, refusePrivate, severalSource } from './import-source.ts'
import { type KnownFile, trustKnown } from './known-file.ts'
import { MANIFEST_LIMITS } from './limits.ts'
import type { SkippedEntry } from './manifest.ts'
import { Turns } from './turns.ts'
import { type Found, type FoundFile, tooLarge, walk } from './walk.ts'

export interface ImportOptions {
  /** gitignore-style patterns, relative to the share's folder, of what to leave out. */
  readonly ignore?: readonly string[]
  readonly signal?: AbortSignal
  /** At most ten times a second, and at the beginning and end of each phase. */
  readonly onProgress?: (progress: ImportProgress) => void
  /**
   * Every DAG node, children before parents, one call at a time; a node that occurs twice may come twice. A share that
   * is one file of at most one chunk has no DAG node: see `rawRootManifest`.
   */
  readonly onNode?: (cid: CID, bytes: Uint8Array) => void | Promise<void>
  /** What is on record of a file with exactly these facts, if anything: such a file is not hashed again. */
  readonly known?: (path: string, facts: FileFacts, absolutePath: string) => KnownFile | undefined
  /** Real paths of this machine that are never shared: refused when they are named, left out where they are met. */
  readonly isPrivate?: (path: string) => boolean
  /** Threads that hash; as many as there are cores, at most 4, when absent. */
  readonly workers?: number
  /** The worker's entry, when it is not beside this module. */
  readonly workerUrl?: URL
}

export interface ImportedFile extends FileFacts {
  /** As in the manifest: relative, '/'-separated, '' when the share is this file. */
  readonly path: string
  readonly cid: string
}

export interface ImportResult {
  readonly root: CID
  readonly type: 'file' | 'directory'
  /** Name of the file or folder as the user named it; a claim for links, made safe by `shareName`. */
  readonly name: string
  /**
   * Where it really is: absolute, with links in the given path resolved; of several paths each of them, in the order of
   * their names. `isTogether`: they are the children of a folder that is on no disk, be there one or many.
   */
  readonly paths: readonly string[]
  readonly isTogether: boolean
  /** Where the file of this machine lies that has this path in the share. */
  readonly locate: (path: string) => string
  /** In the manifest's order: `files[i]` here is `manifest.files[i]` there. */
  readonly files: readonly ImportedFile[]
  readonly totalBytes: number
  /** What was left out, the first 10,000 of it. */
  readonly skipped: readonly SkippedEntry[]
  readonly skippedCount: number
}

/** Beyond four threads the disk or memory is what hashing waits for. */
const MOST_WORKERS = 4
/** Below this much work one thread is done before another has started. */
const SECOND_WORKER_BYTES = 32 * 1_048_576
const SECOND_WORKER_FILES = 500

export function importPath(path: string, options: ImportOptions = {}): Promise<ImportResult> {
  return importFrom(() => oneSource(path), options)
}

/** A folder called `name`, which is on no disk, with these files and folders in it. */
export function importPaths(
  { name, paths }: { readonly name: string; readonly paths: readonly string[] },
  options: ImportOptions = {},
): Promise<ImportResult> {
  return importFrom(() => severalSource(name, paths, options.signal), options)
}

async function importFrom(find: () => Promise<ImportSource>, options: ImportOptions): Promise<ImportResult> {
  options.signal?.throwIfAborted()
  const pool = new HashPool(options.workerUrl ?? defaultWorkerUrl())
  const stop = (): void => pool.stop(options.signal?.reason)
  options.signal?.addEventListener('abort', stop, { once: true })
  try {
    return await new Import(options, pool).run(await find())
  } catch (error) {
    options.signal?.throwIfAborted()
    throw error instanceof WorkerFailure ? importError(error.failure) : error
  } finally {
    options.signal?.removeEventListener('abort', stop)
    pool.stop()
  }
}

class Import {
  readonly #options: ImportOptions
  readonly #pool: HashPool
  readonly #meter: ProgressMeter
  readonly #turns = new Turns()
  /** The end of the line of nodes waiting for `onNode`. */
  #lastNode: Promise<void> = Promise.resolve()

  constructor(options: ImportOptions, pool: HashPool) {
    this.#options = options
    this.#pool = pool
    this.#meter = new ProgressMeter(options.onProgress)
  }

  async run(source: ImportSource): Promise<ImportResult> {
    const onlyFile = source.kind === 'one' ? source.facts : undefined
    const locate = locatorOf(source)
    refusePrivate(source, this.#options.isPrivate)
    const found = onlyFile === undefined ? await this.#walk(source, locate) : singleFile(onlyFile)
    this.#meter.startHashing(found.files.length, found.totalBytes)
    await this.#hash(locate, found)
    const tree = onlyFile === undefined ? await buildTree(found.root, (node) => this.#emit(node)) : undefined
    const files = tree?.files ?? found.files
    const link = tree?.link ?? found.files[0]?.link
    if (link === undefined) throw new Error('an import without a root')
    const result: ImportResult = {
      root: cidOfLink(link),
      type: onlyFile === undefined ? 'directory' : 'file',
      name: source.name,
      paths: source.kind === 'one' ? [source.path] : source.children.map(({ path }) => path),
      isTogether: source.kind === 'several',
      locate,
      files: await this.#describe(files),
      totalBytes: files.reduce((sum, file) => sum + file.facts.sizeBytes, 0),
      skipped: found.skipped,
      skippedCount: found.skippedCount,
    }
    this.#options.signal?.throwIfAborted()
    this.#meter.finish()
    return result
  }

  /** A hundred thousand CIDs take a while to spell. */
  async #describe(files: readonly FoundFile[]): Promise<ImportedFile[]> {
    const described: ImportedFile[] = []
    for (const { path, facts, link } of files) {
      described.push({ path, ...facts, cid: link === undefined ? '' : spell(cidOfLink(link)) })
      await this.#breathe()
    }
    return described
  }

  #walk(source: ImportSource, locate: (path: string) => string): Promise<Found> {
    return walk({
      locate,
      ...(source.kind === 'one' ? {} : { children: listingOf(source.children) }),
      ignore: this.#options.ignore ?? [],
      isPrivate: this.#options.isPrivate,
      list: (folders, onListings) => this.#pool.list(folders, onListings),
      onFound: (files, totalBytes) => this.#meter.found(files, totalBytes),
      signal: this.#options.signal,
    })
  }

  async #hash(locate: (path: string) => string, found: Found): Promise<void> {
    const unknown: FoundFile[] = []
    for (const file of found.files) {
      if (!(await this.#takeKnown(file, locate(file.path)))) unknown.push(file)
    }
    const bytes = unknown.reduce((sum, file) => sum + file.facts.sizeBytes, 0)
    const parallel = bytes > SECOND_WORKER_BYTES || unknown.length > SECOND_WORKER_FILES
    const workers = parallel ? (this.#options.workers ?? Math.min(MOST_WORKERS, availableParallelism())) : 1
    this.#pool.allow(workers)
    await hashFiles({
      files: unknown,
      locate: (file) => locate(file.path),
      hash: (segments) => this.#pool.hash(segments),
      stat: (path) => this.#pool.stat(path),
      // One request being answered and one waiting, so that no thread waits for this one.
      concurrency: workers * 2,
      onBytes: (delta) => this.#meter.hashed(delta),
      onResized: (delta) => this.#meter.resized(delta),
      onFile: (file, digests) => this.#finishFile(file, digests),
    })
  }

  async #takeKnown(file: FoundFile, absolutePath: string): Promise<boolean> {
    const record = this.#options.known?.(file.path, file.facts, absolutePath)
    const known = record === undefined ? undefined : trustKnown(record, file.facts.sizeBytes)
    if (known === undefined) return false
    for (const node of known.nodes) await this.#emit(node)
    file.link = known.link
    this.#meter.hashed(file.facts.sizeBytes)
    await this.#breathe()
    return true
  }

  async #finishFile(file: FoundFile, digests: Uint8Array): Promise<void> {
    const nodes = fileNodes(digests, file.facts.sizeBytes)
    for (;;) {
      const step = nodes.next()
      if (step.done) {
        file.link = step.value
        return
      }
      await this.#emit(step.value)
    }
  }

  /** Passes a node on, after the one before has been taken; `undefined` is only a pause. */
  async #emit(node: DagNode | undefined): Promise<void> {
    const { onNode } = this.#options
    if (node !== undefined && onNode !== undefined) {
      this.#lastNode = this.#lastNode.then(() => onNode(node.cid, node.bytes))
      await this.#lastNode
    }
    await this.#breathe()
  }

  async #breathe(): Promise<void> {
    if (this.#turns.due()) await this.#turns.next(this.#options.signal)
  }
}

/** A CID's string is built letter by letter and would keep all those pieces (2 KB); its copy is 59 bytes. */
function spell(cid: CID): string {
  return Buffer.from(cid.toString(), 'latin1').toString('latin1')
}

/** As if the folder that they are to be in had been listed. */
function listingOf(children: readonly Named[]): Listing {
  return {
    folder: 0,
    names: children.map(({ name }) => name),
    kinds: children.map(({ facts }) => (facts === undefined ? 'folder' : 'file')),
    facts: children.map(({ facts }) => facts),
  }
}

function singleFile(facts: FileFacts): Found {
  if (chunkCountOf(facts.sizeBytes) > MANIFEST_LIMITS.chunks) throw tooLarge('bytes', 'Cut it into parts.')
  const file: FoundFile = { kind: 'file', name: '', path: '', facts }
  const root = { kind: 'folder', name: '', path: '', entries: [] } as const
  return { root: { ...root, entries: [] }, files: [file], skipped: [], skippedCount: 0, totalBytes: facts.sizeBytes }
}
