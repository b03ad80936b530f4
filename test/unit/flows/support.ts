/**
 * Whole engines in the test's process, on loopback, each with a profile of its own; they end with the test. Waiting is
 * done on the engine's event stream alone, so a change that is not told there is a test that fails.
 */
import { createCipheriv, createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createEngine, type Engine, type EngineOptions } from '../../../main/engine/engine.ts'
import type { Logger, LogMethod } from '../../../main/engine/telemetry/logger.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { ImportJob, ShareSummary } from '../../../shared/contract/model.ts'
import { applyDelta, applySnapshot, type ReplicaState } from '../../../shared/contract/replica.ts'

export const MIB = 1024 * 1024
/** A net for what hangs, not a measurement. */
const HANG_MS = 25_000

export interface Peer {
  readonly engine: Engine
  readonly api: EngineApi
  readonly id: string
  readonly profileDir: string
  /** Exists. */
  readonly downloads: string
  /** Texts of what was logged as an error. */
  readonly errors: readonly string[]
}

export class Pond {
  readonly folder = mkdtempSync(join(tmpdir(), 'shoal-flows-'))
  private readonly engines = new Set<Engine>()

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  /** Bytes that follow from the seed, at a path below the pond's folder. Returns the absolute path. */
  file(path: string, sizeBytes: number, seed: string): string {
    const absolute = this.path(path)
    mkdirSync(dirname(absolute), { recursive: true })
    writeFileSync(absolute, bytesOf(seed, sizeBytes))
    return absolute
  }

  /** Starts an engine, or the one of this name again. */
  async peer(name: string, options: Partial<EngineOptions> = {}): Promise<Peer> {
    const profileDir = this.path(name)
    const downloads = this.path(`${name}-downloads`)
    mkdirSync(profileDir, { recursive: true })
    mkdirSync(downloads, { recursive: true })
    const errors: string[] = []
    const logger = loggerTo(errors)
    const engine = await createEngine({
      profileDir,
      network: 'local',
      downloadDir: downloads,
      bootstrap: [],
      logger,
      ...options,
    })
    this.engines.add(engine)
    await engine.start()
    const { peer: id } = await engine.api.status()
    return { engine, api: engine.api, id, profileDir, downloads, errors }
  }

  async clear(): Promise<void> {
    await Promise.all([...this.engines].map((engine) => engine.stop()))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export function bytesOf(seed: string, sizeBytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(sizeBytes))
}

export function sameBytes(path: string, seed: string, sizeBytes: number): boolean {
  return readFileSync(path).equals(bytesOf(seed, sizeBytes))
}

/** Names in a folder, partials included. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort()
}

/** Follows the event stream until `look` finds something. */
export async function until<T>(
  api: EngineApi,
  what: string,
  look: (state: ReplicaState) => T | undefined,
  hangMs = HANG_MS,
): Promise<T> {
  const ended = new AbortController()
  const limit = AbortSignal.timeout(hangMs)
  let state: ReplicaState | undefined
  try {
    for await (const event of api.subscribe({ signal: AbortSignal.any([ended.signal, limit]) })) {
      if (event.type === 'snapshot') state = applySnapshot(event.value)
      else if (state !== undefined) {
        const applied = applyDelta(state, event.value)
        if (applied.type === 'gap') throw new Error('a gap in the event stream')
        state = applied.state
      }
      const found = state === undefined ? undefined : look(state)
      if (found !== undefined) return found
    }
  } finally {
    ended.abort()
  }
  throw new Error(`waited ${hangMs} ms for ${what}: ${JSON.stringify([...(state?.shares.values() ?? [])], null, 1)}`)
}

export function untilShare(
  api: EngineApi,
  root: string,
  what: string,
  fits: (share: ShareSummary) => boolean,
  hangMs?: number,
): Promise<ShareSummary> {
  const look = ({ shares }: ReplicaState) => [shares.get(root)].find((share) => share !== undefined && fits(share))
  return until(api, what, look, hangMs)
}

export function untilSeeding(api: EngineApi, root: string): Promise<ShareSummary> {
  return untilShare(api, root, 'the end of the download', ({ state }) => state === 'seeding')
}

/** Imports a path and waits for its share. */
export async function share(api: EngineApi, path: string): Promise<{ root: string; link: string }> {
  return imported(api, await api.importPath({ path }))
}

/** Imports several paths as one share and waits for it. */
export async function shareTogether(
  api: EngineApi,
  paths: string[],
  name = 'together',
): Promise<{ root: string; link: string }> {
  return imported(api, await api.importPaths({ paths, name }))
}

async function imported(api: EngineApi, { job, path }: ImportJob): Promise<{ root: string; link: string }> {
  const root = await until(api, `the import of ${path}`, ({ jobs }) => {
    const now = jobs.get(job)
    if (now?.state === 'failed' || now?.state === 'cancelled') throw new Error(`import: ${JSON.stringify(now)}`)
    return now?.state === 'done' ? now.root : undefined
  })
  const { link } = await api.share(root)
  return { root, link }
}

/** Opens a link and starts it; does not wait. */
export async function fetchInto(api: EngineApi, link: string, destination: string): Promise<string> {
  const { root } = await api.openLink({ link })
  await api.start({ root, destination })
  return root
}

/** Asks without a pause, to meet a state that lasts milliseconds. */
export async function catchState(
  api: EngineApi,
  root: string,
  fits: (share: ShareSummary) => boolean,
): Promise<ShareSummary> {
  const until = performance.now() + HANG_MS
  for (;;) {
    const now = await api.share(root)
    if (fits(now)) return now
    if (performance.now() > until) throw new Error(`never met: ${JSON.stringify(now)}`)
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
}

function loggerTo(errors: string[]): Logger {
  const quiet: LogMethod = () => {}
  const keep: LogMethod = (facts: object | string, text?: string) => {
    errors.push(typeof facts === 'string' ? facts : `${text} ${JSON.stringify(facts)}`)
  }
  const logger: Logger = {
    trace: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error: keep,
    fatal: keep,
    child: () => logger,
  }
  return logger
}
