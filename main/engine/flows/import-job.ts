/**
 * Sharing a path, or several as one: walk, hash, record. The job's progress is told; its result is a row of the store.
 * Hashing may take hours and touches no share; recording is one transaction, and comes when whoever had this root before
 * has ended. SPEC: [FL3], [FL23].
 */
import { randomUUID } from 'node:crypto'
import type { CID } from 'multiformats/cid'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_PATHS_TOLD } from '../../../shared/contract/limits.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { type ImportOptions, type ImportResult, importPath, importPaths } from '../content/import-path.ts'
import { shareName } from '../content/safe-name.ts'
import type { FileFacts } from '../store/facts.ts'
import { Nodes } from '../store/nodes.ts'
import type { ShareRow } from '../store/shares.ts'
import type { EngineContext } from './context.ts'
import { privatePaths } from './profile-paths.ts'
import { troubleOf } from './trouble.ts'

/** Nodes stored in one transaction. */
const BATCH_NODES = 256
/** Skipped entries shown in a job; the count says how many there are. */
const MAX_SKIPPED_SHOWN = 1_000

/** What is to be imported. */
export type Wanted =
  | { readonly kind: 'one'; readonly path: string }
  | { readonly kind: 'together'; readonly paths: readonly string[]; readonly name: string }

export class ImportRun {
  job: ImportJob
  private readonly abort = new AbortController()
  private readonly context: EngineContext
  /** Until it is read: ten thousand paths are not kept for as long as the job is. */
  private wanted: Wanted | undefined
  private readonly ignore: readonly string[]
  private startedAt = 0

  constructor(context: EngineContext, wanted: Wanted, ignore: readonly string[]) {
    this.context = context
    this.wanted = wanted
    this.ignore = ignore
    this.job = {
      job: randomUUID(),
      path: wanted.kind === 'one' ? wanted.path : (wanted.paths[0] ?? ''),
      ...(wanted.kind === 'one' ? {} : { together: { name: wanted.name, paths: wanted.paths.length } }),
      state: 'walking',
      files: 0,
      totalBytes: 0,
      doneBytes: 0,
      skipped: [],
    }
  }

  get isOver(): boolean {
    return this.job.state !== 'walking' && this.job.state !== 'hashing'
  }

  /** Takes effect until it is recorded; afterwards there is a share, which can be removed. */
  cancel(): void {
    this.abort.abort()
  }

  throwIfCancelled(): void {
    this.abort.signal.throwIfAborted()
  }

  /** Reads everything. Rejects when it fails or is cancelled. */
  async read(): Promise<ImportResult> {
    const { store } = this.context
    this.startedAt = Date.now()
    const waiting: { cid: CID; bytes: Uint8Array }[] = []
    const keep = () => store.nodes.putMany(this.owner, waiting.splice(0))
    const options: ImportOptions = {
      ignore: this.ignore,
      isPrivate: privatePaths(this.context.options.profileDir),
      signal: this.abort.signal,
      onProgress: ({ phase, files, totalBytes, doneBytes }) => this.set({ state: phase, files, totalBytes, doneBytes }),
      onNode: (cid, bytes) => {
        waiting.push({ cid, bytes })
        if (waiting.length >= BATCH_NODES) keep()
      },
      known: (_file, facts, absolutePath) =>
        store.files.known(absolutePath, { ...facts, size: BigInt(facts.sizeBytes), isFile: () => true }),
    }
    const { wanted } = this
    if (wanted === undefined) throw new Error('an import is read once')
    this.wanted = undefined
    const result = await (wanted.kind === 'one' ? importPath(wanted.path, options) : importPaths(wanted, options))
    keep()
    return result
  }

  /** Makes it a share, all or nothing. Of a share that was here before, its history and limits stay; what a download had to remember does not. */
  record(result: ImportResult): ShareRow {
    this.abort.signal.throwIfAborted()
    const { store } = this.context
    const key = result.root.toString()
    const existing = store.shares.get(key)
    const row: ShareRow = {
      // Whoever shares a path means it to be served, paused before or not.
      paused: false,
      sequential: false,
      priority: existing?.priority ?? 'normal',
      linkPeers: existing?.linkPeers ?? [],
      addedAt: existing?.addedAt ?? this.startedAt,
      receivedBytes: existing?.receivedBytes ?? 0,
      sentBytes: existing?.sentBytes ?? 0,
      corruptBytes: existing?.corruptBytes ?? 0,
      ...(existing?.limitDown === undefined ? {} : { limitDown: existing.limitDown }),
      ...(existing?.limitUp === undefined ? {} : { limitUp: existing.limitUp }),
      root: key,
      name: shareName(result.name, result.root),
      origin: 'in-place',
      complete: true,
      ...placeOf(result),
      ignore: [...this.ignore],
    }
    store.database.durable(() => {
      store.shares.put(row)
      store.shares.paths.put(key, result.isTogether ? result.paths : [])
      store.nodes.adopt(this.owner, key)
      store.files.clear(key)
      store.files.putMany(key, factsOf(result, this.startedAt))
    })
    return row
  }

  done(result: ImportResult): void {
    const skipped = result.skipped.slice(0, MAX_SKIPPED_SHOWN)
    this.set({
      state: 'done',
      root: result.root.toString(),
      files: result.files.length,
      totalBytes: result.totalBytes,
      doneBytes: result.totalBytes,
      skipped: skipped.map(({ path: left, reason }) => ({ path: left, reason })),
    })
  }

  /** It was cancelled, or could not be done. */
  failed(error: unknown): void {
    try {
      this.context.store.nodes.release(this.owner)
    } catch (failure) {
      // They are swept at the next start.
      this.context.logger.warn({ job: this.job.job, reason: String(failure) }, 'nodes of an import were left behind')
    }
    if (this.abort.signal.aborted) {
      this.set({ state: 'cancelled' })
      return
    }
    const reason = error instanceof Error ? error.name : 'unknown'
    this.context.logger.warn({ job: this.job.job, reason }, 'an import failed')
    this.set({ state: 'failed', error: describe(error) })
  }

  private get owner(): string {
    return Nodes.jobOwner(this.job.job)
  }

  private set(change: Partial<ImportJob>): void {
    this.job = { ...this.job, ...change }
    this.context.publish({ type: 'job', value: this.job })
  }
}

function placeOf({ isTogether, paths }: ImportResult): Pick<ShareRow, 'path' | 'paths'> {
  if (isTogether) return { paths: { count: paths.length, first: paths.slice(0, MAX_PATHS_TOLD) } }
  const [path] = paths
  return path === undefined ? {} : { path }
}

function* factsOf(result: ImportResult, checkedAtMs: number): Generator<readonly [number, FileFacts]> {
  for (const [index, file] of result.files.entries()) {
    yield [
      index,
      {
        path: result.locate(file.path),
        sizeBytes: file.sizeBytes,
        mtimeNs: file.mtimeNs,
        ctimeNs: file.ctimeNs,
        ino: file.ino,
        dev: file.dev,
        checkedAtMs,
        cid: file.cid,
      },
    ]
  }
}

function describe(error: unknown): { code: string; message: string } {
  if (error instanceof ShoalError) return { code: error.code, message: error.message }
  const trouble = troubleOf(error, 0)
  if (trouble !== undefined) return { code: trouble.code, message: trouble.message }
  if (error instanceof Error) return { code: 'code' in error ? String(error.code) : 'INTERNAL', message: error.message }
  return { code: 'INTERNAL', message: String(error) }
}
