/** Shares of one machine that compete for its download limit, with and without priorities. */
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../../main/engine/swarm/fair-queue.ts'
import { weightOf } from '../../main/engine/swarm/priority.ts'
import { TokenBucket } from '../../main/engine/swarm/token-bucket.ts'
import type { Priority } from '../../shared/contract/model.ts'
import { checkInvariants } from './support/invariants.ts'
import type { SimPeer } from './support/sim-peer.ts'
import { Swarm } from './support/swarm.ts'

const LIMIT = 2e6

interface Machine {
  readonly swarm: Swarm
  readonly bucket: TokenBucket
  readonly downloads: SimPeer[]
  readonly priorities: Priority[]
}

/** One machine with a download for each priority; each has its own sources, `sourceRate` bytes a second each. */
function machine(
  seed: number,
  priorities: Priority[],
  chunkBytes = 65_536,
  sourceRate: readonly number[] = [],
): Machine {
  const swarm = new Swarm({ seed, chunkCount: Math.round(20e6 / chunkBytes), chunkBytes, latencyMs: 10 })
  const bucket = new TokenBucket(LIMIT)
  const queue = new FairQueue()
  const downloads = priorities.map((_, at) =>
    swarm.add(`share ${at}`, { common: { bucket, queue, weight: () => weightOf(priorities[at] ?? 'normal') } }),
  )
  for (const [at, download] of downloads.entries()) {
    for (const source of swarm.addMany(2, `source of ${at} `, () => ({
      seed: true,
      upBytesPerSecond: sourceRate[at] ?? 10e6,
    })))
      swarm.connect(download, source)
  }
  return { swarm, bucket, downloads, priorities }
}

const receivedOf = ({ downloads }: Machine) => downloads.map(({ receivedBytes }) => receivedBytes)

async function pass({ swarm }: Machine, ms: number): Promise<void> {
  const until = swarm.clock.now() + ms
  await swarm.clock.run(() => swarm.clock.now() >= until, until + 1_000)
}

describe('[TR14] priorities under a limit that is common', () => {
  it.each([
    [201, 65_536],
    [202, 1_048_576],
  ])(
    'high : normal : low get parts of 9 : 3 : 1, whatever the size of their chunks (seed %d, %d bytes)',
    async (seed, bytes) => {
      const made = machine(seed, ['low', 'high', 'normal'], bytes)
      await pass(made, 1_000)
      const before = receivedOf(made)
      await pass(made, 11_000)
      const [low = 0, high = 0, normal = 0] = receivedOf(made).map((now, at) => now - (before[at] ?? 0))
      const total = low + high + normal
      const part = (got: number) => (100 * got) / total
      console.log(`high ${part(high).toFixed(1)} %, normal ${part(normal).toFixed(1)} %, low ${part(low).toFixed(1)} %`)
      expect(total).toBeGreaterThan(0.85 * 11 * LIMIT)
      expect(part(high)).toBeGreaterThan(60)
      expect(part(normal)).toBeGreaterThan(15)
      expect(part(normal)).toBeLessThan(32)
      expect(part(low)).toBeGreaterThan(4)
      expect(part(low)).toBeLessThan(12)
      checkInvariants(made.swarm)
    },
  )

  it('beside four of high priority one of low priority is never starved: something comes every few seconds (seed 203)', async () => {
    const made = machine(203, ['high', 'high', 'low', 'high', 'high'])
    let seen = 0
    let seenAtMs = 0
    let longestMs = 0
    made.swarm.clock.every(50, () => {
      const nowMs = made.swarm.clock.now()
      const low = made.downloads[2]?.receivedBytes ?? 0
      if (low > seen) {
        longestMs = Math.max(longestMs, nowMs - seenAtMs)
        seen = low
        seenAtMs = nowMs
      }
    })
    await pass(made, 30_000)
    console.log(`low: ${seen} bytes in 30 s, at most ${Math.round(longestMs)} ms without one`)
    expect(seen).toBeGreaterThan(0.5 * (30 * LIMIT) * (1 / 37))
    expect(longestMs).toBeLessThan(5_000)
    checkInvariants(made.swarm)
  })

  it('what one of high priority cannot take goes to the others: its source is slow (seed 204)', async () => {
    const made = machine(204, ['high', 'low'], 65_536, [0.1e6, 10e6])
    await pass(made, 1_000)
    const before = receivedOf(made)
    await pass(made, 5_000)
    const [high = 0, low = 0] = receivedOf(made).map((now, at) => now - (before[at] ?? 0))
    expect(high).toBeGreaterThan(5 * 0.2e6 * 0.7)
    expect(high + low).toBeGreaterThan(0.85 * 5 * LIMIT)
  })

  it('changed in the middle, it counts from the next chunk on (seed 205)', async () => {
    const made = machine(205, ['low', 'high'])
    await pass(made, 4_000)
    const before = receivedOf(made)
    made.priorities.splice(0, 2, 'high', 'low')
    await pass(made, 6_000)
    const [first = 0, second = 0] = receivedOf(made).map((now, at) => now - (before[at] ?? 0))
    expect(first / second).toBeGreaterThan(4)
  })

  it('equal ones share evenly, and when one is through the other has all of it (seed 206)', async () => {
    const made = machine(206, ['low', 'low'])
    await pass(made, 8_000)
    const [one = 0, two = 0] = receivedOf(made)
    expect(Math.abs(one - two)).toBeLessThan(0.03 * (one + two))
    const ms = await made.swarm.complete(made.downloads, 60_000)
    expect(ms).toBeLessThan(((2 * 20e6) / LIMIT) * 1_000 * 1.15)
  })
})
