/** Many downloaders, few givers: how far from what is physically possible, and who is served first. */
import { describe, expect, it } from 'vitest'
import { checkInvariants } from './support/invariants.ts'
import type { SimPeer } from './support/sim-peer.ts'
import { Swarm } from './support/swarm.ts'

const received = (peers: readonly SimPeer[]) => peers.map((peer) => peer.completeAtMs ?? Number.POSITIVE_INFINITY)

describe('flash crowd', () => {
  it('[TR11] 8 downloaders from one source limited to 20 MB/s, 64 MiB: within 1.2 x (seed 10)', async () => {
    const swarm = new Swarm({ seed: 10, chunkCount: 64, chunkBytes: 1024 * 1024 })
    swarm.add('source', { seed: true, uploadLimit: 20e6, upBytesPerSecond: 300e6 })
    const peers = swarm.addMany(8, 'peer', () => ({ upBytesPerSecond: 300e6, downBytesPerSecond: 300e6 }))
    swarm.connectAll()
    const ms = await swarm.complete(peers, 60_000)
    const idealMs = (swarm.sizeBytes / 20e6) * 1_000
    console.log(`8 from one: ${(ms / idealMs).toFixed(3)} x ideal`)
    expect(ms).toBeLessThan(idealMs * 1.2)
    checkInvariants(swarm)
  })

  it('[TR11] 50 downloaders from one source limited to 5 MB/s: within 1.5 x (seed 11)', async () => {
    const swarm = new Swarm({ seed: 11, chunkCount: 128, chunkBytes: 131_072, latencyMs: 10 })
    const source = swarm.add('source', { seed: true, uploadLimit: 5e6, upBytesPerSecond: 100e6 })
    const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 20e6, downBytesPerSecond: 50e6 }))
    swarm.connectAll()
    const ms = await swarm.complete(peers, 60_000)
    const idealMs = (swarm.sizeBytes / 5e6) * 1_000
    console.log(
      `50 from one: ${(ms / idealMs).toFixed(3)} x ideal, source gave ${(source.exchange.up.total / swarm.sizeBytes).toFixed(2)} copies`,
    )
    expect(ms).toBeLessThan(idealMs * 1.5)
    checkInvariants(swarm)
  })

  it('[TR12] givers finish before free riders: 25 of each, uplinks as wide as the file is large (seed 12)', async () => {
    const swarm = new Swarm({ seed: 12, chunkCount: 256, chunkBytes: 65_536, latencyMs: 10 })
    swarm.add('source', { seed: true, upBytesPerSecond: 1e6, slots: 4 })
    const givers = swarm.addMany(25, 'giver', () => ({ upBytesPerSecond: 0.5e6, slots: 4 }))
    const riders = swarm.addMany(25, 'rider', () => ({ upBytesPerSecond: 0.5e6, freeRider: true }))
    swarm.connectAll()
    await swarm.complete([...givers, ...riders], 600_000)
    const mean = (peers: SimPeer[]) => received(peers).reduce((sum, ms) => sum + ms, 0) / peers.length
    const median = (peers: SimPeer[]) => received(peers).sort((a, b) => a - b)[peers.length >> 1] ?? 0
    console.log(`givers ${Math.round(mean(givers))} ms, riders ${Math.round(mean(riders))} ms`)
    expect(median(givers)).toBeLessThan(median(riders))
    expect(mean(givers) * 1.2).toBeLessThan(mean(riders))
    checkInvariants(swarm)
  })

  it('[TR1] the source leaves as soon as one copy is out: everybody completes (seed 13)', async () => {
    const swarm = new Swarm({ seed: 13, chunkCount: 128, chunkBytes: 65_536, latencyMs: 10 })
    const source = swarm.add('source', { seed: true, upBytesPerSecond: 2e6 })
    const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 2e6 }))
    swarm.connectAll()
    const copyIsOut = () => {
      for (let index = 0; index < 128; index++) if (!peers.some((peer) => peer.have.has(index))) return false
      return true
    }
    const outAtMs = await swarm.clock.run(copyIsOut, 60_000)
    const sentCopies = source.exchange.up.total / swarm.sizeBytes
    source.kill()
    await swarm.complete(peers, 120_000)
    console.log(`one copy was out after ${Math.round(outAtMs)} ms, ${sentCopies.toFixed(2)} copies sent`)
    // Little more than one copy: each upload was of a chunk that nobody had.
    expect(sentCopies).toBeLessThan(1.75)
    checkInvariants(swarm)
  })
})
