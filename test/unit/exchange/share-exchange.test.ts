/** One share with fake links: what is asked of whom, what is told, who is banned, and what survives new content. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { GoodbyeCode, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { FRAME_BURST } from '../../../main/engine/exchange/limits.ts'
import { type ShareEvent, ShareExchange } from '../../../main/engine/exchange/share-exchange.ts'
import { TokenBucket } from '../../../main/engine/swarm/token-bucket.ts'
import { chunkBytes, FakeLink, ManualClock, memoryContent, open, piece, settle } from './support.ts'

const CHUNK_BYTES = 64 * 1024
const CHUNKS = 40

let clock: ManualClock
let events: ShareEvent[]
let down: TokenBucket
let exchange: ShareExchange

beforeEach(() => {
  clock = new ManualClock()
  events = []
  down = new TokenBucket()
  exchange = make()
})

function make(): ShareExchange {
  return new ShareExchange({
    clock,
    random: () => 0.5,
    root: new Uint8Array(36),
    client: 'test',
    nodeName: 'me',
    shareName: () => 'a share',
    isSmallerThan: (peer) => 'me' < peer,
    readNode: async () => undefined,
    upBuckets: [],
    downBuckets: [down],
    slotsChanged: () => {},
    emit: (event) => events.push(event),
  })
}

function begin(chunks = CHUNKS, chunkBytesEach = CHUNK_BYTES) {
  const content = memoryContent(chunks, chunkBytesEach)
  exchange.setContent(content, new Bitfield(chunks))
  exchange.startDownload(Array(chunks).keys())
  return content
}

function join(name: string, initiator = false): FakeLink {
  const link = new FakeLink(name, initiator)
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

/** Chunks asked of the peer and neither delivered nor cancelled. */
const asked = (link: FakeLink) => [...(exchange.state?.peer(link.remote)?.requests.keys() ?? [])]
const ofType = (type: ShareEvent['type']) => events.filter((event) => event.type === type)
const deliver = (link: FakeLink, index: number, bytes = chunkBytes(index, CHUNK_BYTES)) =>
  link.deliver(piece(index, 0, bytes.byteLength), bytes)

describe('a download', () => {
  it('[EX5] [EX7] says Open, then what we hold', () => {
    begin()
    const link = join('a')
    expect(link.sent.slice(0, 2)).toMatchObject([{ open: { manifest: true } }, { have: { all: false } }])
  })

  it('[EX8] [EX11] is interested in who holds what we miss, and asks once unchoked', () => {
    begin()
    const link = join('a')
    expect(link.framesOf('interest')).toEqual([])
    link.deliver({ have: { all: true, indices: [] } })
    expect(link.framesOf('interest')).toEqual([{ interested: true, pace: 0 }])
    expect(link.framesOf('want')).toEqual([])
    link.deliver({ choke: { choked: false } })
    expect(link.framesOf('want')[0]?.indices).toHaveLength(CHUNKS)
  })

  it('[EX8] looks at chunks gained in one frame together: one Want asks for them', () => {
    begin()
    const link = join('a')
    link.deliver({ have: { all: false, bitfield: new Uint8Array(CHUNKS / 8), indices: [] } })
    link.deliver({ choke: { choked: false } })
    expect(link.framesOf('want')).toEqual([])
    link.deliver({ have: { all: false, indices: [...Array(CHUNKS).keys()] } })
    expect(link.framesOf('want').map(({ indices }) => indices.length)).toEqual([CHUNKS])
  })

  it('[TR9] is complete when the last chunk is written, and says what it gained', async () => {
    begin(3)
    const link = source('a')
    for (const index of [...asked(link)]) deliver(link, index)
    expect(ofType('complete')).toHaveLength(0)
    await settle()
    expect(ofType('complete')).toHaveLength(1)
    expect(link.framesOf('have').at(-1)?.indices.toSorted()).toEqual([0, 1, 2])
    expect(link.framesOf('interest').at(-1)?.interested).toBe(false)
  })

  it('[TR3] 30,000 small chunks in a second do not look like a flood', async () => {
    begin(30_000, 16)
    const link = source('a')
    for (;;) {
      const wanted = asked(link)
      if (wanted.length === 0) break
      for (const index of wanted) deliver(link, index, chunkBytes(index, 16))
      await settle()
    }
    expect(exchange.state?.missing).toBe(0)
    expect(link.sent.length).toBeLessThan(FRAME_BURST / 20)
  })

  it('[TR4] a lost connection: its chunks are asked of the other at once', () => {
    begin()
    const [a, b] = [source('a'), source('b')]
    const lost = asked(a)
    expect(lost.length).toBeGreaterThan(0)
    a.breakDown()
    expect(ofType('session-end')).toMatchObject([{ reassigned: lost.length }])
    expect(asked(b)).toEqual(expect.arrayContaining(lost))
  })

  it('[TR8] pause and resume: everything is cancelled, then asked again; late bytes do no harm', async () => {
    begin(4)
    const link = source('a')
    exchange.stopDownload()
    expect(link.framesOf('cancel')[0]?.indices).toHaveLength(4)
    deliver(link, 0)
    exchange.startDownload(Array(4).keys())
    for (const index of [...asked(link)]) deliver(link, index)
    await settle()
    expect(ofType('complete')).toHaveLength(1)
  })

  it('[TR6] NOT_HELD: not asked of this peer again until it says that it has the chunk', () => {
    begin(2)
    const link = source('a')
    link.deliver({ reject: { code: RejectCode.NOT_HELD, indices: [0] } })
    deliver(link, 1)
    for (let i = 0; i < 600; i++) {
      clock.advance(100)
      link.deliver({ pong: { nonce: 0 } })
      exchange.tick()
    }
    expect(asked(link)).toEqual([])
    expect(exchange.state?.copies(0)).toBe(0)
    link.deliver({ have: { all: false, indices: [0] } })
    expect(asked(link)).toEqual([0])
  })
})

describe('wrong bytes', () => {
  const wrong = new Uint8Array(CHUNK_BYTES)

  it('[TR10] are held against who sent them; the third chunk bans, and the name is said', () => {
    begin()
    const [liar, honest] = [source('liar'), source('honest')]
    for (const index of asked(liar).slice(0, 3)) deliver(liar, index, wrong)
    expect(ofType('corrupt')).toHaveLength(3)
    expect(ofType('banned')).toMatchObject([{ peer: 'liar' }])
    expect(liar.closed?.code).toBe(GoodbyeCode.BANNED)
    expect([...exchange.banned.keys()]).toEqual(['liar'])
    expect(honest.end).toBeUndefined()
    expect(exchange.corruptBytes).toBe(3 * CHUNK_BYTES)
    expect(asked(honest)).toHaveLength(CHUNKS)
  })

  it('[TR10] are remembered when the liar leaves and returns', () => {
    begin()
    for (let visit = 0; visit < 3; visit++) {
      const liar = source('liar')
      for (const index of asked(liar).slice(0, 1)) deliver(liar, index, wrong)
      liar.breakDown()
    }
    expect([...exchange.banned.keys()]).toEqual(['liar'])
    const again = new FakeLink('liar')
    exchange.attach(again)
    expect(again.closed?.code).toBe(GoodbyeCode.BANNED)
  })

  it('[TR10] one bad chunk is no reason to ban, only not to ask this peer for it again', () => {
    begin(1)
    const link = source('a')
    deliver(link, 0, wrong)
    clock.advance(8_000)
    link.deliver({ pong: { nonce: 0 } })
    exchange.tick()
    expect(link.end).toBeUndefined()
    expect(asked(link)).toEqual([])
    expect(asked(source('b'))).toEqual([0])
  })
})

describe('sessions', () => {
  it('[EX15] a peer that opens again replaces its session, which ends once', () => {
    begin()
    const first = join('a')
    const second = join('a')
    expect(first.closed?.code).toBe(GoodbyeCode.DUPLICATE)
    expect(second.end).toBeUndefined()
    expect(ofType('session-end')).toHaveLength(1)
    expect([...exchange.sessions.values()].map(({ link }) => link)).toEqual([second])
  })

  it('[EX5] a peer that says nothing for 10 s is let go', () => {
    begin()
    const link = new FakeLink('a')
    exchange.attach(link)
    for (let i = 0; i < 120 && link.end === undefined; i++) {
      clock.advance(100)
      exchange.tick()
    }
    expect(link.end).toBeDefined()
    expect(exchange.sessions.size).toBe(0)
  })

  it('[LV4] silence ends a session within 10 s', () => {
    begin()
    const link = join('a')
    const startMs = clock.now()
    while (link.end === undefined) {
      clock.advance(100)
      exchange.tick()
    }
    expect(clock.now() - startMs).toBeLessThanOrEqual(10_000)
    expect(ofType('liveness').map((event) => 'state' in event && event.state)).toEqual(['suspect', 'gone'])
  })

  it('[LV6] pongs without chunks: suspected once, tried again and again, never called back', () => {
    begin()
    const link = source('a')
    for (let i = 0; i < 300; i++) {
      clock.advance(100)
      link.deliver({ pong: { nonce: 0 } })
      exchange.tick()
    }
    expect(ofType('liveness')).toMatchObject([{ state: 'suspect' }])
    expect(link.framesOf('cancel').length).toBeGreaterThan(1)
    expect(link.framesOf('want').length).toBeGreaterThan(2)
    const [index = 0] = asked(link)
    clock.advance(100)
    deliver(link, index)
    expect(ofType('liveness').at(-1)).toMatchObject({ state: 'back' })
  })
})

describe('new content', () => {
  it('[TR8] keeps what peers hold and who unchoked us: the download goes on without a word from them', () => {
    begin()
    const link = source('a')
    exchange.stopDownload()
    link.sent.length = 0
    begin()
    expect(link.framesOf('want')[0]?.indices).toHaveLength(CHUNKS)
    expect(exchange.state?.copies(0)).toBe(1)
  })

  it('[EX7] what came before the manifest counts once it is known', () => {
    const link = source('a')
    begin()
    expect(asked(link)).toHaveLength(CHUNKS)
  })

  it('[EX20] a bitfield that does not fit ends that session only', () => {
    const [good, bad] = [source('good'), join('bad')]
    bad.deliver({ have: { all: false, bitfield: new Uint8Array(1), indices: [] } })
    begin()
    expect(bad.closed?.code).toBe(GoodbyeCode.PROTOCOL_ERROR)
    expect(asked(good)).toHaveLength(CHUNKS)
  })

  it('[EX7] chunks withdrawn in a hurry are told at once, and then at most once a second', () => {
    exchange.setContent(memoryContent(CHUNKS, CHUNK_BYTES), Bitfield.full(CHUNKS))
    const link = join('a')
    link.sent.length = 0
    for (let i = 0; i < 1_000; i++) {
      exchange.haveReplaced()
      clock.advance(1)
    }
    clock.advance(1_000)
    expect(link.framesOf('have').length).toBeLessThanOrEqual(3)
    expect(link.framesOf('have').length).toBeGreaterThanOrEqual(2)
  })

  it('[TR9] a chunk lost on disk is fetched again, and the share is complete again', async () => {
    begin(2)
    const link = source('a')
    for (const index of [...asked(link)]) deliver(link, index)
    await settle()
    exchange.lost(1)
    expect(asked(link)).toEqual([1])
    deliver(link, 1)
    await settle()
    expect(ofType('complete')).toHaveLength(2)
  })
})

describe('limits', () => {
  it('[TR7] a download limit is asked for in advance: no more is outstanding than it allows', () => {
    down.setRate(CHUNK_BYTES, clock.now())
    begin()
    const link = source('a')
    for (let i = 0; i < 100; i++) {
      clock.advance(100)
      link.deliver({ pong: { nonce: 0 } })
      exchange.tick()
    }
    expect(link.framesOf('interest')[0]?.pace).toBe(CHUNK_BYTES)
    const total = link.framesOf('want').reduce((sum, { indices }) => sum + indices.length, 0)
    expect(total).toBeLessThanOrEqual(12)
  })
})
