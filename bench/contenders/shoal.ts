/**
 * Shoal as a contender: the built daemon as a process of its own on `--network local`, driven over its Unix socket with
 * the contract's client, as the command line drives it. The client asks four times a second whether a fetch is done; the
 * time at which it was done is the daemon's `finishedAt`, or the change time of the file's name where that is later.
 */
import { readFileSync } from 'node:fs'
import { access, cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectToDaemon, type DaemonConnection } from '../../cli/client.ts'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { ImportJob, LogEntry, ShareSummary } from '../../shared/contract/model.ts'
import { startChild } from '../harness/child.ts'
import type { Meter } from '../harness/meter.ts'
import { type BenchPeer, type Contender, type Fetched, type PeerOptions, READY_TIMEOUT_MS } from './contender.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DIST = join(ROOT, 'dist')
const POLL_EVERY_MS = 250

/** `close` removes the copy of the build that is measured. */
export async function openShoal(meter: Meter): Promise<Contender & { close(): Promise<void> }> {
  await access(join(DIST, 'daemon.js')).catch(() => {
    throw new Error('dist/daemon.js is not there: `npm run build` makes it')
  })
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  // A copy, so that a build meanwhile does not change what is measured; below node_modules, where its native modules are found.
  const copy = await mkdtemp(join(ROOT, 'node_modules', '.bench-'))
  const close = () => rm(copy, { recursive: true, force: true })
  const program = join(copy, 'daemon.js')
  try {
    await cp(DIST, copy, { recursive: true, filter: (path) => basename(path) !== '.compile-cache' })
    await fillCompileCache(meter, program, join(copy, 'warm-up'))
  } catch (error) {
    await close()
    throw error
  }
  return {
    name: 'shoal',
    version,
    encryption: 'noise (always on)',
    remarks: [],
    cannot: () => undefined,
    start: (options) => startDaemon(meter, program, options),
    close,
  }
}

/** The first start after a build compiles everything and keeps the result; what is measured is every start after it. */
async function fillCompileCache(meter: Meter, program: string, dir: string): Promise<void> {
  const peer = await startDaemon(meter, program, { dir })
  await peer.stop()
}

async function startDaemon(meter: Meter, program: string, options: PeerOptions): Promise<BenchPeer> {
  const profile = join(options.dir, 'profile')
  const limit = options.limitUpBytesPerSecond
  const child = await startChild({
    args: [
      ...meter.nodeArguments(join(options.dir, 'reports')),
      program,
      ...['--headless', '--network', 'local', '--profile', profile, '--download-dir', join(options.dir, 'downloads')],
      ...['--log-level', 'warn'],
      ...(limit === undefined ? [] : ['--limit-up', `${limit}B/s`]),
    ],
    // Should the benchmark be killed, its daemons end too.
    env: { SHOAL_STOP_WITH_PARENT: '1' },
    readyPrefix: 'ready ',
    readyTimeoutMs: READY_TIMEOUT_MS,
  })
  let connection: DaemonConnection | undefined
  const api = async (): Promise<EngineApi> => {
    connection ??= await connectToDaemon(profile)
    if (connection === undefined) throw new Error('the daemon does not answer on its socket')
    return connection.api
  }
  return {
    child,
    addresses: [],
    share: async (path, signal) => share(await api(), path, signal),
    async fetch({ sources, destination }, signal) {
      const engine = await api()
      const startedAtMs = Date.now()
      const { root } = await engine.openLink({ link: joinLinks(sources.map(({ link }) => link)) }, { signal })
      await engine.start({ root, destination }, { signal })
      return {
        startedAtMs,
        receivedBytes: async () => (await engine.share(root)).receivedBytes,
        done: untilComplete(engine, root, destination, signal),
      }
    },
    async watchLosses(source, signal) {
      const { peer } = await (await apiOf(source)).status()
      const entries = watchLog(await api(), peer, signal)
      return () => ({
        noticedAtMs: entries.find(({ kind }) => kind === 'peer-left' || kind === 'peer-suspect')?.at,
        reaskedAtMs: entries.find(({ kind }) => kind === 'chunks-reassigned')?.at,
      })
    },
    async sentBytes() {
      const shares = await (await api()).shares()
      return shares.reduce((sum, share) => sum + share.sentBytes, 0)
    },
    async stop() {
      connection?.close()
      await child.stop()
    },
    api,
  } as ShoalPeer
}

interface ShoalPeer extends BenchPeer {
  api(): Promise<EngineApi>
}

function apiOf(peer: BenchPeer): Promise<EngineApi> {
  if (!('api' in peer)) throw new Error('not a Shoal peer')
  return (peer as ShoalPeer).api()
}

/** One link with the addresses of all: `pe` may repeat. */
export function joinLinks(links: readonly string[]): string {
  const [first = '', ...others] = links
  const peersOf = (link: string) => (link.split('?')[1] ?? '').split('&').filter((part) => part.startsWith('pe='))
  return [first, ...others.flatMap(peersOf)].join('&')
}

async function share(engine: EngineApi, path: string, signal: AbortSignal): Promise<{ link: string; indexMs: number }> {
  const stop = new AbortController()
  const events = engine.subscribe({ signal: AbortSignal.any([signal, stop.signal]) })[Symbol.asyncIterator]()
  try {
    await events.next()
    const startedAtMs = Date.now()
    const { job } = await engine.importPath({ path }, { signal })
    while (true) {
      const { value: event, done } = await events.next()
      if (done === true) throw new Error('the daemon ended its events while indexing')
      if (event.type !== 'delta') continue
      for (const change of event.value.changes) {
        if (change.type !== 'job' || change.value.job !== job) continue
        const root = rootOf(change.value)
        if (root === undefined) continue
        const indexMs = Date.now() - startedAtMs
        return { link: (await engine.share(root)).link, indexMs }
      }
    }
  } finally {
    stop.abort()
  }
}

function rootOf(job: ImportJob): string | undefined {
  if (job.state === 'failed' || job.state === 'cancelled') {
    throw new Error(`indexing ${job.state}: ${job.error?.message ?? 'no reason given'}`)
  }
  return job.state === 'done' ? job.root : undefined
}

async function untilComplete(
  engine: EngineApi,
  root: string,
  destination: string,
  signal: AbortSignal,
): Promise<Fetched> {
  while (true) {
    const share = await engine.share(root)
    if (share.state === 'failed') throw new Error(`the fetch failed: ${share.trouble?.message ?? 'no reason given'}`)
    if (share.state === 'seeding' && share.finishedAt !== undefined) {
      const path = join(destination, share.name)
      return { path, finishedAtMs: await finishedAt(path, share) }
    }
    await sleep(POLL_EVERY_MS, undefined, { signal })
  }
}

/** The later of what the daemon says and what the file system says of the final name. */
async function finishedAt(path: string, share: ShareSummary): Promise<number> {
  const { ctimeMs } = await stat(path)
  return Math.max(share.finishedAt ?? 0, ctimeMs)
}

function watchLog(engine: EngineApi, peer: string, signal: AbortSignal): LogEntry[] {
  const entries: LogEntry[] = []
  const follow = async () => {
    for await (const event of engine.subscribe({ signal })) {
      if (event.type !== 'delta') continue
      for (const change of event.value.changes) {
        if (change.type === 'log' && change.value.peer === peer) entries.push(change.value)
      }
    }
  }
  follow().catch(() => {})
  return entries
}
