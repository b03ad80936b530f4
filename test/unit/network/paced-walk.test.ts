/** Looking for peers at random, in virtual time: however little there is to find, the rest of the process goes on. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerInfo } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { describe, expect, it } from 'vitest'
import { pacedWalk, ROUND_MS } from '../../../main/engine/network/paced-walk.ts'
import { VirtualClock } from '../routing/virtual-clock.ts'

function walking(round: () => PeerInfo[] | Error, signal = new AbortController().signal) {
  const clock = new VirtualClock()
  const rounds: number[] = []
  const startedAt = clock.now()
  const routing = {
    async *getClosestPeers(): AsyncGenerator<PeerInfo> {
      rounds.push(clock.now() - startedAt)
      // A walk that never rests would hang the test instead of failing it.
      if (rounds.length > 100) throw new Error('more rounds than anybody needs')
      const found = round()
      if (found instanceof Error) throw found
      yield* found
    },
  }
  const found: string[] = []
  const ended = (async () => {
    for await (const { id } of pacedWalk(() => routing, clock).walk({ signal })) found.push(id.toString())
  })()
  return { clock, rounds, found, ended }
}

describe('[NE105] a walk', () => {
  it.each([
    ['through empty tables', () => []],
    ['that fails', () => new Error('no routers')],
  ])('%s begins a round every 15 s, not one after the other', async (_, round) => {
    const { clock, rounds } = walking(round)
    await clock.advance(3 * ROUND_MS)
    expect(rounds).toEqual([0, ROUND_MS, 2 * ROUND_MS, 3 * ROUND_MS])
  })

  it('tells everybody it meets, round after round', async () => {
    const id = peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
    const { clock, found } = walking(() => [{ id, multiaddrs: [] }])
    await clock.advance(ROUND_MS)
    expect(found).toEqual([id.toString(), id.toString()])
  })

  it('ends with its signal, also in the middle of a rest, and leaves no timer', async () => {
    const stop = new AbortController()
    const { clock, rounds, ended } = walking(() => [], stop.signal)
    await clock.advance(1_000)
    stop.abort(new Error('enough'))
    await expect(ended).rejects.toThrow('enough')
    expect([rounds.length, clock.pending]).toEqual([1, 0])
  })
})
