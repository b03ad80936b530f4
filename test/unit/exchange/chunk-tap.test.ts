/** What those who watch a share are told of single chunks, by a real exchange with fake links. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import { ChunkTap } from '../../../main/engine/transfer/chunk-tap.ts'
import { chunkBytes, FakeLink, ManualClock, memoryContent, open, piece, settle } from './support.ts'

const CHUNK_BYTES = 1_024
const CHUNKS = 4

let clock: ManualClock
let tap: ChunkTap
let exchange: ShareExchange
/** "down asked a 3": direction, what, peer, chunk. */
let moves: string[]
let touched: number[]

beforeEach(() => {
  clock = new ManualClock()
  tap = new ChunkTap()
  moves = []
  touched = []
  tap.observer = {
    moved: (direction, what, peer, index) => moves.push(`${direction} ${what} ${peer} ${index}`),
    touched: (index) => touched.push(index),
  }
  exchange = new ShareExchange({
    clock,
    tap,
    random: () => 0.5,
    root: new Uint8Array(36),
    client: 'test',
    nodeName: 'me',
    shareName: () => 'a share',
    isSmallerThan: (peer) => 'me' < peer,
    readNode: async () => undefined,
    upBuckets: [],
    downBuckets: [],
    slotsChanged: () => {},
    emit: () => {},
  })
})

function join(name: string): FakeLink {
  const link = new FakeLink(name)
  exchange.attach(link)
  link.deliver(open())
  return link
}

function source(name: string): FakeLink {
  const link = join(name)
  link.deliver({ have: { all: true, indices: [] } })
  link.deliver({ choke: { choked: false } })
  return link
}

const deliver = (link: FakeLink, index: number, bytes = chunkBytes(index, CHUNK_BYTES)) =>
  link.deliver(piece(index, 0, bytes.byteLength), bytes)
const asked = (name: string) => [0, 1, 2, 3].map((index) => `down asked ${name} ${index}`).sort()
const taken = () => moves.splice(0).sort()

describe('[FL12] what we ask of others', () => {
  beforeEach(() => {
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), new Bitfield(CHUNKS))
    exchange.startDownload(Array(CHUNKS).keys())
  })

  it('is told when it is asked; a chunk that came is touched, and is the deliverer’s to tell', async () => {
    const link = source('a')
    expect(taken()).toEqual(asked('a'))
    deliver(link, 2)
    expect(exchange.state?.chunks.isInFlight(2)).toBe(true)
    await settle()
    expect(touched).toContain(2)
    expect(exchange.state?.chunks.isInFlight(2)).toBe(false)
    expect(taken()).toEqual([])
  })

  it('a refusal is told, remembered, and forgotten when the chunk is asked for again', () => {
    const link = source('a')
    taken()
    link.deliver({ reject: { code: RejectCode.READ_FAILED, indices: [1] } })
    expect(taken()).toEqual(['down rejected a 1'])
    expect(exchange.state?.chunks.wasRejected(1)).toBe(true)
    source('b')
    expect(taken()).toEqual(['down asked b 1'])
    expect(exchange.state?.chunks.wasRejected(1)).toBe(false)
  })

  it('wrong bytes leave the chunk rejected', () => {
    const link = source('a')
    deliver(link, 3, new Uint8Array(CHUNK_BYTES).fill(9))
    expect(exchange.state?.chunks.wasRejected(3)).toBe(true)
    expect(touched).toContain(3)
  })

  it('a choke, a pause and a broken link cancel what was asked', () => {
    const a = source('a')
    taken()
    a.deliver({ choke: { choked: true } })
    const cancelled = (name: string) => asked(name).map((move) => move.replace('asked', 'cancelled'))
    expect(taken()).toEqual(cancelled('a'))
    a.deliver({ choke: { choked: false } })
    taken()
    exchange.stopDownload()
    expect(taken()).toEqual(cancelled('a'))
    exchange.startDownload(Array(CHUNKS).keys())
    taken()
    a.breakDown()
    expect(taken()).toEqual(cancelled('a'))
  })

  it('new content is told of as well, and nothing while nobody watches', () => {
    tap.observer = undefined
    source('a')
    exchange.stopDownload()
    expect(moves).toEqual([])
    expect(touched).toEqual([])
    tap.observer = { moved: (direction, what) => moves.push(`${direction} ${what}`), touched: () => {} }
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), new Bitfield(CHUNKS))
    exchange.startDownload(Array(CHUNKS).keys())
    expect(new Set(moves)).toEqual(new Set(['down asked']))
  })
})

describe('[FL12] what others ask of us', () => {
  function downloader(name: string): FakeLink {
    const link = join(name)
    link.deliver({ interest: { interested: true, pace: 0 } })
    exchange.sessions.get(name)?.setChoked(false, clock.now())
    return link
  }

  it('asked, then delivered; what we do not hold is refused', async () => {
    const have = new Bitfield(CHUNKS)
    have.set(0)
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), have)
    downloader('d').deliver({ want: { indices: [0, 1] } })
    await settle()
    expect(taken()).toEqual(['up asked d 0', 'up asked d 1', 'up delivered d 0', 'up rejected d 1'].sort())
  })

  it('while it is choked, and for chunks that do not exist, it is refused on the spot', () => {
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), Bitfield.full(CHUNKS))
    join('d').deliver({ want: { indices: [0, 99] } })
    expect(taken()).toEqual(['up asked d 0', 'up asked d 99', 'up rejected d 0', 'up rejected d 99'])
  })

  it('cancelled by it, or by our choke, before or while it is sent', async () => {
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), Bitfield.full(CHUNKS))
    const link = downloader('d')
    const line = Promise.withResolvers<void>()
    link.backPressure = line.promise
    link.deliver({ want: { indices: [0, 1, 2, 3] } })
    await settle()
    taken()
    link.deliver({ cancel: { indices: [3] } })
    exchange.sessions.get('d')?.setChoked(true, clock.now())
    line.resolve()
    await settle()
    const told = taken()
    // The one that was on the line already is through.
    expect(told.filter((move) => move.startsWith('up delivered'))).toHaveLength(1)
    expect(told.filter((move) => move.startsWith('up cancelled'))).toHaveLength(3)
  })
})
