/**
 * `shoal get`: link in, files out. Opens the link, waits for the manifest, starts or resumes, follows until everything
 * wanted is there and named, prints its path. Interrupted at any point it loses nothing: the same command goes on.
 * Should the daemon go away meanwhile, the command carries on without it. Rules [CL1] [CL2] [CL9].
 */
import { mkdir } from 'node:fs/promises'
import { ShoalError } from '../../shared/contract/errors.ts'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { formatBytes } from '../../shared/format/bytes.ts'
import { formatDuration } from '../../shared/format/time.ts'
import { visible } from '../../shared/format/visible.ts'
import { type Context, withSession } from '../context.ts'
import { CliError, EXIT, exitForTrouble } from '../exit-codes.ts'
import { allFiles, printTree } from '../files.ts'
import { Patience } from '../patience.ts'
import { downloadLine, progressText, wantedBytes } from '../progress.ts'
import { matcher } from '../select.ts'
import type { Session } from '../session.ts'
import { watchUntil } from '../watch.ts'

export interface GetOptions {
  readonly output?: string
  readonly select: readonly string[]
  readonly list: boolean
  readonly sequential: boolean
  readonly timeoutMs: number
  readonly keepSharing: boolean
}

/** How often the command starts over when the daemon it used goes away. */
const MAX_TAKEOVERS = 3
/** JSON progress lines: one a second is enough for a program. */
const JSON_INTERVAL_MS = 1_000

export async function get(context: Context, link: string, options: GetOptions): Promise<number> {
  const destination = context.resolve(options.output ?? '.')
  for (let takeovers = 0; ; takeovers++) {
    try {
      return await withSession(context, { embed: true, downloadDir: destination }, (session) =>
        getIn(context, session, link, destination, options),
      )
    } catch (error) {
      const lost = error instanceof ShoalError && error.code === 'NETWORK'
      if (!lost || takeovers >= MAX_TAKEOVERS || context.signal.aborted) throw error
      context.io.status('')
      context.io.note('The daemon went away; going on without it.')
    }
  }
}

async function getIn(
  context: Context,
  { api, kind }: Session,
  link: string,
  destination: string,
  options: GetOptions,
): Promise<number> {
  const { io, signal } = context
  const known = new Set((await api.shares()).map((share) => share.root))
  let share = await api.openLink({ link }, { signal })
  const { root } = share
  const follower = new Follower(context, options)
  const follow = (done: (share: ShareSummary) => boolean) =>
    watchUntil(api, signal, context.tickMs, (state) => {
      const current = state.shares.get(root)
      if (current === undefined) {
        throw new CliError(EXIT.failure, 'The share was removed by another command.', 'NOT_FOUND')
      }
      return follower.look(current, done(current)) ? current : undefined
    })
  try {
    if (options.list || options.select.length > 0) share = await follow((now) => now.state !== 'resolving')
    if (options.list) {
      io.status('')
      await printTree(api, io, share)
      // Looking at a list should leave nothing behind.
      if (!known.has(root)) await api.remove({ root, withData: true })
      return EXIT.ok
    }
    const select = options.select.length === 0 ? undefined : await selected(api, share, options.select)
    const elsewhere = options.output !== undefined && isStuckElsewhere(share, destination)
    share = await begin(api, share, { destination, elsewhere, select, sequential: options.sequential })
    share = await follow(isComplete)
  } catch (error) {
    if (signal.aborted) explainInterruption(context, kind, follower.last ?? share)
    throw error
  } finally {
    io.status('')
  }
  report(context, share)
  if (options.keepSharing && kind === 'embedded') await keepSharing(context)
  return EXIT.ok
}

type Begin = { destination: string; elsewhere: boolean; select: number[] | undefined; sequential: boolean }

/** Starts what is new, resumes what was stopped, leaves what runs. */
async function begin(
  api: Session['api'],
  share: ShareSummary,
  { destination, elsewhere, select, sequential }: Begin,
): Promise<ShareSummary> {
  const { root } = share
  if (share.origin === 'in-place' || (isComplete(share) && select === undefined)) return share
  const fresh = share.state === 'ready' || (share.state === 'resolving' && share.path === undefined)
  if (fresh || share.state === 'failed' || elsewhere) {
    // A new folder in one that is there; a path that leads nowhere may be a drive that is not connected.
    await mkdir(destination).catch(() => {})
    return api.start({
      root,
      destination,
      ...(select === undefined ? {} : { select }),
      ...(sequential ? { sequential } : {}),
    })
  }
  if (select !== undefined) await api.select({ root, select })
  if (sequential && !share.sequential) await api.setSequential({ root, sequential })
  return share.state === 'paused' ? api.resume(root) : api.share(root)
}

/** Whether another folder is what keeps it: this one may be chosen then. One that is missing itself is not made again: it may be a drive. */
function isStuckElsewhere({ origin, trouble }: ShareSummary, destination: string): boolean {
  if (origin !== 'fetched' || trouble === undefined) return false
  return exitForTrouble(trouble.code) === EXIT.disk && trouble.facts?.path !== destination
}

export function isComplete(share: ShareSummary): boolean {
  const wanted = wantedBytes(share)
  if (share.state === 'seeding') return share.origin === 'in-place' || wanted === undefined || share.haveBytes >= wanted
  return share.state === 'paused' && share.finishedAt !== undefined && wanted !== undefined && share.haveBytes >= wanted
}

async function selected(api: Session['api'], share: ShareSummary, patterns: readonly string[]): Promise<number[]> {
  const fits = matcher(patterns)
  const files = await allFiles(api, share.root)
  const chosen = files.filter((file) => fits(file.path === '' ? share.name : file.path))
  if (chosen.length === 0) {
    throw new CliError(
      EXIT.usage,
      `None of the ${files.length} files fits ${patterns.join(' ')}. --list shows them.`,
      'NO_MATCH',
    )
  }
  return chosen.map((file) => file.index)
}

/** Says what happens to one share while it is awaited, and decides when waiting is over. */
class Follower {
  readonly #context: Context
  readonly #patience: Patience
  readonly #options: GetOptions
  #trouble = ''
  #state = ''
  #saidAt = Number.NEGATIVE_INFINITY
  last: ShareSummary | undefined

  constructor(context: Context, options: GetOptions) {
    this.#context = context
    this.#options = options
    this.#patience = new Patience(options.timeoutMs, context.now())
  }

  look(share: ShareSummary, done: boolean): boolean {
    this.last = share
    if (done) return true
    this.#say(share)
    if (share.state === 'failed') {
      const { trouble } = share
      throw new CliError(
        trouble === undefined ? EXIT.failure : exitForTrouble(trouble.code),
        trouble?.message ?? 'The download failed.',
        trouble?.code,
      )
    }
    const waitedMs = this.#patience.expired(share, this.#context.now())
    if (waitedMs === undefined) return false
    const { trouble } = share
    const why = trouble?.message ?? (share.peers === 0 ? 'Nobody who has it could be reached.' : 'Nothing arrives.')
    throw new CliError(
      trouble === undefined ? EXIT.noSources : exitForTrouble(trouble.code),
      `${why} Gave up after ${formatDuration(waitedMs)} without progress (--timeout); what is there is kept, and the same command goes on.`,
      trouble?.code ?? 'no-sources',
    )
  }

  #say(share: ShareSummary): void {
    const { io, now } = this.#context
    io.status(downloadLine(share, io.unicode))
    const trouble = share.trouble === undefined ? '' : `${share.trouble.code} ${share.trouble.path ?? ''}`
    if (trouble !== this.#trouble && share.trouble !== undefined) io.note(visible(share.trouble.message))
    if (share.state !== this.#state && share.state === 'downloading' && !this.#options.list) {
      io.note(`Fetching ${visible(share.name)}, ${formatBytes(wantedBytes(share) ?? 0)}`)
    }
    const changed = trouble !== this.#trouble || share.state !== this.#state
    if (changed || now() - this.#saidAt >= JSON_INTERVAL_MS) {
      this.#saidAt = now()
      io.data(progressEvent(share))
    }
    this.#trouble = trouble
    this.#state = share.state
  }
}

function progressEvent(share: ShareSummary) {
  const { root, name, state, haveBytes, downBytesPerSecond, peers, etaMs, trouble } = share
  return {
    event: 'progress',
    root,
    name,
    state,
    haveBytes,
    wantedBytes: wantedBytes(share),
    downBytesPerSecond,
    peers,
    etaMs,
    trouble,
  }
}

function report({ io, now }: Context, share: ShareSummary): void {
  const { root, name, path, haveBytes, receivedBytes, corruptBytes } = share
  const tookMs = share.finishedAt === undefined ? undefined : Math.max(0, share.finishedAt - share.addedAt)
  io.data({ event: 'complete', root, name, path, haveBytes, receivedBytes, corruptBytes, tookMs, at: now() })
  io.note(`${visible(name)}: ${formatBytes(haveBytes)}, verified.`)
  io.result(visible(path ?? name))
}

function explainInterruption({ io }: Context, kind: Session['kind'], share: ShareSummary): void {
  io.status('')
  const name = visible(share.name)
  if (kind === 'daemon')
    io.note(`${name} is at ${progressText(share)}; the daemon goes on with it. \`shoal pause\` stops it.`)
  else io.note(`Stopped ${name} at ${progressText(share)}; what is there is kept. The same command goes on from here.`)
}

async function keepSharing({ io, signal }: Context): Promise<void> {
  io.note('Sharing it on. Ctrl-C stops.')
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
