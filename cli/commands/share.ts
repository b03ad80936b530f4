/**
 * `shoal share`: paths in, links out. Indexes the files in place, prints one link per path, or one for all. With a daemon that is all:
 * the daemon serves. Without one, this process is the node and serves until Ctrl-C, and says so. Rules [CL2] [CL4] [CL14].
 */
import { ShoalError } from '../../shared/contract/errors.ts'
import { MAX_SHARE_NAME_LENGTH } from '../../shared/contract/limits.ts'
import type { ImportJob, ShareSummary } from '../../shared/contract/model.ts'
import type { ReplicaState } from '../../shared/contract/replica.ts'
import { formatBytes, formatRate } from '../../shared/format/bytes.ts'
import { visible } from '../../shared/format/visible.ts'
import { type Context, withSession } from '../context.ts'
import { CliError, EXIT } from '../exit-codes.ts'
import { importLine } from '../progress.ts'
import type { Session } from '../session.ts'
import { watchUntil } from '../watch.ts'

export interface ShareOptions {
  readonly ignore: readonly string[]
  /** One share of all paths. */
  readonly together: boolean
  readonly name?: string
}

const JSON_INTERVAL_MS = 1_000
/** Of the entries that were left out, this many are named. */
const MAX_SKIPPED_SHOWN = 5

export async function share(context: Context, paths: readonly string[], options: ShareOptions): Promise<number> {
  if (options.name !== undefined && !options.together)
    throw new CliError(
      EXIT.usage,
      '--name goes with --together: a share of one path has the name of its file or folder.',
    )
  const resolved = paths.map((path) => context.resolve(path))
  return withSession(context, { embed: true }, async (session) => {
    const shared: ShareSummary[] = []
    if (options.together) shared.push(await shareTogether(context, session, resolved, options))
    else for (const path of resolved) shared.push(await shareOne(context, session, path, options))
    if (session.kind === 'embedded') await serve(context, session, shared)
    return EXIT.ok
  })
}

async function shareOne(
  context: Context,
  session: Session,
  path: string,
  options: ShareOptions,
): Promise<ShareSummary> {
  const job = await session.api.importPath({ path, ...ignoreOf(options) }, { signal: context.signal })
  return indexed(context, session, job, { path })
}

async function shareTogether(
  context: Context,
  session: Session,
  paths: string[],
  options: ShareOptions,
): Promise<ShareSummary> {
  const name = options.name ?? togetherName(paths)
  const job = await session.api.importPaths({ paths, name, ...ignoreOf(options) }, { signal: context.signal })
  return indexed(context, session, job, { paths })
}

function ignoreOf({ ignore }: ShareOptions): { ignore?: string[] } {
  return ignore.length === 0 ? {} : { ignore: [...ignore] }
}

/** "holiday.mp4 and 2 more". */
function togetherName(paths: readonly string[]): string {
  const first = paths[0]?.split(/[\\/]/).pop() ?? ''
  const more = new Set(paths).size - 1
  return (more === 0 ? first : `${first} and ${more} more`).slice(-MAX_SHARE_NAME_LENGTH)
}

/** Follows a job to its end; `said` is what the events on stdout call it. */
async function indexed(
  context: Context,
  { api }: Session,
  job: ImportJob,
  said: { path: string } | { paths: readonly string[] },
): Promise<ShareSummary> {
  const { io, signal, now } = context
  let saidAt = Number.NEGATIVE_INFINITY
  const look = (state: ReplicaState): ImportJob | undefined => {
    const current = state.jobs.get(job.job) ?? finishedUnseen(job, state)
    if (current === undefined) return undefined
    io.status(importLine(current, io.unicode))
    if (now() - saidAt >= JSON_INTERVAL_MS) {
      saidAt = now()
      const { files, totalBytes, doneBytes } = current
      io.data({ event: 'indexing', ...said, state: current.state, files, totalBytes, doneBytes })
    }
    return current.state === 'walking' || current.state === 'hashing' ? undefined : current
  }
  const ended = await watchUntil(api, signal, context.tickMs, look).catch(async (error: unknown) => {
    if (signal.aborted) await api.cancelImport(job.job).catch(() => undefined)
    throw error
  })
  io.status('')
  if (ended.state === 'failed') throw importError(ended)
  if (ended.state === 'cancelled') throw new ShoalError('CANCELLED', 'The indexing was cancelled.')
  if (ended.root === undefined) throw new CliError(EXIT.failure, `${visible(job.path)} was indexed but has no root.`)
  noteSkipped(context, ended)
  const result = await api.share(ended.root)
  const { root, name, link, totalBytes, fileCount } = result
  io.data({ event: 'shared', root, name, ...said, link, totalBytes, fileCount, skipped: ended.skipped })
  const count = result.type === 'directory' ? `, ${fileCount ?? 0} files` : ''
  io.note(`${visible(name)}: ${formatBytes(totalBytes ?? 0)}${count}. Whoever has this link can fetch it:`)
  io.result(link)
  return result
}

/** A job may be done and forgotten between two looks: then the share of what it was given is there. */
function finishedUnseen(job: ImportJob, state: ReplicaState): ImportJob | undefined {
  if (job.state === 'done' || job.state === 'failed' || job.state === 'cancelled') return job
  const { together } = job
  const fits = ({ path, paths, name }: ShareSummary) =>
    together === undefined ? path === job.path : paths?.count === together.paths && name === together.name
  const found = [...state.shares.values()].find((share) => share.origin === 'in-place' && fits(share))
  return found === undefined ? undefined : { ...job, state: 'done', root: found.root }
}

function importError(job: ImportJob): Error {
  const message = job.error?.message ?? 'The indexing failed.'
  switch (job.error?.code) {
    case 'BAD_INPUT':
      return new CliError(EXIT.usage, message, job.error.code)
    case 'PATH_MISSING':
    case 'PATH_UNREADABLE':
    case 'IO':
      return new CliError(EXIT.disk, message, job.error.code)
    case 'CONTENT_CHANGED':
    case 'CONTENT_INVALID':
      return new CliError(EXIT.content, message, job.error.code)
    default:
      return new CliError(EXIT.failure, message, job.error?.code)
  }
}

function noteSkipped({ io }: Context, job: ImportJob): void {
  for (const { path, reason } of job.skipped.slice(0, MAX_SKIPPED_SHOWN))
    io.note(`left out: ${visible(path)} (${reason})`)
  const more = job.skipped.length - MAX_SKIPPED_SHOWN
  if (more > 0) io.note(`left out: ${more} more`)
}

/** Stays, shows who fetches, and says when something is wrong with what is shared. */
async function serve(context: Context, { api }: Session, shared: readonly ShareSummary[]): Promise<void> {
  const { io, signal } = context
  io.note('No daemon is running, so this process shares. Keep it open; Ctrl-C stops sharing.')
  const roots = new Set(shared.map((share) => share.root))
  const troubles = new Map<string, string>()
  const look = (state: ReplicaState): undefined => {
    let peers = 0
    for (const root of roots) {
      const share = state.shares.get(root)
      peers += share?.peers ?? 0
      const trouble = share?.trouble?.message ?? ''
      if (trouble !== '' && trouble !== troubles.get(root)) io.note(visible(trouble))
      troubles.set(root, trouble)
    }
    const who = `${peers} ${peers === 1 ? 'peer' : 'peers'}`
    io.status(
      `Sharing ${roots.size === 1 ? visible(shared[0]?.name ?? '') : `${roots.size} shares`}  ${who}  up ${formatRate(state.node.upBytesPerSecond)}`,
    )
  }
  await watchUntil(api, signal, context.tickMs, look).catch((error: unknown) => {
    // Ctrl-C is how this ends, and no failure.
    if (!signal.aborted) throw error
  })
  io.status('')
}
