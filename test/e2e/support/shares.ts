/**
 * Sharing and fetching through the contract, as a person would, and waiting for what the contract says. Waits follow the
 * event stream; where a moment has to be met more closely than its four summaries a second, the share is asked again and
 * again. Time limits are nets for what hangs.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { watchUntil } from '../../../cli/watch.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { ImportJob, LogEntry, ShareSummary } from '../../../shared/contract/model.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../../shared/contract/replica.ts'

const HANG_MS = 120_000
const TICK_MS = 200
/** Between two questions about one share: a question costs the daemon about a millisecond. */
const ASK_EVERY_MS = 10

export interface Shared {
  readonly job: ImportJob
  readonly share: ShareSummary
  readonly link: string
  readonly root: string
}

/** Imports a path and waits for its share. */
export async function share(api: EngineApi, path: string, ignore: string[] = []): Promise<Shared> {
  const { job: id } = await api.importPath({ path, ...(ignore.length === 0 ? {} : { ignore }) })
  const job = await until(api, `the import of ${path}`, (state) => {
    const current = state.jobs.get(id)
    if (current?.state === 'failed' || current?.state === 'cancelled') {
      throw new Error(`the import ${current.state}: ${current.error?.message}`)
    }
    return current?.state === 'done' ? current : undefined
  })
  if (job.root === undefined) throw new Error('a finished import without a root')
  const summary = await api.share(job.root)
  return { job, share: summary, link: summary.link, root: job.root }
}

/** Waits until `look` finds something in the engine's state. */
export async function until<T>(
  api: EngineApi,
  what: string,
  look: (state: ReplicaState) => T | undefined,
  hangMs = HANG_MS,
): Promise<T> {
  const limit = AbortSignal.timeout(hangMs)
  let last: ReplicaState | undefined
  try {
    return await watchUntil(api, limit, TICK_MS, (state) => {
      last = state
      return look(state)
    })
  } catch (error) {
    if (!limit.aborted) throw error
    const shares = [...(last?.shares.values() ?? [])].map(brief)
    throw new Error(`waited ${hangMs} ms for ${what}; shares: ${shares.join('; ')}\n${logText(last)}`)
  }
}

/** Follows one share until `fits`. */
export function untilShare(
  api: EngineApi,
  root: string,
  what: string,
  fits: (share: ShareSummary) => boolean,
  hangMs = HANG_MS,
): Promise<ShareSummary> {
  return until(
    api,
    what,
    ({ shares }) => {
      const current = shares.get(root)
      if (current?.state === 'failed') throw new Error(`the share failed: ${current.trouble?.message}`)
      return current !== undefined && fits(current) ? current : undefined
    },
    hangMs,
  )
}

export function untilSeeding(api: EngineApi, root: string, hangMs = HANG_MS): Promise<ShareSummary> {
  return untilShare(api, root, 'the end of the download', ({ state }) => state === 'seeding', hangMs)
}

/** Asks again and again, to meet a moment within some 10 ms; `everyMs` 0 means without any pause. */
export async function catchMoment(
  api: EngineApi,
  root: string,
  what: string,
  fits: (share: ShareSummary) => boolean,
  everyMs = ASK_EVERY_MS,
): Promise<ShareSummary> {
  const deadline = performance.now() + HANG_MS
  for (;;) {
    const current = await api.share(root)
    if (fits(current)) return current
    if (performance.now() > deadline) throw new Error(`waited ${HANG_MS} ms for ${what}; ${brief(current)}`)
    await sleep(everyMs)
  }
}

/** Opens a link and starts it; does not wait. */
export async function fetchInto(
  api: EngineApi,
  link: string,
  destination: string,
  more: { select?: number[]; sequential?: boolean } = {},
): Promise<string> {
  const { root } = await api.openLink({ link })
  await api.start({ root, destination, ...more })
  return root
}

/** Bytes per second between now and some seconds later, by what `bytes` counts. */
export async function measuredRate(bytes: () => Promise<number>, overMs: number): Promise<number> {
  const [before, from] = [await bytes(), performance.now()]
  await sleep(overMs)
  const [after, to] = [await bytes(), performance.now()]
  return ((after - before) / (to - from)) * 1_000
}

/** The link with no addresses and no hints: its root CID. */
export function bareCid(link: string): string {
  const cid = /^shoal:([a-z0-9]+)/i.exec(link)?.[1]
  if (cid === undefined) throw new Error(`not a link: ${link}`)
  return cid
}

/** One link with the addresses of all: `pe` may repeat. */
export function joinLinks(links: readonly string[]): string {
  const [first = '', ...others] = links
  const peersOf = (link: string) => (link.split('?')[1] ?? '').split('&').filter((part) => part.startsWith('pe='))
  return [first, ...others.flatMap(peersOf)].join('&')
}

/** What a downloader is told while it runs: how much came from whom, and the log. Rows of peers that left stay. */
export class Witness {
  /** Bytes received by peer; a row is told four times a second, so the last quarter of one that left may be missing. */
  readonly receivedFrom = new Map<string, number>()
  readonly log: LogEntry[] = []
  /** The largest request window towards one peer, in bytes. */
  maxWindowBytes = 0
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>

  constructor(api: EngineApi, root: string) {
    this.#ended = this.#follow(api, root).catch((error: unknown) => {
      // The daemon was killed, as the tests do: what was heard until then stays.
      if (!this.#stop.signal.aborted && !(error instanceof Error && error.name === 'ShoalError')) throw error
    })
  }

  entries(kind: LogEntry['kind'], peer?: string): LogEntry[] {
    return this.log.filter((entry) => entry.kind === kind && (peer === undefined || entry.peer === peer))
  }

  async end(): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  async #follow(api: EngineApi, root: string): Promise<void> {
    let state: ReplicaState | undefined
    for await (const event of api.subscribe({ signal: this.#stop.signal })) {
      if (event.type === 'snapshot') {
        state = applySnapshot(event.value)
        if (this.log.length === 0) this.log.push(...state.log)
      } else if (state !== undefined) {
        const applied = applyDelta(state, event.value)
        if (applied.type === 'gap') throw new Error(`a gap in the events: ${applied.got} after ${state.seq}`)
        state = applied.state
        for (const change of event.value.changes) if (change.type === 'log') this.log.push(change.value)
      }
      for (const row of state?.swarm.get(root)?.values() ?? []) {
        this.receivedFrom.set(row.peer, Math.max(this.receivedFrom.get(row.peer) ?? 0, row.receivedBytes))
        this.maxWindowBytes = Math.max(this.maxWindowBytes, row.window)
      }
    }
  }
}

function brief({ name, state, haveBytes, wantedBytes, peers, trouble }: ShareSummary): string {
  return `${name} ${state} ${haveBytes}/${wantedBytes} from ${peers} peers${trouble === undefined ? '' : ` (${trouble.message})`}`
}

function logText(state: ReplicaState | undefined): string {
  return (state?.log ?? [])
    .slice(-20)
    .map(({ at, kind, text }) => `${new Date(at).toISOString()} ${kind}: ${text}`)
    .join('\n')
}
