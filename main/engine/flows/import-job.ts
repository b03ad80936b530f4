/** Sharing a path: walk, hash, record, serve. The job's progress is told; its result is a share. */
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { CID } from 'multiformats/cid'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import { type ImportResult, importPath } from '../content/import-path.ts'
import { shareName } from '../content/safe-name.ts'
import type { FileFacts } from '../store/facts.ts'
import { Nodes } from '../store/nodes.ts'
import type { ShareRow } from '../store/shares.ts'
import type { EngineContext } from './context.ts'
import { troubleOf } from './trouble.ts'

/** Nodes stored in one transaction. */
const BATCH_NODES = 256
/** Skipped entries shown in a job; the count says how many there are. */
const MAX_SKIPPED_SHOWN = 1_000

export interface Imported {
  readonly root: CID
  readonly row: ShareRow
}

export class ImportRun {
  job: ImportJob
  readonly abort = new AbortController()
  private readonly context: EngineContext
  private readonly ignore: readonly string[]

  constructor(context: EngineContext, inputPath: string, ignore: readonly string[]) {
    this.context = context
    this.ignore = ignore
    this.job = {
      job: randomUUID(),
      path: inputPath,
      state: 'walking',
      files: 0,
      totalBytes: 0,
      doneBytes: 0,
      skipped: [],
    }
  }

  /** @returns what was imported, or undefined when it failed or was cancelled; the job says why. */
  async run(): Promise<Imported | undefined> {
    const { store, logger } = this.context
    const owner = Nodes.jobOwner(this.job.job)
    const startedAt = Date.now()
    const waiting: { cid: CID; bytes: Uint8Array }[] = []
    const keep = () => store.nodes.putMany(owner, waiting.splice(0))
    try {
      const result = await importPath(this.job.path, {
        ignore: this.ignore,
        signal: this.abort.signal,
        onProgress: ({ phase, files, totalBytes, doneBytes }) =>
          this.set({ state: phase, files, totalBytes, doneBytes }),
        onNode: (cid, bytes) => {
          waiting.push({ cid, bytes })
          if (waiting.length >= BATCH_NODES) keep()
        },
        known: (_file, facts, absolutePath) =>
          store.files.known(absolutePath, { ...facts, size: BigInt(facts.sizeBytes), isFile: () => true }),
      })
      keep()
      return this.record(result, owner, startedAt)
    } catch (error) {
      store.nodes.release(owner)
      if (this.abort.signal.aborted) this.set({ state: 'cancelled' })
      else {
        logger.warn({ job: this.job.job, reason: error instanceof Error ? error.name : 'unknown' }, 'an import failed')
        this.set({ state: 'failed', error: describe(error) })
      }
      return undefined
    }
  }

  finished(root: string): void {
    this.set({ state: 'done', root, doneBytes: this.job.totalBytes })
  }

  private record(result: ImportResult, owner: string, startedAt: number): Imported {
    const { store } = this.context
    const key = result.root.toString()
    const existing = store.shares.get(key)
    // Of a share that was here before, its history and limits stay; what a download had to remember does not, and
    // whoever shares a path means it to be served, paused or not.
    const row: ShareRow = {
      paused: false,
      sequential: false,
      linkPeers: existing?.linkPeers ?? [],
      addedAt: existing?.addedAt ?? startedAt,
      receivedBytes: existing?.receivedBytes ?? 0,
      sentBytes: existing?.sentBytes ?? 0,
      corruptBytes: existing?.corruptBytes ?? 0,
      ...(existing?.limitDown === undefined ? {} : { limitDown: existing.limitDown }),
      ...(existing?.limitUp === undefined ? {} : { limitUp: existing.limitUp }),
      root: key,
      name: shareName(result.name, result.root),
      origin: 'in-place',
      complete: true,
      path: result.path,
      ignore: [...this.ignore],
    }
    store.shares.put(row)
    store.nodes.adopt(owner, key)
    store.files.clear(key)
    store.files.putMany(key, factsOf(result, startedAt))
    this.set({
      totalBytes: result.totalBytes,
      files: result.files.length,
      skipped: result.skipped
        .slice(0, MAX_SKIPPED_SHOWN)
        .map(({ path: skipped, reason }) => ({ path: skipped, reason })),
    })
    return { root: result.root, row }
  }

  private set(change: Partial<ImportJob>): void {
    this.job = { ...this.job, ...change }
    this.context.publish({ type: 'job', value: this.job })
  }
}

function* factsOf(result: ImportResult, checkedAtMs: number): Generator<readonly [number, FileFacts]> {
  for (const [index, file] of result.files.entries()) {
    const absolute = file.path === '' ? result.path : path.join(result.path, file.path)
    yield [
      index,
      {
        path: absolute,
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
