import { expect, test } from 'vitest'
import { Swarm } from './support/swarm.ts'

test('one source, one downloader (seed 1)', async () => {
  const swarm = new Swarm({ seed: 1, chunkCount: 200, chunkBytes: 65536 })
  const source = swarm.add('source', { seed: true, upBytesPerSecond: 10e6 })
  const peer = swarm.add('peer', {})
  swarm.connect(peer, source)
  const ms = await swarm.clock.run(() => peer.completeAtMs !== undefined, 60_000)
  console.log('1-1', ms, (200 * 65536) / 10e6 * 1000)
  expect(peer.writes).toBe(200)
})

test('flash crowd (seed 2)', async () => {
  const swarm = new Swarm({ seed: 2, chunkCount: 64, chunkBytes: 1 << 18 })
  swarm.add('source', { seed: true, uploadLimit: 5e6 , upBytesPerSecond: 100e6})
  for (let i = 0; i < 8; i++) swarm.add(`peer${i}`, { upBytesPerSecond: 50e6, downBytesPerSecond: 50e6 })
  swarm.connectAll()
  const ms = await swarm.clock.run(() => swarm.peers.slice(1).every((p) => p.completeAtMs !== undefined), 200_000)
  console.log('flash', ms, (64 * (1 << 18)) / 5e6 * 1000, swarm.peers.map((p) => p.exchange.up.total / (64 * (1 << 18))))
  for (const p of swarm.peers.slice(1)) expect(p.writes).toBe(64)
})
