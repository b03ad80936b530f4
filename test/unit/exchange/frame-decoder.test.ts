/** The decoder: any fragmentation gives the same frames, and nothing a stranger sends costs more than its limit. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Frame, GoodbyeCode, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { ExchangeProtocolError, encodeFrame, FrameDecoder } from '../../../main/engine/exchange/frame-decoder.ts'
import { MAX_FRAME_BYTES, MAX_NODE_BYTES, MAX_PIECE_BYTES } from '../../../main/engine/exchange/limits.ts'

type Seen = { frame: Frame; payload: number[] }

function decoder() {
  const seen: Seen[] = []
  const remainders: number[] = []
  const decode = new FrameDecoder({
    onFrame: (frame) => seen.push({ frame, payload: [] }),
    onPayload: (view, remaining) => {
      remainders.push(remaining)
      seen.at(-1)?.payload.push(...view)
    },
  })
  return { decode, seen, remainders }
}

function breachOf(bytes: Uint8Array | number[]): string {
  const { decode } = decoder()
  try {
    decode.push(Uint8Array.from(bytes))
  } catch (error) {
    if (error instanceof ExchangeProtocolError) return error.code
    throw error
  }
  return 'none'
}

/** A frame of these protobuf bytes, length-prefixed. */
function framed(body: number[]): number[] {
  const prefix: number[] = []
  let rest = body.length
  while (rest >= 0x80) {
    prefix.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return [...prefix, rest, ...body]
}

const samples: Seen[] = [
  { frame: { ping: { nonce: 7 } }, payload: [] },
  { frame: { piece: { index: 3, offset: 0, payloadBytes: 5 } }, payload: [1, 2, 3, 4, 5] },
  { frame: { want: { indices: [0, 1, 4_000_000_000] } }, payload: [] },
  { frame: { node: { request: 1, position: 2, payloadBytes: 0 } }, payload: [] },
  { frame: { node: { request: 1, position: 3, payloadBytes: 2 } }, payload: [9, 8] },
  { frame: { have: { all: false, bitfield: new Uint8Array(200).fill(0xa5), indices: [] } }, payload: [] },
  { frame: { reject: { code: RejectCode.NOT_HELD, indices: [5] } }, payload: [] },
  { frame: { goodbye: { code: GoodbyeCode.TOO_BUSY, text: 'später' } }, payload: [] },
]
const stream = Uint8Array.from(samples.flatMap(({ frame, payload }) => [...encodeFrame(frame), ...payload]))

describe('frames', () => {
  it('[EX2] are the same whichever single boundary splits the stream', () => {
    for (let at = 0; at <= stream.length; at++) {
      const { decode, seen } = decoder()
      decode.push(stream.subarray(0, at))
      decode.push(stream.subarray(at))
      expect(seen, `split at ${at}`).toEqual(samples)
    }
  })

  it('[EX2] are the same byte by byte', () => {
    const { decode, seen } = decoder()
    for (const byte of stream) decode.push(Uint8Array.of(byte))
    expect(seen).toEqual(samples)
  })

  it('[EX2] [EX4] are the same in any pieces (seed 20)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
        const { decode, seen } = decoder()
        let from = 0
        for (const cut of [...cuts, stream.length].sort((a, b) => a - b)) {
          decode.push(stream.subarray(from, cut))
          from = cut
        }
        expect(seen).toEqual(samples)
      }),
      { seed: 20, numRuns: 300 },
    )
  })

  it('[EX4] tells how much of a payload is still to come', () => {
    const { decode, remainders } = decoder()
    const frame = encodeFrame({ piece: { index: 0, offset: 0, payloadBytes: 10 } })
    decode.push(frame)
    decode.push(new Uint8Array(4))
    decode.push(new Uint8Array(6))
    expect(remainders).toEqual([6, 0])
  })
})

describe('breaches', () => {
  const table: [string, string, number[]][] = [
    ['[EX2] a length of zero', 'empty-frame', [0]],
    ['[EX2] a flood of zero lengths', 'empty-frame', new Array<number>(100_000).fill(0)],
    ['[EX2] a length of 4 GiB', 'endless-length', [0xff, 0xff, 0xff, 0xff, 0x0f]],
    ['[EX2] a length prefix that never ends', 'endless-length', new Array<number>(64).fill(0x80)],
    ['[EX2] one byte more than a frame may have', 'frame-too-long', [0x81, 0x80, 0x40]],
    ['[EX2] the largest length of four bytes', 'frame-too-long', [0xff, 0xff, 0xff, 0x7f]],
    ['[EX3] bytes that are no protobuf', 'malformed', [3, 0xff, 0xff, 0xff]],
    ['[EX3] a field longer than its frame', 'malformed', framed([0x0a, 0x20, 1, 2])],
    ['[EX3] two fields in one frame', 'several-fields', framed([0x62, 0, 0x6a, 0])],
    ['[EX3] a code of a later version', 'malformed', framed([0x72, 2, 0x08, 99])],
    ['[EX3] groups within groups, 100,000 deep', 'malformed', framed(new Array<number>(100_000).fill(0xfb))],
    ['[EX4] a piece without bytes', 'empty-piece', framed([0x52, 0])],
  ]
  it.each(table)('%s: %s', (_, code, bytes) => {
    expect(breachOf(bytes)).toBe(code)
  })

  it('[EX4] a piece or a DAG node above its limit', () => {
    expect(breachOf(encodeFrame({ piece: { index: 0, offset: 0, payloadBytes: MAX_PIECE_BYTES + 1 } }))).toBe(
      'payload-too-long',
    )
    expect(breachOf(encodeFrame({ node: { request: 0, position: 0, payloadBytes: MAX_NODE_BYTES + 1 } }))).toBe(
      'payload-too-long',
    )
    expect(breachOf(encodeFrame({ piece: { index: 0, offset: 0, payloadBytes: MAX_PIECE_BYTES } }))).toBe('none')
    expect(breachOf(encodeFrame({ node: { request: 0, position: 0, payloadBytes: MAX_NODE_BYTES } }))).toBe('none')
  })

  it('[EX3] more list entries than a field may have', () => {
    const many = (count: number) => new Array<number>(count).fill(1)
    expect(breachOf(encodeFrame({ want: { indices: many(4096) } }))).toBe('none')
    for (const frame of [
      { want: { indices: many(4097) } },
      { cancel: { indices: many(4097) } },
      { reject: { code: RejectCode.CHOKED, indices: many(4097) } },
      { have: { all: false, indices: many(4097) } },
      { wantNodes: { request: 1, cids: many(257).map(() => new Uint8Array(36)) } },
      { peers: { peers: many(51).map(() => ({ id: new Uint8Array(2), addresses: [] })) } },
      { peers: { peers: [{ id: new Uint8Array(2), addresses: many(9).map(() => new Uint8Array(2)) }] } },
    ]) {
      expect(breachOf(encodeFrame(frame)), Object.keys(frame)[0]).toBe('malformed')
    }
  })

  it('[EX2] announcing the largest frame costs us next to nothing until it comes', () => {
    const before = process.memoryUsage().arrayBuffers
    const decoders = Array.from({ length: 256 }, () => decoder().decode)
    for (const decode of decoders) decode.push(Uint8Array.from([0x80, 0x80, 0x40, 1]))
    expect(MAX_FRAME_BYTES).toBe(0x40 << 14)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(256 * 16 * 1024)
    expect(decoders).toHaveLength(256)
  })
})

describe('later versions', () => {
  it('[EX3] unknown fields in a frame and in a message are ignored', () => {
    const { decode, seen } = decoder()
    // Frame { ping { nonce: 5, field 9: "x" }, field 100: 1 }
    decode.push(Uint8Array.from(framed([0x62, 5, 0x08, 5, 0x4a, 1, 0x78, 0xa0, 0x06, 1])))
    expect(seen).toEqual([{ frame: { ping: { nonce: 5 } }, payload: [] }])
  })

  it('[EX3] a frame with no known field is a frame without content', () => {
    const { decode, seen } = decoder()
    decode.push(Uint8Array.from(framed([0xa2, 0x06, 3, 1, 2, 3])))
    expect(seen).toEqual([{ frame: {}, payload: [] }])
  })
})

it('[EX2] arbitrary bytes end in frames or in a named breach, never in another error (seed 21)', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      breachOf(bytes)
    }),
    { seed: 21, numRuns: 2_000 },
  )
})

it('[EX2] what the encoder writes, the decoder reads: lengths around every size of the prefix', () => {
  for (const length of [1, 2, 125, 126, 127, 128, 16_380, 16_383, 16_384, 500_000]) {
    const { decode, seen } = decoder()
    const bitfield = new Uint8Array(length).fill(1)
    decode.push(encodeFrame({ have: { all: false, bitfield, indices: [] } }))
    expect(seen[0]?.frame.have?.bitfield?.byteLength).toBe(length)
  }
})

/** The frames printed in docs/SPEC.md [EX22]: implementations may be checked against them. */
const EXAMPLES: [string, Frame, string][] = [
  ['Ping 7', { ping: { nonce: 7 } }, '0462020807'],
  ['Have all', { have: { all: true, indices: [] } }, '0412020801'],
  ['Have 2, 300', { have: { all: false, indices: [2, 300] } }, '071205180218ac02'],
  ['Unchoke', { choke: { choked: false } }, '022200'],
  ['Interested, 1,000,000 B/s', { interest: { interested: true, pace: 1_000_000 } }, '081a06080110c0843d'],
  ['Want 0, 5', { want: { indices: [0, 5] } }, '063a0408000805'],
  ['Reject 5: NOT_HELD', { reject: { code: RejectCode.NOT_HELD, indices: [5] } }, '064a0408011005'],
  [
    'Piece 5, offset 262144, 3 bytes',
    { piece: { index: 5, offset: 262_144, payloadBytes: 3 } },
    '0a5208080510808010' + '1803',
  ],
  [
    'Goodbye TOO_BUSY "later"',
    { goodbye: { code: GoodbyeCode.TOO_BUSY, text: 'later' } },
    '0b72090807' + '12056c61746572',
  ],
]
it.each(EXAMPLES)('[EX22] %s', (_, frame, hex) => {
  expect(Buffer.from(encodeFrame(frame)).toString('hex')).toBe(hex)
  const { decode, seen } = decoder()
  decode.push(Buffer.from(hex, 'hex'))
  const [kind] = Object.keys(frame)
  expect(seen[0]?.frame).toMatchObject({ [kind ?? '']: expect.anything() })
  expect(Frame.encode(seen[0]?.frame ?? {})).toEqual(Frame.encode(frame))
})
