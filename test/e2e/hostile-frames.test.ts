/**
 * Strangers on the exchange port of a daemon that serves honest peers: floods, lies and nonsense are refused in bounded
 * time and memory, and whoever is honest is served meanwhile. Issue, section 6, item 9 (frames), and section 3, limits.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { floods, pour, RAW_BYTES } from './support/attacks.ts'
import { type Costs, costsOf } from './support/costs.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile } from './support/files.ts'
import { SEED } from './support/random.ts'
import { type Loot, lootOf } from './support/rogue-source.ts'
import { fetchInto, share, untilSeeding, untilShare } from './support/shares.ts'
import { Stranger } from './support/stranger.ts'

const MIB = 1024 * 1024
const SIZE = 24 * MIB
const FLOOD_MS = 2_000

let ground: Ground
let victim: Peer
let stranger: Stranger
let loot: Loot
let link: string
let address: string

beforeAll(async () => {
  ground = new Ground()
  const path = ground.path('film.bin')
  makeFile(path, SIZE, SEED)
  loot = await lootOf(path)
  victim = await ground.peer('victim')
  link = (await share(victim.api, path)).link
  address = victim.addresses[0] ?? ''
  stranger = await Stranger.start()
})
afterAll(async () => {
  await stranger.stop()
  await ground.clear()
})

const costs = (act: () => Promise<void>): Promise<Costs> =>
  costsOf({ pid: victim.running.pid, profileDir: ground.path('victim'), api: victim.api }, act)

const brief = (c: Costs) =>
  `${c.tookMs} ms, rss ${c.residentBeforeMiB} -> ${c.residentPeakMiB} MiB, cpu ${c.cpuMs} ms, log ${c.logKiB} KiB, fds ${c.openFilesPeak}, longest wait ${c.longestWaitMs} ms`

describe('explore', () => {
  test.each(Object.entries(RAW_BYTES))('raw %s', async (what, next) => {
    const stream = await stranger.open(address)
    let thrown
    const c = await costs(async () => {
      thrown = await pour(stream, FLOOD_MS, next)
    })
    console.log(what, JSON.stringify(thrown), brief(c), stream.goodbye?.text)
  })
  test('floods', async () => {
    const nodeCid = loot.root.bytes
    for (const [what, next] of Object.entries(floods(loot.chunkCount, nodeCid))) {
      const stream = await stranger.join(address, loot.root.bytes)
      let thrown
      const c = await costs(async () => {
        thrown = await pour(stream, FLOOD_MS, next)
      })
      console.log(what, JSON.stringify(thrown), brief(c), stream.goodbye?.text)
      stream.stream.abort(new Error('over'))
    }
  })
})
