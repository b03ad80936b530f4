/** What the user does in the middle: pauses, resumes, selects other files, wants to watch from the start, sets limits. */
import { describe, expect, it } from 'vitest'
import { checkInvariants } from './support/invariants.ts'
import { Swarm } from './support/swarm.ts'

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

describe('pause and resume', () => {
  it.each([90, 91])(
    '[TR8] ten times in the middle, at once or after a while: complete, little is fetched twice (seed %d)',
    async (seed) => {
      const swarm = new Swarm({ seed, chunkCount: 512, chunkBytes: 262_144, latencyMs: 20 })
      swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 10e6 }))
      const peer = swarm.add('peer')
      swarm.connectAll()
      for (let i = 1; i <= 10; i++) {
        swarm.at(i * 250, () => peer.exchange.stopDownload())
        swarm.at(i * 250 + Math.floor(swarm.random() * 3) * 40, () => peer.exchange.startDownload(peer.wanted))
      }
      const ms = await swarm.complete([peer], 60_000)
      console.log(
        `ten pauses: ${Math.round(ms)} ms, received ${(peer.receivedBytes / swarm.sizeBytes).toFixed(3)} of the size`,
      )
      expect(ms).toBeLessThan(9_000)
      expect(peer.breaches).toEqual([])
      checkInvariants(swarm)
    },
  )

  it('[TR8] a crowd of 50 in which everybody pauses at random (seed 92)', async () => {
    const swarm = new Swarm({ seed: 92, chunkCount: 64, chunkBytes: 65_536, latencyMs: 20 })
    swarm.add('source', { seed: true, upBytesPerSecond: 2e6 })
    const peers = swarm.addMany(50, 'peer', () => ({ upBytesPerSecond: 2e6 }))
    swarm.connectAll()
    for (const peer of peers) {
      for (let i = 0; i < 3; i++) {
        const atMs = swarm.random() * 4_000
        swarm.at(atMs, () => peer.exchange.stopDownload())
        swarm.at(atMs + swarm.random() * 1_000, () => peer.exchange.startDownload(peer.wanted))
      }
    }
    await swarm.complete(peers, 120_000)
    checkInvariants(swarm)
  })
})

describe('selection', () => {
  it('[TR8] changed in the middle: only what is wanted is fetched, and completes (seed 93)', async () => {
    const swarm = new Swarm({ seed: 93, chunkCount: 400, chunkBytes: 65_536, latencyMs: 5 })
    swarm.addMany(3, 'source', () => ({ seed: true, upBytesPerSecond: 2e6 }))
    const peer = swarm.add('peer', { want: range(0, 200) })
    swarm.connectAll()
    await swarm.clock.run(() => peer.have.count >= 80, 60_000)
    const before = new Set(peer.order)
    peer.exchange.startDownload(range(150, 300))
    await swarm.complete([peer], 60_000)
    const inFlight = 64
    for (const index of range(150, 300)) expect(peer.have.has(index)).toBe(true)
    for (const index of range(300, 400)) expect(peer.have.has(index)).toBe(false)
    const strays = peer.order.filter((index) => index < 150 && !before.has(index))
    expect(strays.length, 'what was on its way may still be kept').toBeLessThanOrEqual(inFlight)
    checkInvariants(swarm)
  })
})

describe('sequential', () => {
  it('[TR13] chunks come in order, but for what is in flight, also when a source leaves (seed 94)', async () => {
    const swarm = new Swarm({ seed: 94, chunkCount: 512, chunkBytes: 65_536, latencyMs: 5 })
    const sources = swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 2e6 }))
    const peer = swarm.add('peer', { sequential: true })
    swarm.connectAll()
    swarm.at(1_500, () => sources[0]?.kill())
    const playable: number[] = []
    swarm.clock.every(500, () => {
      let next = 0
      while (peer.have.has(next)) next += 1
      playable.push(peer.have.count - next)
    })
    await swarm.complete([peer], 60_000)
    console.log(`ahead of the first gap: at most ${Math.max(...playable)} chunks`)
    expect(Math.max(...playable)).toBeLessThanOrEqual(4 * 64)
    const late = peer.order.map((index, place) => Math.abs(index - place))
    expect(late.reduce((sum, distance) => sum + distance, 0) / late.length).toBeLessThan(64)
    checkInvariants(swarm)
  })

  it('[TR13] [LV3] a silent source holds the front up no longer than the suspicion (seed 95)', async () => {
    const swarm = new Swarm({ seed: 95, chunkCount: 2_048, chunkBytes: 65_536, latencyMs: 5 })
    const sources = swarm.addMany(3, 'source', () => ({ seed: true, upBytesPerSecond: 2e6 }))
    const peer = swarm.add('peer', { sequential: true })
    swarm.connectAll()
    swarm.at(3_000, () => {
      const [first] = sources
      if (first !== undefined) first.silent = true
    })
    let front = 0
    let movedAtMs = 0
    let longestMs = 0
    swarm.clock.every(50, () => {
      const before = front
      while (peer.have.has(front)) front += 1
      const nowMs = swarm.clock.now()
      if (front > before) movedAtMs = nowMs
      else if (peer.completeAtMs === undefined) longestMs = Math.max(longestMs, nowMs - movedAtMs)
    })
    await swarm.complete([peer], 60_000)
    console.log(`the front stood still for ${Math.round(longestMs)} ms at most`)
    expect(longestMs).toBeLessThan(6_000)
    checkInvariants(swarm)
  })
})

describe('limits', () => {
  const RATES: [number, number][] = [
    [2e6, 96],
    [0.5e6, 97],
  ]
  it.each(RATES)('[TR7] %d B/s down from four sources, within 0.15 of the limit (seed %d)', async (rate, seed) => {
    const swarm = new Swarm({ seed, chunkCount: 160, chunkBytes: 65_536, latencyMs: 5 })
    swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 10e6 }))
    const peer = swarm.add('peer', { downloadLimit: rate })
    swarm.connectAll()
    const ms = await swarm.complete([peer], 120_000)
    const idealMs = (swarm.sizeBytes / rate) * 1_000
    console.log(`${rate} B/s: ${(ms / idealMs).toFixed(3)} of the time the limit asks for`)
    expect(ms).toBeGreaterThan(idealMs * 0.85)
    expect(ms).toBeLessThan(idealMs * 1.15)
    checkInvariants(swarm)
  })

  it('[TR15] under a limit that one source could fill alone, all four carry the load (seed 99)', async () => {
    const swarm = new Swarm({ seed: 99, chunkCount: 160, chunkBytes: 262_144, latencyMs: 5 })
    const sources = swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 10e6 }))
    const peer = swarm.add('peer', { downloadLimit: 3e6 })
    swarm.connectAll()
    await swarm.complete([peer], 120_000)
    const shares = sources.map(({ exchange }) => exchange.up.total / swarm.sizeBytes)
    console.log(`four sources under one limit gave ${shares.map((share) => share.toFixed(3)).join(', ')}`)
    for (const share of shares) expect(share).toBeGreaterThan(0.15)
    checkInvariants(swarm)
  })

  it('[TR7] lifted in the middle: at full speed at once (seed 98)', async () => {
    const swarm = new Swarm({ seed: 98, chunkCount: 512, chunkBytes: 65_536, latencyMs: 5 })
    swarm.addMany(4, 'source', () => ({ seed: true, upBytesPerSecond: 5e6 }))
    const peer = swarm.add('peer', { downloadLimit: 0.5e6 })
    swarm.connectAll()
    swarm.at(4_000, () => peer.downBucket.setRate(undefined, swarm.clock.now()))
    const ms = await swarm.complete([peer], 120_000)
    expect(ms).toBeLessThan(4_000 + 2_500)
    checkInvariants(swarm)
  })
})
