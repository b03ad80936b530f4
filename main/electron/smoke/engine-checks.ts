/**
 * Whether an engine works in this process: the database, the native cipher, the transports, and two nodes on loopback that
 * move a file of two chunks from one to the other, verified. Plain Node: it runs in the packed app's utility process, and
 * the same in tests. Everything it makes lies in the folder it is given.
 * Rule [EL28].
 */
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { createEngine, type Engine } from '../../engine/engine.ts'
import { openLogger } from '../../engine/telemetry/logger.ts'

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly tookMs: number
  /** What was found, or why it failed. */
  readonly detail: string
}

/** Two chunks, the second one short. */
const FILE_BYTES = 1024 * 1024 + 4_321
const TRANSFER_TIMEOUT_MS = 30_000

export async function engineChecks(folder: string, now: () => number = () => performance.now()): Promise<Check[]> {
  const checks: Check[] = []
  const check = async (name: string, run: () => Promise<string> | string) => {
    const startedAt = now()
    const done = (ok: boolean, detail: string) =>
      checks.push({ name, ok, tookMs: Math.round(now() - startedAt), detail })
    try {
      done(true, await run())
    } catch (error) {
      done(false, error instanceof Error ? `${error.name}: ${error.message}` : String(error))
    }
  }
  await check('sqlite', () => {
    const database = new DatabaseSync(':memory:')
    const row = database.prepare('select sqlite_version() as version').get()
    database.close()
    return `SQLite ${String(row?.version)}`
  })
  await check('native cipher', () => {
    const sodium: unknown = createRequire(import.meta.url)('sodium-native')
    const present =
      typeof sodium === 'object' && sodium !== null && 'crypto_aead_chacha20poly1305_ietf_encrypt' in sodium
    if (!present) throw new Error('sodium-native does not load: transfers would be slow.')
    return 'sodium-native'
  })
  const engines: Engine[] = []
  const start = async (name: string) => {
    const profileDir = join(folder, name)
    const downloadDir = join(folder, `${name}-downloads`)
    await mkdir(profileDir, { recursive: true })
    await mkdir(downloadDir, { recursive: true })
    const { logger } = openLogger({ level: 'silent' })
    const engine = await createEngine({
      profileDir,
      downloadDir,
      network: 'local',
      bootstrap: [],
      listenPort: 0,
      logger,
    })
    engines.push(engine)
    await engine.start()
    return { api: engine.api, downloadDir }
  }
  try {
    let address = ''
    let giver: EngineApi | undefined
    await check('transports', async () => {
      giver = (await start('giver')).api
      const { listening, quic } = await giver.status()
      address = listening.find((line) => /^\/ip4\/127\.0\.0\.1\/tcp\/\d+(\/p2p\/|$)/.test(line)) ?? ''
      if (address === '') throw new Error(`no TCP on loopback: ${listening.join(' ')}`)
      return `${listening.length} addresses, QUIC ${quic ? 'on' : 'off'}`
    })
    await check('transfer', async () => {
      if (giver === undefined) throw new Error('The first node did not start.')
      const bytes = randomBytes(FILE_BYTES)
      const file = join(folder, 'smoke.bin')
      await writeFile(file, bytes)
      const link = await linkOf(giver, file)
      const taker = await start('taker')
      const { root } = await taker.api.openLink({ link })
      await taker.api.start({ root, destination: taker.downloadDir })
      await until(taker.api, (share) => share.root === root && share.state === 'seeding')
      const received = await readFile(join(taker.downloadDir, 'smoke.bin'))
      if (!received.equals(bytes)) throw new Error('What arrived is not what was sent.')
      return `${FILE_BYTES} bytes in 2 chunks, verified`
    })
  } finally {
    for (const engine of engines.reverse()) await engine.stop().catch(() => undefined)
  }
  return checks
}

async function linkOf(api: EngineApi, path: string): Promise<string> {
  await api.importPath({ path })
  return (await until(api, (share) => share.path === path || share.name === 'smoke.bin')).link
}

/** The first share for which `wanted` is true. */
async function until(
  api: EngineApi,
  wanted: (share: Awaited<ReturnType<EngineApi['share']>>) => boolean,
): Promise<Awaited<ReturnType<EngineApi['share']>>> {
  const signal = AbortSignal.timeout(TRANSFER_TIMEOUT_MS)
  for await (const event of api.subscribe({ signal })) {
    const shares =
      event.type === 'snapshot'
        ? event.value.shares
        : event.value.changes.flatMap((change) => (change.type === 'share' ? [change.value] : []))
    const found = shares.find(wanted)
    if (found !== undefined) return found
    const failed = shares.find((share) => share.state === 'failed')
    if (failed !== undefined) throw new Error(failed.trouble?.message ?? 'The share failed.')
  }
  throw new Error(`Not done within ${TRANSFER_TIMEOUT_MS / 1000} s.`)
}
