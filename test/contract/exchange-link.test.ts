/**
 * What the exchange may expect of a link, on every implementation: the one over libp2p streams, and the simulations' model
 * of it. What a simulation shows is worth as much as this agreement.
 */
import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Frame, GoodbyeCode } from '../../main/engine/exchange/exchange.pb.js'
import type { FrameLink, LinkEnd, LinkHandlers } from '../../main/engine/exchange/ports.ts'
import { StreamLink } from '../../main/engine/exchange/stream-link.ts'
import { SimLink } from '../sim/support/sim-link.ts'
import { Swarm } from '../sim/support/swarm.ts'

interface Pair {
  readonly a: FrameLink
  readonly b: FrameLink
  /** Lets what is under way happen until `done`; fails when it does not come. */
  until(done: () => boolean): Promise<void>
  stop(): void
}

async function overStreams(): Promise<Pair> {
  const streams: [Stream, Stream] = await streamPair()
  const clock = { now: () => performance.now(), after: () => () => {} }
  return {
    a: new StreamLink(streams[0], 'b', true, clock),
    b: new StreamLink(streams[1], 'a', false, clock),
    until: async (done) => {
      for (let turn = 0; !done(); turn++) {
        if (turn > 20_000) throw new Error('it did not come')
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
    stop: () => {
      for (const stream of streams) stream.abort(new Error('test over'))
    },
  }
}

async function simulated(): Promise<Pair> {
  const swarm = new Swarm({ seed: 1, chunkCount: 1, chunkBytes: 16_384 })
  const [from, to] = [swarm.add('a', { upBytesPerSecond: 1e6 }), swarm.add('b', { upBytesPerSecond: 1e6 })]
  const a = new SimLink(swarm, from, to, true)
  const b = new SimLink(swarm, to, from, false)
  a.other = b
  b.other = a
  return { a, b, until: async (done) => void (await swarm.clock.run(done, 60_000)), stop: () => {} }
}

class Heard implements LinkHandlers {
  readonly frames: Frame[] = []
  readonly ends: LinkEnd[] = []
  readonly payload: number[] = []
  remaining: number | undefined

  onFrame(frame: Frame): void {
    expect(this.ends, 'the end is the last thing heard').toEqual([])
    expect(this.remaining ?? 0, 'a frame in the middle of a payload').toBe(0)
    this.frames.push(frame)
  }

  onPayload(view: Uint8Array, remaining: number): void {
    this.payload.push(...view)
    this.remaining = remaining
  }

  onEnd(end: LinkEnd): void {
    this.ends.push(end)
  }
}

describe.each([
  ['over libp2p streams', overStreams],
  ['simulated', simulated],
])('a link %s', (_, make) => {
  let pair: Pair
  let atA: Heard
  let atB: Heard

  beforeEach(async () => {
    pair = await make()
    atA = new Heard()
    atB = new Heard()
    pair.a.listen(atA)
  })
  afterEach(() => pair.stop())

  const ping = (nonce: number): Frame => ({ ping: { nonce } })

  it('says who is at the other end and who opened it', () => {
    expect([pair.a.remote, pair.a.initiator, pair.b.remote, pair.b.initiator]).toEqual(['b', true, 'a', false])
  })

  it('[EX4] keeps the order of frames and payloads, and every byte', async () => {
    pair.b.listen(atB)
    const bytes = Uint8Array.from({ length: 50_000 }, (__, i) => (i * 7) & 0xff)
    pair.a.send(ping(1))
    const piece = { piece: { index: 0, offset: 0, payloadBytes: bytes.byteLength } }
    const full = pair.a.sendPayload(piece, bytes)
    pair.a.send(ping(2))
    await pair.until(() => atB.frames.length === 3)
    await full
    expect(atB.frames.map((frame) => Object.keys(frame)[0])).toEqual(['ping', 'piece', 'ping'])
    expect(Buffer.from(atB.payload).equals(bytes)).toBe(true)
    expect(atB.remaining).toBe(0)
  })

  it('delivers what came before anybody listened', async () => {
    pair.a.send(ping(1))
    pair.a.send(ping(2))
    pair.b.listen(atB)
    await pair.until(() => atB.frames.length === 2)
    expect(atB.frames.map((frame) => frame.ping?.nonce)).toEqual([1, 2])
  })

  it('[EX19] a goodbye comes after what was said before, with code and text; each end is told once', async () => {
    pair.b.listen(atB)
    pair.a.send(ping(1))
    pair.a.close(GoodbyeCode.TOO_BUSY, 'later')
    pair.a.close(GoodbyeCode.TOO_BUSY, 'later')
    pair.a.send(ping(2))
    expect(atA.ends, 'at once here').toEqual([{ reason: 'closed-by-us' }])
    await pair.until(() => atB.ends.length > 0)
    expect(atB.frames).toEqual([ping(1)])
    expect(atB.ends).toEqual([{ reason: 'goodbye', code: GoodbyeCode.TOO_BUSY, text: 'later' }])
  })

  it('[LV4] abandoned: a lost connection at both ends', async () => {
    pair.b.listen(atB)
    pair.a.abandon('nothing heard for too long')
    await pair.until(() => atB.ends.length > 0)
    expect([atA.ends, atB.ends].map((ends) => ends.map(({ reason }) => reason))).toEqual([
      ['connection-lost'],
      ['connection-lost'],
    ])
  })

  it('refuses payloads once it has ended', async () => {
    pair.a.abandon('over')
    await expect(
      pair.a.sendPayload({ piece: { index: 0, offset: 0, payloadBytes: 1 } }, new Uint8Array(1)),
    ).rejects.toThrow()
  })
})
