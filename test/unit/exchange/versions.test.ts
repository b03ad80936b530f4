/** What the protocol promises between versions and between its two ends, on real frames through the real decoder. */
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { Frame } from '../../../main/engine/exchange/exchange.pb.js'
import { encodeFrame, FrameDecoder } from '../../../main/engine/exchange/frame-decoder.ts'
import { ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import { EXCHANGE_PROTOCOL } from '../../../main/engine/network/protocols.ts'
import { chunkBytes, FakeLink, ManualClock, memoryContent, open, piece, settle } from './support.ts'

const CHUNK_BYTES = 64 * 1024
const CHUNKS = 4

function exchange(name: string, clock: ManualClock): ShareExchange {
  return new ShareExchange({
    clock,
    random: () => 0.5,
    root: new Uint8Array(36),
    client: 'test',
    nodeName: name,
    shareName: () => 'a share',
    isSmallerThan: (peer) => name < peer,
    readNode: async () => undefined,
    upBuckets: [],
    downBuckets: [],
    slotsChanged: () => {},
    emit: () => {},
  })
}

/** The bytes of a frame as a later version would write it: with a field in its message that is not known here. */
function later(frame: Frame, extra: readonly number[]): Uint8Array {
  const body = encodeFrame(frame).slice(1)
  // Tag and length of the one message in it: each a byte, for frames this small.
  const [tag = 0, length = 0] = body
  const grown = [tag, length + extra.length, ...body.slice(2), ...extra]
  return Uint8Array.of(grown.length, ...grown)
}
const FIELD_100 = [0xa0, 0x06, 0x2a] // field 100, varint 42
const KIND_100 = [0xa2, 0x06, 0x03, 1, 2, 3] // field 100 of the frame, three bytes

describe('a peer of a later version', () => {
  it('[EX21] its new optional fields and new kinds of frame change nothing for us', () => {
    const clock = new ManualClock()
    const share = exchange('me', clock)
    share.setContent(memoryContent(CHUNKS, CHUNK_BYTES), new Bitfield(CHUNKS))
    share.startDownload(Array(CHUNKS).keys())
    const link = new FakeLink('newer')
    share.attach(link)
    const decode = new FrameDecoder({ onFrame: (frame) => link.deliver(frame), onPayload: () => {} })

    decode.push(encodeFrame(open()))
    decode.push(Uint8Array.of(KIND_100.length, ...KIND_100))
    decode.push(later({ have: { all: true, indices: [] } }, FIELD_100))
    decode.push(Uint8Array.of(KIND_100.length, ...KIND_100))
    decode.push(later({ choke: { choked: false } }, FIELD_100))

    expect(link.end).toBeUndefined()
    expect([...(share.state?.peer('newer')?.requests.keys() ?? [])].sort()).toEqual([0, 1, 2, 3])
  })

  it('[EX21] is told apart by the protocol id, which names the version', () => {
    expect(EXCHANGE_PROTOCOL).toMatch(/^\/shoal\/exchange\/\d+\.\d+\.\d+$/)
  })
})

describe('the two ends of a link', () => {
  /** What one says the other hears, through the wire's own encoding. */
  function connected(initiator: 'me' | 'you') {
    const clock = new ManualClock()
    const [me, you] = [exchange('me', clock), exchange('you', clock)]
    const content = memoryContent(CHUNKS, CHUNK_BYTES)
    const half = (...indices: number[]) => {
      const have = new Bitfield(CHUNKS)
      for (const index of indices) have.set(index)
      return have
    }
    me.setContent(content, half(0, 1))
    you.setContent(content, half(2, 3))
    me.startDownload([2, 3])
    you.startDownload([0, 1])
    const [mine, yours] = [new FakeLink('you', initiator === 'me'), new FakeLink('me', initiator === 'you')]
    me.attach(mine)
    you.attach(yours)
    let [heardMine, heardYours] = [0, 0]
    const exchangeFrames = (): void => {
      for (; heardMine < mine.sent.length; heardMine++) deliverTo(yours, mine.sent[heardMine])
      for (; heardYours < yours.sent.length; heardYours++) deliverTo(mine, yours.sent[heardYours])
    }
    return { clock, me, you, mine, yours, exchangeFrames }
  }
  const deliverTo = (link: FakeLink, frame: Frame | undefined): void => {
    if (frame === undefined || frame.piece !== undefined) return
    new FrameDecoder({ onFrame: (decoded) => link.deliver(decoded), onPayload: () => {} }).push(encodeFrame(frame))
  }

  it.each(['me', 'you'] as const)(
    '[EX1] have no roles: opened by %s, each asks of the other what it lacks',
    async (initiator) => {
      const { clock, me, you, mine, yours, exchangeFrames } = connected(initiator)
      for (let turn = 0; turn < 4; turn++) {
        exchangeFrames()
        await settle()
      }
      for (const session of [...me.sessions.values(), ...you.sessions.values()]) session.setChoked(false, clock.now())
      for (let turn = 0; turn < 4; turn++) {
        exchangeFrames()
        await settle()
      }
      expect([...(me.state?.peer('you')?.requests.keys() ?? [])].sort()).toEqual([2, 3])
      expect([...(you.state?.peer('me')?.requests.keys() ?? [])].sort()).toEqual([0, 1])
      mine.deliver(piece(2, 0, CHUNK_BYTES), chunkBytes(2, CHUNK_BYTES))
      yours.deliver(piece(0, 0, CHUNK_BYTES), chunkBytes(0, CHUNK_BYTES))
      await settle()
      expect([mine.end, yours.end]).toEqual([undefined, undefined])
    },
  )

  it('[EX1] numbers on the wire stay below 2^32', () => {
    const largest = 2 ** 32 - 1
    const { ping } = Frame.decode(encodeFrame({ ping: { nonce: largest } }).slice(1))
    expect(ping?.nonce).toBe(largest)
    const { want } = Frame.decode(encodeFrame({ want: { indices: [largest] } }).slice(1))
    expect(want?.indices).toEqual([largest])
  })
})
