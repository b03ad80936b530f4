/** One session: what breaks it, what it forgives because it crossed on the wire, what it tells. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { type Frame, GoodbyeCode, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { ExchangeProtocolError } from '../../../main/engine/exchange/frame-decoder.ts'
import { FULL_HAVE_BURST, MAX_OPEN_WANTS, MAX_UNASKED_BYTES } from '../../../main/engine/exchange/limits.ts'
import { Session } from '../../../main/engine/exchange/session.ts'
import { chunkBytes, FakeLink, ManualClock, memoryContent, open, piece } from './support.ts'

const KIB = 1024
const CHUNK_BYTES = 64 * KIB
const CHUNKS = 20

let clock: ManualClock
let link: FakeLink
let session: Session
let asked: Set<number>
let log: unknown[]
let chunks: { index: number; bytes: Uint8Array }[]
let nodes: { request: number; position: number; bytes: Uint8Array | undefined }[]

beforeEach(() => {
  clock = new ManualClock()
  link = new FakeLink()
  asked = new Set()
  log = []
  chunks = []
  nodes = []
  session = new Session(link, clock, {
    opened: () => log.push('opened'),
    haveChanged: () => log.push('have'),
    gained: (_, indices) => log.push(['gained', ...indices]),
    choked: (_, choked) => log.push(choked ? 'choked' : 'unchoked'),
    interest: () => log.push('interest'),
    wanted: () => log.push('wanted'),
    unwanted: () => {},
    refused: (_, indices, code) => log.push(['refused', indices, code]),
    isAsked: (_, index) => asked.has(index),
    progress: () => {},
    chunk: (_, index, bytes) => {
      asked.delete(index)
      chunks.push({ index, bytes })
    },
    buffer: (length) => new Uint8Array(length),
    nodesWanted: (_, request, cids) => log.push(['nodes', request, cids.length]),
    node: (_, request, position, bytes) => nodes.push({ request, position, bytes }),
    peers: (_, peers) => log.push(['peers', peers.length]),
    ended: (_, end) => log.push(['ended', end.reason]),
  })
  session.start()
})

function opened(): void {
  link.deliver(open())
  session.setContent(memoryContent(CHUNKS, CHUNK_BYTES))
}

/** Delivers bytes [from, to) of a chunk in one piece. */
function deliver(index: number, from = 0, to = CHUNK_BYTES): void {
  link.deliver(piece(index, from, to - from), chunkBytes(index, CHUNK_BYTES).subarray(from, to))
}

function breachOf(...frames: Frame[]): string {
  try {
    for (const frame of frames) link.deliver(frame, frame.piece && new Uint8Array(frame.piece.payloadBytes))
  } catch (error) {
    if (error instanceof ExchangeProtocolError) return error.code
    throw error
  }
  return 'none'
}

describe('breaches', () => {
  const bitfield = (bytes: number, last = 0) => {
    const field = new Uint8Array(bytes)
    field[bytes - 1] = last
    return { have: { all: false, bitfield: field, indices: [] } }
  }
  const table: [string, string, Frame[]][] = [
    ['[EX5] a second Open', 'unexpected', [open()]],
    ['[EX7] a bitfield too short', 'limit', [bitfield(2)]],
    ['[EX7] a bitfield too long', 'limit', [bitfield(4)]],
    ['[EX7] a bit set behind the last chunk', 'limit', [bitfield(3, 1)]],
    ['[EX7] a bitfield of more than 4 million chunks', 'limit', [bitfield(500_001)]],
    ['[EX7] a gained chunk that the share does not have', 'limit', [{ have: { all: false, indices: [CHUNKS] } }]],
    ['[EX9] a DAG node that nobody asked for', 'unexpected', [{ node: { request: 1, position: 0, payloadBytes: 0 } }]],
    ['[EX9] a CID longer than a CID', 'limit', [{ wantNodes: { request: 1, cids: [new Uint8Array(37)] } }]],
    ['[EX12] a piece of a chunk that the share does not have', 'unexpected', [piece(CHUNKS, 0, CHUNK_BYTES)]],
    ['[EX12] a piece beyond the end of its chunk', 'limit', [piece(0, 0, CHUNK_BYTES + 1)]],
    ['[EX12] an offset beyond the end of its chunk', 'limit', [piece(0, 0xffffffff, 1)]],
    ['[EX12] a piece of one byte in the middle', 'limit', [piece(0, 0, 1)]],
    ['[EX12] a gap', 'unexpected', [piece(0, 0, 16 * KIB), piece(0, 33 * KIB, 16 * KIB)]],
    ['[EX12] an overlap', 'unexpected', [piece(0, 0, 32 * KIB), piece(0, 16 * KIB, 32 * KIB)]],
    ['[EX17] a peer id too long', 'limit', [{ peers: { peers: [{ id: new Uint8Array(65), addresses: [] }] } }]],
    [
      '[EX17] an address too long',
      'limit',
      [{ peers: { peers: [{ id: new Uint8Array(3), addresses: [new Uint8Array(257)] }] } }],
    ],
    ['[EX7] a flood of bitfields', 'flood', new Array<Frame>(FULL_HAVE_BURST + 1).fill(bitfield(3))],
  ]
  it.each(table)('%s: %s', (_, code, frames) => {
    opened()
    asked.add(0)
    expect(breachOf(...frames)).toBe(code)
  })

  it.each<[string, Frame]>([
    ['Ping', { ping: { nonce: 1 } }],
    ['Want', { want: { indices: [0] } }],
    ['Have', { have: { all: true, indices: [] } }],
    ['nothing known', {}],
  ])('[EX5] the first frame is %s', (_, frame) => {
    expect(breachOf(frame)).toBe('unexpected')
  })

  it('[EX5] an Open whose root is longer than a CID', () => {
    expect(breachOf({ open: { ...open().open, root: new Uint8Array(37) } as NonNullable<Frame['open']> })).toBe('limit')
  })

  it('[EX20] a breach in what came before the manifest was known ends the session and nothing else', () => {
    link.deliver(open())
    link.deliver({ have: { all: false, bitfield: new Uint8Array(1), indices: [] } })
    session.setContent(memoryContent(CHUNKS, CHUNK_BYTES))
    expect(link.closed?.code).toBe(GoodbyeCode.PROTOCOL_ERROR)
    expect(log.at(-1)).toEqual(['ended', 'closed-by-us'])
  })

  it('[EX20] a breach in the Open that an inbound link began with ends the session and nothing else', () => {
    session.accept({ ping: { nonce: 1 } })
    expect(link.closed?.code).toBe(GoodbyeCode.PROTOCOL_ERROR)
  })
})

describe('not breaches', () => {
  it.each<[string, Frame]>([
    ['[EX3] a frame with no known field', {}],
    ['[EX13] a cancel of what was never wanted', { cancel: { indices: [0, CHUNKS + 5] } }],
    ['[EX14] a reject of what was never wanted', { reject: { code: RejectCode.NOT_HELD, indices: [99] } }],
    ['[EX18] a pong to no ping', { pong: { nonce: 77 } }],
    ['[EX10] a choke when choked', { choke: { choked: true } }],
  ])('%s', (_, frame) => {
    opened()
    expect(breachOf(frame)).toBe('none')
    expect(link.end).toBeUndefined()
  })

  it('[EX7] a bitfield a second for an hour', () => {
    opened()
    for (let second = 0; second < 3_600; second++) {
      clock.advance(1_000)
      expect(breachOf({ have: { all: true, indices: [] } })).toBe('none')
    }
  })

  it('[EX5] cuts long names', () => {
    const long = 'x'.repeat(1_000)
    link.deliver({ open: { root: new Uint8Array(36), client: long, nodeName: long, shareName: long, manifest: true } })
    expect([session.client.length, session.nodeName.length, session.shareName.length]).toEqual([64, 64, 255])
  })
})

describe('chunks', () => {
  beforeEach(opened)

  it('[EX12] arrive in pieces, in one, and one after the other', () => {
    asked = new Set([3, 4])
    deliver(3, 0, 32 * KIB)
    deliver(3, 32 * KIB, 48 * KIB)
    deliver(3, 48 * KIB)
    deliver(4)
    expect(chunks.map(({ index }) => index)).toEqual([3, 4])
    for (const { index, bytes } of chunks) expect(bytes).toEqual(chunkBytes(index, CHUNK_BYTES))
  })

  it('[EX13] a cancelled chunk that is on its way is dropped, whole or in part', () => {
    asked = new Set([3])
    deliver(3, 0, 32 * KIB)
    asked.clear()
    session.cancel([3])
    deliver(3, 32 * KIB)
    expect(chunks).toEqual([])
    expect(link.end).toBeUndefined()
  })

  it('[EX13] cancelled and asked again before the peer knew: the rest of the first copy is dropped, the second counts', () => {
    asked = new Set([3])
    deliver(3, 0, 32 * KIB)
    session.cancel([3])
    deliver(3, 32 * KIB, 48 * KIB)
    deliver(3)
    expect(chunks).toEqual([{ index: 3, bytes: chunkBytes(3, CHUNK_BYTES) }])
  })

  it('[EX13] cancelled and asked again before the first piece came: the copy that broke off gives way to the next', () => {
    asked = new Set([3])
    session.cancel([3])
    deliver(3, 0, 32 * KIB) // The first copy; the peer stops here, on our cancel.
    deliver(3) // The second.
    expect(chunks).toEqual([{ index: 3, bytes: chunkBytes(3, CHUNK_BYTES) }])
  })

  it('[EX13] cancelled and asked again, and the peer serves another chunk in between', () => {
    asked = new Set([3, 5])
    session.cancel([3])
    deliver(3, 0, 32 * KIB)
    deliver(5)
    deliver(3)
    expect(chunks.map(({ index }) => index)).toEqual([5, 3])
  })

  it('[EX13] cancelled in the middle of a piece: the rest of its payload is dropped', () => {
    asked = new Set([3])
    const handlers: { onFrame(f: Frame): void; onPayload(v: Uint8Array, r: number): void }[] = []
    const raw = new FakeLink()
    raw.listen = (given) => handlers.push(given)
    const other = new Session(raw, clock, {
      ...noEvents,
      isAsked: (_, index) => asked.has(index),
      chunk: (_, index, bytes) => chunks.push({ index, bytes }),
    })
    other.start()
    const [wire] = handlers
    wire?.onFrame(open())
    other.setContent(memoryContent(CHUNKS, CHUNK_BYTES))
    wire?.onFrame(piece(3, 0, CHUNK_BYTES))
    wire?.onPayload(chunkBytes(3, CHUNK_BYTES).subarray(0, 10), CHUNK_BYTES - 10)
    other.cancel([3])
    wire?.onPayload(chunkBytes(3, CHUNK_BYTES).subarray(10), 0)
    expect(chunks).toEqual([])
  })

  it('[EX10] a choke in the middle of a chunk: what was begun is forgotten, and may be asked again', () => {
    asked = new Set([3])
    deliver(3, 0, 32 * KIB)
    link.deliver({ choke: { choked: false } })
    link.deliver({ choke: { choked: true } })
    link.deliver({ choke: { choked: false } })
    deliver(3)
    expect(chunks).toEqual([{ index: 3, bytes: chunkBytes(3, CHUNK_BYTES) }])
  })

  it('[EX13] bytes nobody asked for end the session once they exceed what crosses on the wire', () => {
    const allowed = MAX_UNASKED_BYTES / CHUNK_BYTES
    for (let i = 0; i < allowed; i++) deliver(i % CHUNKS)
    expect(() => deliver(0)).toThrow(ExchangeProtocolError)
  })

  it('[EX13] what was cancelled does not count against the peer', () => {
    for (let round = 0; round < 200; round++) {
      session.cancel([round % CHUNKS])
      deliver(round % CHUNKS)
    }
    expect(link.end).toBeUndefined()
    expect(session.down.total).toBe(200 * CHUNK_BYTES)
  })

  it('[EX13] leaving chunks unfinished on purpose counts as bytes nobody asked for', () => {
    asked = new Set([1, 2])
    const begin = (index: number) => deliver(index, 0, 32 * KIB)
    const rounds = MAX_UNASKED_BYTES / (32 * KIB)
    for (let i = 0; i <= rounds; i++) begin(1 + (i % 2))
    expect(() => begin(1 + ((rounds + 1) % 2))).toThrow(ExchangeProtocolError)
  })
})

describe('DAG nodes', () => {
  it('[EX9] as many answers as CIDs were asked, absent ones included, and not one more', () => {
    opened()
    session.send({ wantNodes: { request: 9, cids: [new Uint8Array(36), new Uint8Array(36)] } })
    link.deliver({ node: { request: 9, position: 0, payloadBytes: 0 } })
    link.deliver({ node: { request: 9, position: 1, payloadBytes: 3 } }, Uint8Array.of(1, 2, 3))
    expect(nodes).toEqual([
      { request: 9, position: 0, bytes: undefined },
      { request: 9, position: 1, bytes: Uint8Array.of(1, 2, 3) },
    ])
    expect(breachOf({ node: { request: 9, position: 1, payloadBytes: 0 } })).toBe('unexpected')
    expect(session.down.total, 'DAG nodes are not chunk bytes').toBe(0)
  })
})

describe('what the peer holds', () => {
  it('[EX7] is known from before the manifest, gained chunks included', () => {
    link.deliver(open())
    link.deliver({ have: { all: false, bitfield: Uint8Array.of(0x80, 0, 0), indices: [] } })
    link.deliver({ have: { all: false, indices: [2, 19] } })
    session.setContent(memoryContent(CHUNKS, CHUNK_BYTES))
    const { have } = session
    if (!(have instanceof Bitfield)) throw new Error('no bitfield')
    expect([have.has(0), have.has(2), have.has(19), have.count]).toEqual([true, true, true, 3])
  })

  it('[EX7] everything, and then a bitfield that replaces it', () => {
    opened()
    link.deliver({ have: { all: true, indices: [] } })
    expect(session.have).toBe('all')
    link.deliver({ have: { all: false, bitfield: Uint8Array.of(0x80, 0, 0), indices: [] } })
    expect(session.have instanceof Bitfield && session.have.count).toBe(1)
  })

  it('[EX7] a peer that holds chunks holds the manifest', () => {
    link.deliver(open(false))
    expect(session.hasManifest).toBe(false)
    link.deliver({ have: { all: true, indices: [] } })
    expect(session.hasManifest).toBe(true)
  })
})

describe('what the peer wants', () => {
  beforeEach(opened)

  it('[EX11] is refused while it is choked', () => {
    link.deliver({ want: { indices: [1, 2] } })
    expect(link.framesOf('reject')).toEqual([{ code: RejectCode.CHOKED, indices: [1, 2] }])
    expect(session.wants.size).toBe(0)
  })

  it('[EX11] is refused where the share has no such chunk', () => {
    session.setChoked(false, clock.now())
    link.deliver({ want: { indices: [1, CHUNKS, 4_000_000_000] } })
    expect(link.framesOf('reject')).toEqual([{ code: RejectCode.NOT_HELD, indices: [CHUNKS, 4_000_000_000] }])
    expect(session.wants.size).toBe(1)
  })

  it('[EX11] is refused beyond the limit of open wants', () => {
    session = new Session(link, clock, noEvents)
    session.start()
    link.deliver(open())
    session.setContent(memoryContent(10_000, 10))
    session.setChoked(false, clock.now())
    const all = Array.from({ length: MAX_OPEN_WANTS + 10 }, (_, index) => index)
    link.deliver({ want: { indices: all.slice(0, 4096) } })
    link.deliver({ want: { indices: all.slice(4096) } })
    expect(session.wants.size).toBe(MAX_OPEN_WANTS)
    expect(link.framesOf('reject').at(-1)).toEqual({ code: RejectCode.TOO_MANY, indices: all.slice(MAX_OPEN_WANTS) })
  })

  it('[EX10] is dropped when we choke it', () => {
    session.setChoked(false, clock.now())
    link.deliver({ want: { indices: [1, 2] } })
    session.setChoked(true, clock.now())
    expect(session.wants.size).toBe(0)
    expect(link.framesOf('choke')).toEqual([{ choked: false }, { choked: true }])
  })

  it('[EX8] its pace bounds what we send it', () => {
    link.deliver({ interest: { interested: true, pace: 1_000_000 } })
    expect([session.theyAreInterested, session.pace.rate]).toEqual([true, 1_000_000])
    link.deliver({ interest: { interested: true, pace: 0 } })
    expect(session.pace.rate).toBeUndefined()
  })
})

describe('heartbeats', () => {
  it('[LV1] a silent peer is pinged after 2 s, the answer is the round trip', () => {
    opened()
    clock.advance(1_900)
    session.heartbeat(clock.now())
    expect(link.framesOf('ping')).toEqual([])
    clock.advance(100)
    session.heartbeat(clock.now())
    expect(link.framesOf('ping')).toEqual([{ nonce: 1 }])
    clock.advance(30)
    link.deliver({ pong: { nonce: 1 } })
    expect(session.roundTripMs).toBe(30)
  })

  it('[EX18] a ping is answered with its nonce', () => {
    opened()
    link.deliver({ ping: { nonce: 0xffffffff } })
    expect(link.framesOf('pong')).toEqual([{ nonce: 0xffffffff }])
  })
})

const noEvents: ConstructorParameters<typeof Session>[2] = {
  opened: () => {},
  haveChanged: () => {},
  gained: () => {},
  choked: () => {},
  interest: () => {},
  wanted: () => {},
  unwanted: () => {},
  refused: () => {},
  isAsked: () => false,
  progress: () => {},
  chunk: () => {},
  buffer: (length) => new Uint8Array(length),
  nodesWanted: () => {},
  node: () => {},
  peers: () => {},
  ended: () => {},
}
