/**
 * Issue, section 6, item 5: "Downloader killed with -9 at 30 random moments: resumes each time, final hash right, bytes
 * received <= size + 30 x in-flight window". Nobody asks the downloader to go on: it does so when its process starts.
 *
 * What a killed process had received it cannot tell, so the source is asked what it sent, which is at least as much. The
 * in-flight window is what the downloader had asked for and not got: the largest one that it ever told.
 */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile, treeOf } from './support/files.ts'
import { randomFrom, SEED } from './support/random.ts'
import { catchMoment, fetchInto, type Shared, share, untilSeeding, Witness } from './support/shares.ts'

const MIB = 1024 * 1024
const KILLS = 30
/** Of the kills, so many hit a process that is still starting: a random time after its start, up to this, in ms. */
const WHILE_STARTING = 6
const STARTING_MS = 700

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

interface Lives {
  readonly sink: Peer
  readonly maxWindowBytes: number
  /** Bytes on disk at the last look before each kill, and at the first look after it. */
  readonly kept: readonly { before: number; after: number }[]
}

/** Kills the downloader at random moments until KILLS are done, then leaves it alive. */
async function killAgainAndAgain(shared: Shared, sizeBytes: number, random: () => number): Promise<Lives> {
  const { root, link } = shared
  let sink = await ground.peer('sink')
  await fetchInto(sink.api, link, sink.downloads)
  let maxWindowBytes = 0
  const kept: { before: number; after: number }[] = []
  const starting = new Set<number>()
  while (starting.size < WHILE_STARTING) starting.add(1 + Math.floor(random() * (KILLS - 1)))
  let have = 0
  for (let kill = 0; kill < KILLS; kill++) {
    if (starting.has(kill)) {
      await sink.running.killed()
      const running = ground.startDaemon('sink')
      await sleep(random() * STARTING_MS)
      await running.killed()
    } else {
      const witness = new Witness(sink.api, root)
      // On average the kills spread over the whole download.
      const step = (2 * random() * (sizeBytes - have)) / (KILLS + 1 - kill)
      const fits = ({ haveBytes, state }: ShareSummary) => haveBytes >= have + step || state === 'seeding'
      const reached = await catchMoment(sink.api, root, `${step} bytes more than ${have}`, fits)
      await sleep(random() * 30)
      await sink.running.killed()
      await witness.end()
      maxWindowBytes = Math.max(maxWindowBytes, witness.maxWindowBytes)
      have = reached.haveBytes
    }
    sink = await ground.peer('sink')
    const again = await catchMoment(sink.api, root, 'the share', ({ state }) => state !== 'resolving')
    kept.push({ before: have, after: again.haveBytes })
    have = again.haveBytes
  }
  return { sink, maxWindowBytes, kept }
}

/** A chunk counts as kept once its mark is written too, right after it: what is lost is not more than was in flight. */
function expectKept(kept: Lives['kept'], windowBytes: number): void {
  const lost = kept.map(({ before, after }) => Math.max(before - after, 0))
  console.log(
    `lost by a kill: at most ${(Math.max(...lost) / MIB).toFixed(2)} MiB, in all ${(sum(lost) / MIB).toFixed(2)} MiB`,
  )
  for (const [index, bytes] of lost.entries()) {
    expect(bytes, `lost by kill ${index + 1}`).toBeLessThanOrEqual(windowBytes)
  }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

describe(`item 5: downloader killed with -9 at ${KILLS} random moments`, () => {
  test(`a file of 128 MiB, seed ${SEED}`, async () => {
    const size = 128 * MIB
    const digest = makeFile(ground.path('film.bin'), size, SEED)
    const source = await ground.peer('source', '--limit-up', '20MB/s')
    const shared = await share(source.api, ground.path('film.bin'))
    const { sink, maxWindowBytes, kept } = await killAgainAndAgain(shared, size, randomFrom(SEED))
    expectKept(kept, maxWindowBytes)
    const done = await untilSeeding(sink.api, shared.root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
    expect(readdirSync(sink.downloads)).toEqual(['film.bin'])
    const { sentBytes } = await source.api.share(shared.root)
    console.log(
      `sent ${(sentBytes / size).toFixed(3)} x size over ${KILLS} kills; largest window ${(maxWindowBytes / MIB).toFixed(1)} MiB`,
    )
    expect(maxWindowBytes).toBeGreaterThan(0)
    expect(sentBytes).toBeLessThanOrEqual(size + KILLS * maxWindowBytes)
  })

  test(`a folder of 3,000 small files and a large one, seed ${SEED}`, async () => {
    const folder = ground.path('folder')
    let size = 0
    const random = randomFrom(`${SEED} sizes`)
    for (let index = 0; index < 3_000; index++) {
      const sizeBytes = Math.floor(random() * 16_000)
      makeFile(`${folder}/${index % 20}/${index}`, sizeBytes, `${SEED} ${index}`)
      size += sizeBytes
    }
    makeFile(`${folder}/large.bin`, 24 * MIB, SEED)
    size += 24 * MIB
    const source = await ground.peer('source', '--limit-up', '10MB/s')
    const shared = await share(source.api, folder)
    const { sink, maxWindowBytes, kept } = await killAgainAndAgain(shared, size, randomFrom(`${SEED} folder`))
    expectKept(kept, maxWindowBytes)
    const done = await untilSeeding(sink.api, shared.root)
    expect(treeOf(done.path ?? '')).toEqual(treeOf(folder))
    expect(readdirSync(sink.downloads)).toEqual(['folder'])
    const { sentBytes } = await source.api.share(shared.root)
    console.log(
      `sent ${(sentBytes / size).toFixed(3)} x size over ${KILLS} kills; largest window ${(maxWindowBytes / MIB).toFixed(1)} MiB`,
    )
    expect(sentBytes).toBeLessThanOrEqual(size + KILLS * maxWindowBytes)
  })
})
