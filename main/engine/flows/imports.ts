/**
 * Imports that run or have ended lately. When one is recorded, a share of the same root makes way for it (what it had
 * fetched so far is deleted: the files are here, whole), and other shares of the same files look at them at once, so that
 * a path shared anew after a change has its old share marked rather than silently wrong. SPEC: [FL1], [FL3], [FL23].
 */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { ImportInput, ImportPathsInput } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { ImportJob } from '../../../shared/contract/model.ts'
import type { ImportResult } from '../content/import-path.ts'
import { distinctPaths } from '../content/import-source.ts'
import { GoodbyeCode } from '../exchange/exchange.pb.js'
import { WrittenLog } from '../store/written-log.ts'
import type { EngineContext } from './context.ts'
import { deleteData } from './delete-data.ts'
import { ImportRun, type Wanted } from './import-job.ts'
import { shareAdded } from './log-lines.ts'
import type { OneAtATime } from './one-at-a-time.ts'
import { touches } from './overlap.ts'
import { writtenFolder } from './profile-paths.ts'
import type { Share } from './share.ts'
import type { ShareBook } from './shares.ts'

/** Imports running, and those that ended and may still be looked at. */
const MAX_JOBS = 64

export class Imports {
  private readonly runs = new Map<string, ImportRun>()
  private readonly running = new Set<Promise<void>>()
  private readonly context: EngineContext
  private readonly shares: ShareBook
  private readonly turns: OneAtATime

  constructor(context: EngineContext, shares: ShareBook, turns: OneAtATime) {
    this.context = context
    this.shares = shares
    this.turns = turns
  }

  get jobs(): ImportJob[] {
    return [...this.runs.values()].map((run) => run.job)
  }

  async stop(): Promise<void> {
    for (const run of this.runs.values()) run.cancel()
    await Promise.all(this.running)
  }

  async begin({ path: input, ignore = [] }: ImportInput): Promise<ImportJob> {
    refuseRelative(input)
    try {
      await stat(input)
    } catch (error) {
      const message = `${input} is not there, or may not be looked at.`
      throw new ShoalError('PATH_MISSING', message, { path: input }, { cause: error })
    }
    return this.run({ kind: 'one', path: input }, ignore)
  }

  async beginTogether({ paths, name, ignore = [] }: ImportPathsInput): Promise<ImportJob> {
    for (const one of paths) refuseRelative(one)
    return this.run({ kind: 'together', paths: distinctPaths(paths), name }, ignore)
  }

  private run(wanted: Wanted, ignore: readonly string[]): ImportJob {
    this.forgetOld()
    const run = new ImportRun(this.context, wanted, ignore)
    this.runs.set(run.job.job, run)
    this.context.publish({ type: 'job', value: run.job })
    const whole = this.finish(run)
      .catch((error: unknown) => run.failed(error))
      .finally(() => this.running.delete(whole))
    this.running.add(whole)
    return run.job
  }

  cancel(job: string): void {
    const run = this.runs.get(job)
    if (run === undefined) throw new ShoalError('NOT_FOUND', 'There is no such import.', { job })
    run.cancel()
  }

  private async finish(run: ImportRun): Promise<void> {
    const result = await run.read()
    const share = await this.turns.run(result.root.toString(), () => this.replace(run, result))
    // Its size is in its link, and its files are open to others, once the job says that it is done.
    await share.resolved
    if (share.phase === 'failed')
      throw new ShoalError('CONTENT_INVALID', share.trouble?.message ?? 'It cannot be read back.')
    run.done(result)
    const touched = touches(result.paths)
    for (const other of this.shares) {
      if (other !== share && other.row.origin === 'in-place' && this.pathsOf(other).some(touched))
        other.onFilesTouched?.()
    }
  }

  private pathsOf({ row }: Share): readonly string[] {
    return row.path === undefined ? this.context.store.shares.paths.all(row.root) : [row.path]
  }

  private async replace(run: ImportRun, result: ImportResult): Promise<Share> {
    run.throwIfCancelled()
    const key = result.root.toString()
    const old = this.shares.find(key)
    if (old !== undefined) {
      await old.end(GoodbyeCode.SHUTTING_DOWN, 'shared anew')
      // Before the record: a crash in between leaves a download that begins again, not a partial that nobody knows.
      if (old.row.origin === 'fetched') {
        await deleteData(old, false, this.context)
        WrittenLog.remove(writtenFolder(this.context), key)
      }
    }
    try {
      const row = run.record(result)
      this.shares.delete(key)
      const share = this.shares.add(result.root, row)
      if (old === undefined) this.context.log({ root: key, ...shareAdded('path') })
      share.begin()
      return share
    } catch (error) {
      old?.begin()
      throw error
    }
  }

  private forgetOld(): void {
    for (const [id, run] of this.runs) {
      if (this.runs.size < MAX_JOBS) return
      if (!run.isOver) continue
      this.runs.delete(id)
      this.context.publish({ type: 'job-removed', job: id })
    }
    if (this.runs.size >= MAX_JOBS)
      throw new ShoalError('NOT_ALLOWED', `${MAX_JOBS} imports are running. Wait for one to end.`)
  }
}

function refuseRelative(input: string): void {
  if (!path.isAbsolute(input)) throw new ShoalError('BAD_INPUT', `${input} is not an absolute path.`, { path: input })
}
