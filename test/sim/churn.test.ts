/** Peers that come and go, and a network that falls apart and heals. */
import { describe, expect, it } from 'vitest'
import { checkInvariants } from './support/invariants.ts'
import type { SimPeer } from './support/sim-peer.ts'
import { Swarm } from './support/swarm.ts'

/** Kills and brings back each peer at random: up and down times are exponential with these means. */
function churn(swarm: Swarm, peers: readonly SimPeer[], upMs: number, downMs: number): void {
  const exponential = (meanMs: number) => -Math.log(1 - swarm.random()) * meanMs
  for (const peer of peers) {
    const down = () => {
      peer.kill()
      swarm.clock.after(exponential(downMs), up)
    }
    const up = () => {
      peer.start()
      swarm.clock.after(exponential(upMs), down)
    }
    swarm.clock.after(exponential(upMs), down)
  }
}

describe('churn', () => {
  it.each([30, 31, 32])(
    '[TR4] [TR9] 50 peers, up for 8 s and down for 4 s on average: all complete, what was kept is not fetched again (seed %d)',
    async (seed) => {
      const swarm = new Swarm({ seed, chunkCount: 128, chunkBytes: 65_536, latencyMs: 20 })
      swarm.add('source', { seed: true, upBytesPerSecond: 0.5e6 })
      const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 0.5e6 }))
      swarm.keepConnected()
      churn(swarm, peers, 8_000, 4_000)
      const ms = await swarm.complete(peers, 600_000)
      const ends = peers.reduce((sum, peer) => sum + peer.eventsOf('session-end').length, 0)
      console.log(`churn, seed ${seed}: ${Math.round(ms)} ms, ${ends} sessions broke`)
      for (const peer of peers) expect(peer.order).toHaveLength(128)
      checkInvariants(swarm)
    },
  )

  it('[TR4] the only source is killed at 30 % and returns 5 s later: nothing is fetched twice beyond what was in flight (seed 33)', async () => {
    const swarm = new Swarm({ seed: 33, chunkCount: 256, chunkBytes: 262_144 })
    const source = swarm.add('source', { seed: true, upBytesPerSecond: 20e6 })
    const peer = swarm.add('peer')
    swarm.keepConnected()
    await swarm.clock.run(() => peer.have.count > 76, 60_000)
    source.kill()
    const returnsAtMs = swarm.clock.now() + 5_000
    swarm.at(returnsAtMs, () => source.start())
    const before = peer.have.count
    const flowsAtMs = await swarm.clock.run(() => peer.have.count > before + 1, 60_000)
    expect(flowsAtMs - returnsAtMs).toBeLessThan(2_000)
    await swarm.complete([peer], 60_000)
    expect(peer.receivedBytes - swarm.sizeBytes).toBeLessThanOrEqual(16 * 1024 * 1024)
    checkInvariants(swarm)
  })
})

describe('partition', () => {
  it('[LV4] 50 peers in two halves for 30 s, the source in one: heals, all complete (seed 34)', async () => {
    const swarm = new Swarm({ seed: 34, chunkCount: 256, chunkBytes: 65_536, latencyMs: 20 })
    swarm.add('source', { seed: true, upBytesPerSecond: 1e6, place: 'east' })
    const peers = swarm.addMany(50, 'peer', (i) => ({ upBytesPerSecond: 1e6, place: i % 2 === 0 ? 'east' : 'west' }))
    const west = peers.filter((peer) => peer.options.place === 'west')
    swarm.keepConnected()
    swarm.at(4_000, () => swarm.partition((a, b) => a.options.place !== b.options.place))
    const sawGone: number[] = []
    swarm.at(16_000, () => {
      for (const peer of west) {
        const states = [...peer.exchange.sessions.keys()].filter(
          (id) => id === 'source' || Number(id.slice(4)) % 2 === 0,
        )
        sawGone.push(states.length)
      }
    })
    swarm.at(34_000, () => swarm.partition(undefined))
    const ms = await swarm.complete(peers, 300_000)
    expect(sawGone, 'sessions across the cut, 12 s after it').toEqual(new Array(25).fill(0))
    console.log(`partition: complete after ${Math.round(ms)} ms`)
    expect(ms).toBeLessThan(70_000)
    checkInvariants(swarm)
  })
})
