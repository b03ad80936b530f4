/** The smallest swarms, against what is physically possible. */
import { expect, it } from 'vitest'
import { checkInvariants } from './support/invariants.ts'
import { Swarm } from './support/swarm.ts'

it('one source, one downloader: at the speed of the source (seed 1)', async () => {
  const swarm = new Swarm({ seed: 1, chunkCount: 200, chunkBytes: 65_536 })
  const source = swarm.add('source', { seed: true, upBytesPerSecond: 10e6 })
  const peer = swarm.add('peer')
  swarm.connect(peer, source)
  const ms = await swarm.complete([peer], 60_000)
  expect(ms).toBeLessThan((swarm.sizeBytes / 10e6) * 1_000 * 1.02)
  checkInvariants(swarm)
})

it('four sources: as fast as all of them together, each gives its part (seed 2)', async () => {
  const swarm = new Swarm({ seed: 2, chunkCount: 1_024, chunkBytes: 262_144 })
  const sources = swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 20e6 }))
  const peer = swarm.add('peer')
  swarm.connectAll()
  const ms = await swarm.complete([peer], 60_000)
  expect(ms).toBeLessThan((swarm.sizeBytes / 80e6) * 1_000 * 1.05)
  for (const source of sources) expect(source.exchange.up.total / swarm.sizeBytes).toBeGreaterThan(0.2)
  checkInvariants(swarm)
})
