/**
 * Peers that lie, stall, flood and drip, alone and all at once: the download completes in the time of the honest sources,
 * the liar is banned and named, nobody honest is, and none of it costs more than a bounded amount.
 */
import { describe, expect, it } from 'vitest'
import { checkInvariants } from './support/invariants.ts'
import { chokeFlapper, claimant, flipper, loris, pinger, refuser, spammer, staller } from './support/misbehaviour.ts'
import type { PeerOptions, SimPeer } from './support/sim-peer.ts'
import { Swarm } from './support/swarm.ts'

const CHUNK_BYTES = 262_144
const CHUNKS = 512
const RATE = 10e6

/** One downloader, `honest` sources of 10 MB/s each, and these. */
function swarmOf(
  seed: number,
  honest: number,
  bad: readonly PeerOptions[],
): { swarm: Swarm; peer: SimPeer; idealMs: number } {
  const swarm = new Swarm({ seed, chunkCount: CHUNKS, chunkBytes: CHUNK_BYTES, latencyMs: 2 })
  swarm.addMany(honest, 'honest', () => ({ seed: true, upBytesPerSecond: RATE }))
  for (const [index, options] of bad.entries()) swarm.add(`bad${index}`, { upBytesPerSecond: RATE, ...options })
  const peer = swarm.add('peer')
  swarm.keepConnected()
  return { swarm, peer, idealMs: (swarm.sizeBytes / (honest * RATE)) * 1_000 }
}

describe('one of four sources', () => {
  const KINDS: [string, PeerOptions, number][] = [
    ['flips bytes', flipper, 60],
    ['stalls after the manifest but answers pings', staller, 61],
    ['claims everything and rejects with NOT_HELD', claimant, 62],
    ['claims everything and rejects with READ_FAILED', refuser, 63],
    ['drips one byte a second', loris, 64],
    ['sends chunks nobody asked for', spammer(CHUNK_BYTES), 65],
    ['changes its mind about choking ten times a second', chokeFlapper, 66],
    ['floods with pings', pinger, 67],
  ]
  it.each(KINDS)(
    '[TR10] [LV5] %s: complete within 1.1 x the honest ones alone (seed 60 ff.)',
    async (name, bad, seed) => {
      const { swarm, peer, idealMs } = swarmOf(seed, 3, [bad])
      const ms = await swarm.complete([peer], 120_000)
      console.log(
        `${name}: ${(ms / idealMs).toFixed(3)} x ideal, received ${(peer.receivedBytes / swarm.sizeBytes).toFixed(3)} of the size`,
      )
      expect(ms).toBeLessThan(idealMs * 1.1 + 200)
      checkInvariants(swarm)
    },
  )

  it('[TR10] flips bytes: banned after three chunks, by name, and not let in again (seed 68)', async () => {
    const { swarm, peer } = swarmOf(68, 3, [flipper])
    await swarm.complete([peer], 120_000)
    expect(peer.eventsOf('banned').map((event) => event.peer)).toEqual(['bad0'])
    expect([...peer.exchange.banned.keys()]).toEqual(['bad0'])
    expect(peer.eventsOf('corrupt').every((event) => event.peer === 'bad0')).toBe(true)
    expect(peer.exchange.corruptBytes).toBeLessThanOrEqual(16 * CHUNK_BYTES)
    checkInvariants(swarm)
  })

  it('[TR10] flips bytes and leaves after each, to return with a clean face: three chunks all the same (seed 69)', async () => {
    const { swarm, peer } = swarmOf(69, 1, [flipper])
    const liar = swarm.peers.find(({ id }) => id === 'bad0')
    swarm.clock.every(100, () => {
      if (peer.eventsOf('corrupt').length === 0 || liar === undefined) return
      liar.kill()
      liar.start()
    })
    await swarm.complete([peer], 120_000)
    expect([...peer.exchange.banned.keys()]).toEqual(['bad0'])
    checkInvariants(swarm)
  })
})

it('[TR10] all kinds at once against a crowd of 40 honest peers with one source: complete, nobody honest banned (seed 70)', async () => {
  const swarm = new Swarm({ seed: 70, chunkCount: 128, chunkBytes: 65_536, latencyMs: 10 })
  swarm.add('source', { seed: true, upBytesPerSecond: 2e6 })
  const peers = swarm.addMany(40, 'peer', () => ({ upBytesPerSecond: 2e6 }))
  const kinds = [flipper, staller, claimant, refuser, loris, spammer(65_536), chokeFlapper]
  for (const [index, kind] of kinds.entries()) swarm.add(`bad${index}`, { upBytesPerSecond: 2e6, ...kind })
  swarm.keepConnected()
  const ms = await swarm.complete(peers, 300_000)
  const alone = new Swarm({ seed: 70, chunkCount: 128, chunkBytes: 65_536, latencyMs: 10 })
  alone.add('source', { seed: true, upBytesPerSecond: 2e6 })
  const others = alone.addMany(40, 'peer', () => ({ upBytesPerSecond: 2e6 }))
  alone.keepConnected()
  const aloneMs = await alone.complete(others, 300_000)
  console.log(`with 7 bad: ${Math.round(ms)} ms, without: ${Math.round(aloneMs)} ms`)
  expect(ms).toBeLessThan(aloneMs * 1.5)
  checkInvariants(swarm)
})
