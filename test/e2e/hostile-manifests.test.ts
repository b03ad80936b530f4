/**
 * Links that stand for something hostile, opened by a real daemon that has other things to do as well.
 * Issue, section 6, item 9 (manifests).
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Costs, costsOf } from './support/costs.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { HOSTILE, LARGEST } from './support/hostile-dags.ts'
import { SEED } from './support/random.ts'
import { type Loot, RogueSource } from './support/rogue-source.ts'
import { fetchInto, share, until, untilSeeding } from './support/shares.ts'

const MIB = 1024 * 1024
/**
 * Of a daemon that has 100 when it does nothing. Most cost nothing; reading 128 Mi characters of names, all that is allowed,
 * makes about 400 more, with what the garbage collector has not looked at yet.
 */
const MAX_RESIDENT_MIB = 800
const MAX_TOOK_MS = 60_000

let ground: Ground
let victim: Peer
let victims = 0
let honest: Peer
let rogue: RogueSource | undefined

let film: { link: string; digest: string }

beforeAll(async () => {
  ground = new Ground()
  honest = await ground.peer('honest')
  const digest = makeFile(ground.path('film.bin'), 2 * MIB, SEED)
  film = { link: (await share(honest.api, ground.path('film.bin'))).link, digest }
})
beforeEach(async () => {
  victim = await ground.peer(`victim-${++victims}`)
})
afterEach(async () => {
  await victim.running.killed()
  await rogue?.stop()
  rogue = undefined
})
afterAll(() => ground.clear())

/** Whatever was done to it, it fetches from honest peers as before. */
async function goesOn(): Promise<void> {
  const root = await fetchInto(victim.api, film.link, victim.downloads)
  expect(await digestOf((await untilSeeding(victim.api, root)).path ?? '')).toBe(film.digest)
}

const measured = (act: () => Promise<void>): Promise<Costs> =>
  costsOf({ pid: victim.running.pid, profileDir: ground.path(victim.profile), api: victim.api }, act)

const databaseBytes = (): number =>
  readdirSync(ground.path(victim.profile))
    .filter((name) => name.startsWith('shoal.sqlite'))
    .reduce((sum, name) => sum + statSync(ground.path(victim.profile, name)).size, 0)

async function open(loot: Loot): Promise<string> {
  rogue = await RogueSource.start(loot, {})
  const { root } = await victim.api.openLink({ link: rogue.link })
  await victim.api.start({ root, destination: victim.downloads })
  return root
}

describe('item 9: "hostile manifests ... refused in bounded time and memory"', () => {
  test.each(Object.entries(HOSTILE))('%s', async (what, { make, says }) => {
    const loot = make()
    const namesBefore = readdirSync(victim.downloads)
    let message = ''
    let root = ''
    const costs = await measured(async () => {
      root = await open(loot)
      if (says === 'the peer') {
        await expect.poll(() => rogue?.streams[0]?.goodbye?.text, { timeout: MAX_TOOK_MS }).toMatch(/the limit is/)
        return
      }
      message = await until(
        victim.api,
        'the refusal',
        ({ shares }) => (shares.get(root)?.state === 'failed' ? shares.get(root)?.trouble?.message : undefined),
        MAX_TOOK_MS,
      )
    })
    console.log(
      `${what}: ${costs.tookMs} ms, resident ${costs.residentBeforeMiB} -> ${costs.residentPeakMiB} MiB, longest wait ${costs.longestWaitMs} ms, database ${Math.round(databaseBytes() / MIB)} MiB: ${message}`,
    )
    if (says !== 'the peer') expect(message).toMatch(says)
    expect(costs.residentPeakMiB).toBeLessThan(MAX_RESIDENT_MIB)
    expect(costs.longestWaitMs).toBeLessThan(2_000)
    // Nothing was made of it, neither where it was meant to go nor where it wanted to.
    expect(readdirSync(victim.downloads)).toEqual(namesBefore)
    expect(existsSync('/etc/cron.d/shoal')).toBe(false)
    await goesOn()
    await victim.api.remove({ root, withData: true })
    expect((await victim.api.shares()).map((one) => one.root)).not.toContain(root)
  })
})

describe('the largest that is allowed', () => {
  test('a million long names are read, in bounded time and memory, and nobody waits long', async () => {
    const loot = LARGEST()
    let root = ''
    const costs = await measured(async () => {
      root = await open(loot)
      await until(victim.api, 'the manifest', ({ shares }) => shares.get(root)?.fileCount, MAX_TOOK_MS)
    })
    console.log(
      `a million files: ${costs.tookMs} ms, resident ${costs.residentBeforeMiB} -> ${costs.residentPeakMiB} MiB, longest wait ${costs.longestWaitMs} ms`,
    )
    expect(costs.longestWaitMs).toBeLessThan(2_000)
    expect(costs.residentPeakMiB).toBeLessThan(MAX_RESIDENT_MIB)
    await victim.api.remove({ root, withData: true })
    await goesOn()
  })
})
