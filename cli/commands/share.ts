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
import { ImportWatch } from '../import-watch.ts'
import { countOf, importLine } from '../progress.ts'
import type { Session } from '../session.ts'
import { watchUntil } from '../watch.ts'

export interface ShareOptions {
  readonly ignore: readonly string[]
  /** One share of all paths. */
  readonly together: boolean
  readonly name?: string
}

const JSON_INTERVAL_MS = 1_000
/** Imports under way at a time: as many as an engine keeps threads for. It takes 64, of all who ask. */
const AT_ONCE = 8
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
    const asked = options.together ? [together(resolved, options)] : resolved.map((path) => alone(path, options))
    const shared = await shareAll(context, session, asked)
    if (session.kind === 'embedded') await serve(context, session, shared)
    return EXIT.ok
  })
}

/** What becomes one share; `said` is what the events on stdout call it. */
interface Asked {
  readonly said: { path: string } | { paths: readonly string[] }
  begin(api: Session['api'], signal: AbortSignal): Promise<ImportJob>
}

function alone(path: string, options: ShareOptions): Asked {
  return { said: { path }, begin: (api, signal) => api.importPath({ path, ...ignoreOf(options) }, { signal }) }
}

function together(paths: string[], options: ShareOptions): Asked {
  const name = options.name ?? togetherName(paths)
  return {
    said: { paths },
    begin: (api, signal) => api.importPaths({ paths, name, ...ignoreOf(options) }, { signal }),
  }
}

/**
 * Several are indexed at a time, and told in the order they were given in. At the first that fails the others are
 * cancelled; those that were shared by then are told too.
 */
async function shareAll(context: Context, session: Session, asked: readonly Asked[]): Promise<ShareSummary[]> {
  const { api } = session
  const watch = new ImportWatch({ api, ...context })
  const open = new Set<string>() // jobs that are not known to have ended; at most AT_ONCE
  const begun: Promise<ImportJob>[] = []
  const shared: ShareSummary[] = []
  let failed = false
  const follow = async ({ said, begin }: Asked, at: number): Promise<ImportJob> => {
    const job = await begin(api, context.signal)
    if (failed) {
      await api.cancelImport(job.job)
      throw new ShoalError('CANCELLED', 'Another one failed.')
    }
    open.add(job.job)
    const tell = progressOf(context, said)
    const ended = await watch.ended(job, (current) => tell(current, at === shared.length, place(at, asked.length)))
    open.delete(job.job)
    return ended
  }
  try {
    for (const [at, { said }] of asked.entries()) {
      for (const next of asked.slice(begun.length, at + AT_ONCE)) begun.push(settling(follow(next, begun.length)))
      const ended = await begun[at]
      if (ended !== undefined) shared.push(await told(context, session, ended, said))
    }
    return shared
  } catch (error) {
    failed = true
    await Promise.all([...open].map((job) => api.cancelImport(job).catch(() => undefined)))
    if (!context.signal.aborted) {
      for (const [at, late] of begun.entries()) {
        const ended = at > shared.length ? await late.catch(() => undefined) : undefined
        const said = asked[at]?.said
        if (ended?.state === 'done' && said !== undefined) await told(context, session, ended, said)
      }
    }
    throw error
  } finally {
    watch.stop()
  }
}

/** Awaited later, perhaps never: until then its failure is nobody's. */
function settling<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}

const place = (at: number, count: number): string => (count === 1 ? '' : `${at + 1}/${count} `)

function ignoreOf({ ignore }: ShareOptions): { ignore?: string[] } {
  return ignore.length === 0 ? {} : { ignore: [...ignore] }
}

/** "holiday.mp4 and 2 more". */
function togetherName(paths: readonly string[]): string {
  const first = paths[0]?.split(/[\\/]/).pop() ?? ''
  const more = new Set(paths).size - 1
  return (more === 0 ? first : `${first} and ${more} more`).slice(-MAX_SHARE_NAME_LENGTH)
}

/** Says how an import goes: on the status line when it is the one that is waited for, and as JSON once a second. */
function progressOf({ io, now }: Context, said: Asked['said']) {
  let saidAt = Number.NEGATIVE_INFINITY
  return (current: ImportJob, isNext: boolean, place: string): void => {
    if (isNext) io.status(`${place}${importLine(current, io.unicode)}`)
    if (now() - saidAt < JSON_INTERVAL_MS) return
    saidAt = now()
    const { state, files, totalBytes, doneBytes } = current
    io.data({ event: 'indexing', ...said, state, files, totalBytes, doneBytes })
  }
}

/** An import that ended, as its link, or as the error that it is. */
async function told(context: Context, { api }: Session, ended: ImportJob, said: Asked['said']): Promise<ShareSummary> {
  const { io } = context
  io.status('')
  if (ended.state === 'failed') throw importError(ended)
  if (ended.state === 'cancelled') throw new ShoalError('CANCELLED', 'The indexing was cancelled.')
  if (ended.root === undefined) throw new CliError(EXIT.failure, `${visible(ended.path)} was indexed but has no root.`)
  noteSkipped(context, ended)
  const result = await api.share(ended.root)
  const { root, name, link, totalBytes, fileCount } = result
  io.data({ event: 'shared', root, name, ...said, link, totalBytes, fileCount, skipped: ended.skipped })
  const count = result.type === 'directory' ? `, ${countOf(fileCount ?? 0, 'file')}` : ''
  io.note(`${visible(name)}: ${formatBytes(totalBytes ?? 0)}${count}. Whoever has this link can fetch it:`)
  io.result(link)
  return result
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
    const who = countOf(peers, 'peer')
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
