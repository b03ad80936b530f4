/** Sources that die or fall silent in the middle, links opened from both ends, disks that fill up. */
import { describe, expect, it } from 'vitest'
import { GoodbyeCode } from '../../main/engine/exchange/exchange.pb.js'
import { checkInvariants } from './support/invariants.ts'
import type { SimPeer } from './support/sim-peer.ts'
import { Swarm } from './support/swarm.ts'

function fourSources(seed: number, chunkCount = 1_024): { swarm: Swarm; sources: SimPeer[]; peer: SimPeer } {
  const swarm = new Swarm({ seed, chunkCount, chunkBytes: 262_144 })
  const sources = swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 20e6 }))
  const peer = swarm.add('peer')
  swarm.connectAll()
  return { swarm, sources, peer }
}

/** Longest time without a chunk, from the first to the last. */
function longestStallMs(peer: SimPeer): number {
  const times = peer.eventsOf('chunk').map(({ atMs }) => atMs)
  return Math.max(...times.slice(1).map((atMs, i) => atMs - (times[i] ?? 0)))
}

describe('sources that die', () => {
  it('[TR4] two of four killed at 40 %: within 1.05 x ideal, no stall above 0.5 s (seed 80)', async () => {
    const { swarm, sources, peer } = fourSources(80)
    const diedAtMs = await swarm.clock.run(() => peer.have.count >= 0.4 * 1_024, 60_000)
    const left = swarm.sizeBytes - peer.have.count * 262_144
    const lost = sources.slice(0, 2).flatMap(({ id }) => [...(peer.exchange.state?.peer(id)?.requests.keys() ?? [])])
    for (const source of sources.slice(0, 2)) source.kill()
    const asked = () =>
      lost.every((index) => peer.have.has(index) || (peer.exchange.state?.askedOf(index).length ?? 0) > 0)
    const againAtMs = await swarm.clock.run(asked, 60_000)
    const ms = await swarm.complete([peer], 60_000)
    const idealMs = diedAtMs + (left / 40e6) * 1_000
    console.log(
      `two of four killed: ${(ms / idealMs).toFixed(3)} x ideal, longest stall ${Math.round(longestStallMs(peer))} ms`,
    )
    expect(lost.length).toBeGreaterThan(0)
    expect(againAtMs - diedAtMs, 'lost chunks asked again').toBeLessThan(1_000)
    expect(ms).toBeLessThan(idealMs * 1.05)
    expect(longestStallMs(peer)).toBeLessThan(500)
    checkInvariants(swarm)
  })

  it.each([81, 82])(
    '[LV3] [LV4] one of four falls silent at 40 %: suspected within 5 s, its chunks asked again in the same second, gone within 10 s (seed %d)',
    async (seed) => {
      const { swarm, sources, peer } = fourSources(seed, 4_096)
      await swarm.clock.run(() => peer.have.count >= 0.4 * 4_096, 60_000)
      const silent = sources[0]
      if (silent === undefined) throw new Error('no source')
      const silentAtMs = swarm.clock.now()
      const stuck = new Set(peer.exchange.state?.peer(silent.id)?.requests.keys() ?? [])
      silent.silent = true
      const suspectedAtMs = await swarm.clock.run(() => peer.exchange.state?.peer(silent.id)?.suspect === true, 60_000)
      const rescued = () =>
        [...stuck].every(
          (index) =>
            peer.have.has(index) || peer.exchange.state?.askedOf(index).some((id) => id !== silent.id) === true,
        )
      const rescuedAtMs = await swarm.clock.run(rescued, 60_000)
      await swarm.complete([peer], 60_000)
      const goneAtMs = peer.eventsOf('liveness').find(({ state }) => state === 'gone')?.atMs ?? Number.POSITIVE_INFINITY
      console.log(
        `silent: suspected after ${suspectedAtMs - silentAtMs} ms, rescued ${rescuedAtMs - suspectedAtMs} ms later, gone after ${goneAtMs - silentAtMs} ms`,
      )
      expect(suspectedAtMs - silentAtMs).toBeLessThanOrEqual(5_100)
      expect(rescuedAtMs - suspectedAtMs).toBeLessThan(1_000)
      expect(goneAtMs - silentAtMs).toBeLessThanOrEqual(10_000)
      expect(longestStallMs(peer)).toBeLessThan(500)
      checkInvariants(swarm)
    },
  )

  it('[LV3] a pause of 4 s of the only source: suspected, back, nothing is lost and nothing fetched twice (seed 83)', async () => {
    const swarm = new Swarm({ seed: 83, chunkCount: 256, chunkBytes: 262_144 })
    const source = swarm.add('source', { seed: true, upBytesPerSecond: 10e6 })
    const peer = swarm.add('peer')
    swarm.connectAll()
    // A stopped process: nothing of it leaves, all that is sent to it waits.
    swarm.at(2_000, () => swarm.freeze(source, 4_000))
    await swarm.complete([peer], 60_000)
    expect(peer.eventsOf('liveness').map(({ state }) => state)).toEqual(['suspect', 'back'])
    expect(peer.receivedBytes).toBeLessThanOrEqual(swarm.sizeBytes + 16 * 262_144)
    checkInvariants(swarm)
  })
})

describe('glare', () => {
  it('[EX15] 50 peers that all dial each other at once: one session per pair, both ends agree, all complete (seed 84)', async () => {
    const swarm = new Swarm({ seed: 84, chunkCount: 64, chunkBytes: 65_536, latencyMs: 30 })
    swarm.add('source', { seed: true, upBytesPerSecond: 5e6 })
    const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 5e6 }))
    for (const a of swarm.peers) for (const b of swarm.peers) swarm.connectOneWay(a, b)
    await swarm.complete(peers, 120_000)
    for (const a of swarm.peers) {
      expect(a.exchange.sessions.size, a.id).toBe(50)
      for (const [id, session] of a.exchange.sessions) {
        const b = swarm.peers.find((peer) => peer.id === id)
        const mirror = b?.exchange.sessions.get(a.id)
        expect(mirror?.link.initiator, `${a.id} and ${id} use the same link`).toBe(!session.link.initiator)
      }
      for (const { end } of a.eventsOf('session-end')) {
        expect(end.reason === 'closed-by-us' || (end.reason === 'goodbye' && end.code === GoodbyeCode.DUPLICATE)).toBe(
          true,
        )
      }
    }
    checkInvariants(swarm)
  })
})

describe('disks', () => {
  it('[TR9] full for 5 s in the middle: stops, and goes on from where it was (seed 85)', async () => {
    const { swarm, peer } = fourSources(85, 512)
    await swarm.clock.run(() => peer.have.count >= 200, 60_000)
    peer.diskFull = true
    const stoppedAtMs = await swarm.clock.run(() => peer.eventsOf('write-failed').length > 0, 60_000)
    const kept = peer.have.count
    swarm.at(stoppedAtMs + 4_900, () => expect(peer.have.count).toBe(kept))
    swarm.at(stoppedAtMs + 5_000, () => {
      peer.diskFull = false
      peer.exchange.startDownload(peer.wanted)
    })
    const ms = await swarm.complete([peer], 60_000)
    console.log(`disk full for 5 s: complete ${Math.round(ms - stoppedAtMs - 5_000)} ms after there was room`)
    expect(ms - stoppedAtMs - 5_000).toBeLessThan(((312 * 262_144) / 80e6) * 1_000 * 1.2)
    checkInvariants(swarm)
  })

  it('[TR9] full for one of 50 peers of a crowd: the others do not notice (seed 86)', async () => {
    const swarm = new Swarm({ seed: 86, chunkCount: 64, chunkBytes: 65_536, latencyMs: 10 })
    swarm.add('source', { seed: true, upBytesPerSecond: 5e6 })
    const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 5e6 }))
    swarm.connectAll()
    const unlucky = peers[0]
    if (unlucky === undefined) throw new Error('no peer')
    swarm.at(100, () => {
      unlucky.diskFull = true
    })
    await swarm.complete(peers.slice(1), 60_000)
    expect(unlucky.completeAtMs).toBeUndefined()
    checkInvariants(swarm)
  })
})
