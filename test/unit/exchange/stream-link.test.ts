/** A link over a stream: batches, back-pressure, floods, and every end reported once. Streams are libp2p's own pairs. */
import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Frame, GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame } from '../../../main/engine/exchange/frame-decoder.ts'
import { FRAME_BURST, MAX_PENDING_CONTROL_BYTES } from '../../../main/engine/exchange/limits.ts'
import type { LinkEnd, LinkHandlers } from '../../../main/engine/exchange/ports.ts'
import { StreamLink } from '../../../main/engine/exchange/stream-link.ts'
import { ManualClock } from './support.ts'

class Listener implements LinkHandlers {
  readonly frames: Frame[] = []
  readonly ends: LinkEnd[] = []
  payloadBytes = 0
  private waiters: { done: () => boolean; resolve: () => void }[] = []

  onFrame(frame: Frame): void {
    this.frames.push(frame)
    this.check()
  }

  onPayload(view: Uint8Array): void {
    this.payloadBytes += view.byteLength
    this.check()
  }

  onEnd(end: LinkEnd): void {
    this.ends.push(end)
    this.check()
  }

  until(done: (listener: Listener) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push({ done: () => done(this), resolve })
      this.check()
    })
  }

  private check(): void {
    this.waiters = this.waiters.filter(({ done, resolve }) => {
      if (!done()) return true
      resolve()
      return false
    })
  }
}

let clock: ManualClock
let streams: [Stream, Stream]
let a: StreamLink
let b: StreamLink
let heardByA: Listener
let heardByB: Listener

beforeEach(async () => {
  clock = new ManualClock()
  const [outbound, inbound] = await streamPair()
  streams = [outbound, inbound]
  a = new StreamLink(outbound, 'b', true, clock)
  b = new StreamLink(inbound, 'a', false, clock)
  heardByA = new Listener()
  heardByB = new Listener()
  a.listen(heardByA)
})

afterEach(() => {
  for (const stream of streams) stream.abort(new Error('test over'))
})

const piece = (payloadBytes: number): Frame => ({ piece: { index: 0, offset: 0, payloadBytes } })

/** Counts what goes to the stream. */
function countSends(stream: Stream): { sizes: number[] } {
  const sizes: number[] = []
  const send = stream.send.bind(stream)
  stream.send = (data) => {
    sizes.push(data.byteLength)
    return send(data)
  }
  return { sizes }
}

describe('frames', () => {
  it('[EX4] and payloads arrive in order', async () => {
    b.listen(heardByB)
    a.send({ ping: { nonce: 1 } })
    await a.sendPayload(piece(200_000), new Uint8Array(200_000))
    a.send({ ping: { nonce: 2 } })
    await heardByB.until(({ frames }) => frames.length === 3)
    expect(heardByB.payloadBytes).toBe(200_000)
    expect(heardByB.frames.map((frame) => frame.ping?.nonce)).toEqual([1, undefined, 2])
  })

  it('of one turn leave as one write', async () => {
    const { sizes } = countSends(streams[0])
    b.listen(heardByB)
    for (let nonce = 0; nonce < 100; nonce++) a.send({ ping: { nonce } })
    for (let i = 0; i < 5; i++) a.sendPayload(piece(4_000), new Uint8Array(4_000))
    await heardByB.until(({ frames, payloadBytes }) => frames.length === 105 && payloadBytes === 20_000)
    expect(sizes).toHaveLength(1)
  })

  it('that came before anybody listened are delivered then', async () => {
    a.send({ ping: { nonce: 1 } })
    await new Promise((resolve) => setImmediate(resolve))
    b.listen(heardByB)
    await heardByB.until(({ frames }) => frames.length === 1)
    expect(heardByB.frames[0]?.ping?.nonce).toBe(1)
  })

  it('go to the new handlers when listened to again', async () => {
    b.listen(heardByB)
    const second = new Listener()
    a.send({ ping: { nonce: 1 } })
    await heardByB.until(({ frames }) => frames.length === 1)
    b.listen(second)
    a.send({ ping: { nonce: 2 } })
    await second.until(({ frames }) => frames.length === 1)
    expect([heardByB.frames.length, second.frames.length]).toEqual([1, 1])
  })
})

/** A stream that takes nothing until it is drained, as one whose window is used up. */
function blocked(stream: Stream): { buffered(): number; drain(): void } {
  let bytes = 0
  let needsDrain = false
  stream.send = (data) => {
    bytes += data.byteLength
    needsDrain = true
    return false
  }
  Object.defineProperty(stream, 'writableNeedsDrain', { get: () => needsDrain })
  Object.defineProperty(stream, 'writeBufferLength', { get: () => bytes })
  return {
    buffered: () => bytes,
    drain: () => {
      bytes = 0
      needsDrain = false
      stream.dispatchEvent(new Event('drain'))
    },
  }
}

describe('back-pressure', () => {
  const turn = () => new Promise((resolve) => setImmediate(resolve))

  it('[EX6] a large payload waits for the stream to drain', async () => {
    const gate = blocked(streams[0])
    let sent = false
    const sending = a.sendPayload(piece(200_000), new Uint8Array(200_000))?.then(() => {
      sent = true
    })
    await turn()
    expect(sent).toBe(false)
    gate.drain()
    await sending
    expect(sent).toBe(true)
  })

  it('[EX6] small payloads wait too: a slow peer never makes us buffer more than a few of them', async () => {
    const gate = blocked(streams[0])
    for (let i = 0; i < 1_000; i++) {
      const full = a.sendPayload(piece(4_096), new Uint8Array(4_096))
      full?.catch(() => {}) // The stream goes away with the test.
      if (full !== undefined) break
      await turn()
    }
    expect(gate.buffered()).toBeLessThan(64 * 1024)
  })

  it('[EX6] a peer that lets our control frames pile up ends the link', () => {
    const gate = blocked(streams[0])
    const indices = Array.from({ length: 4_096 }, (_, index) => index)
    for (let i = 0; i < 1_000 && heardByA.ends.length === 0; i++) a.send({ have: { all: false, indices } })
    expect(heardByA.ends).toEqual([{ reason: 'connection-lost', message: 'the peer takes no data any more' }])
    expect(gate.buffered()).toBeLessThanOrEqual(MAX_PENDING_CONTROL_BYTES)
  })

  it('who waits for the stream when the link ends is told', async () => {
    blocked(streams[0])
    const sending = a.sendPayload(piece(200_000), new Uint8Array(200_000))
    a.abandon('enough')
    await expect(sending).rejects.toThrow('link ended')
    await expect(a.sendPayload(piece(1), new Uint8Array(1))).rejects.toThrow('link ended')
  })
})

describe('ends', () => {
  it('[EX19] a goodbye reaches the other side with code and text, each side hears of its end once', async () => {
    b.listen(heardByB)
    a.send({ ping: { nonce: 1 } })
    a.close(GoodbyeCode.NOT_NEEDED, 'x'.repeat(1_000))
    await heardByB.until(({ ends }) => ends.length > 0)
    expect(heardByB.frames).toHaveLength(1)
    expect(heardByB.ends).toEqual([{ reason: 'goodbye', code: GoodbyeCode.NOT_NEEDED, text: 'x'.repeat(256) }])
    a.close(GoodbyeCode.NOT_NEEDED, 'again')
    a.abandon('again')
    expect(heardByA.ends).toEqual([{ reason: 'closed-by-us' }])
  })

  it('[EX20] a breach is answered with PROTOCOL_ERROR and its reason', async () => {
    b.listen(heardByB)
    streams[0].send(Uint8Array.of(0))
    await heardByB.until(({ ends }) => ends.length > 0)
    expect(heardByB.ends).toEqual([{ reason: 'protocol-error', message: 'a frame of zero bytes' }])
    await heardByA.until(({ ends }) => ends.length > 0)
    expect(heardByA.ends).toHaveLength(1)
  })

  it('[EX20] an error of our own behind a frame costs the link, not the process', async () => {
    const listener = new Listener()
    listener.onFrame = () => {
      throw new TypeError('our bug')
    }
    b.listen(listener)
    a.send({ ping: { nonce: 1 } })
    await listener.until(({ ends }) => ends.length > 0)
    expect(listener.ends).toEqual([{ reason: 'protocol-error', message: 'internal error: TypeError: our bug' }])
  })

  it('a stream that is reset, and one whose writing end is closed, are lost connections', async () => {
    b.listen(heardByB)
    streams[0].abort(new Error('cable'))
    await heardByB.until(({ ends }) => ends.length > 0)
    expect(heardByB.ends.map(({ reason }) => reason)).toEqual(['connection-lost'])
    expect(heardByA.ends.map(({ reason }) => reason)).toEqual(['connection-lost'])
  })

  it('[EX20] nothing of what follows a close in the same read reaches the session', async () => {
    const listener = new Listener()
    const onFrame = listener.onFrame.bind(listener)
    listener.onFrame = (frame) => {
      onFrame(frame)
      if (frame.ping !== undefined) b.close(GoodbyeCode.BANNED, 'enough')
    }
    b.listen(listener)
    const piece = encodeFrame({ piece: { index: 1, offset: 0, payloadBytes: 3 } })
    streams[0].send(Uint8Array.from([...encodeFrame({ ping: { nonce: 1 } }), ...piece, 1, 2, 3]))
    await listener.until(({ ends }) => ends.length > 0)
    await heardByA.until(({ ends }) => ends.length > 0)
    expect([listener.frames.length, listener.payloadBytes]).toEqual([1, 0])
  })
})

describe('floods', () => {
  it('[EX6] more control frames than allowed end the link; pieces do not count', async () => {
    b.listen(heardByB)
    const ping = encodeFrame({ ping: { nonce: 1 } })
    const batch = new Uint8Array(ping.byteLength * 1_000)
    for (let i = 0; i < 1_000; i++) batch.set(ping, i * ping.byteLength)
    for (let i = 0; i < FRAME_BURST / 1_000; i++) streams[0].send(batch.slice())
    await heardByB.until(({ frames }) => frames.length === FRAME_BURST)
    const one = Uint8Array.from([...encodeFrame(piece(1)), 0])
    for (let i = 0; i < 10; i++) streams[0].send(one.slice())
    await heardByB.until(({ frames }) => frames.length === FRAME_BURST + 10)
    expect(heardByB.ends).toEqual([])
    streams[0].send(ping.slice())
    await heardByB.until(({ ends }) => ends.length > 0)
    expect(heardByB.ends[0]).toMatchObject({ reason: 'protocol-error' })
  })

  it('[EX6] 2,000 control frames a second are allowed for ever', async () => {
    b.listen(heardByB)
    const ping = encodeFrame({ ping: { nonce: 1 } })
    const batch = new Uint8Array(ping.byteLength * 2_000)
    for (let i = 0; i < 2_000; i++) batch.set(ping, i * ping.byteLength)
    for (let second = 1; second <= 30; second++) {
      clock.advance(1_000)
      streams[0].send(batch.slice())
      await heardByB.until(({ frames }) => frames.length === second * 2_000)
    }
    expect(heardByB.ends).toEqual([])
  })
})
