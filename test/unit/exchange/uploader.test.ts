/** Serving: order, limits, cancels between two pieces, what is yielded while a limit holds us back. */
import { beforeEach, describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { GoodbyeCode, RejectCode } from '../../../main/engine/exchange/exchange.pb.js'
import { MAX_PIECE_BYTES, PACED_PIECE_BYTES } from '../../../main/engine/exchange/limits.ts'
import type { ShareContent } from '../../../main/engine/exchange/ports.ts'
import { Session } from '../../../main/engine/exchange/session.ts'
import type { SessionEvents } from '../../../main/engine/exchange/session-events.ts'
import { Uploader } from '../../../main/engine/exchange/uploader.ts'
import { TokenBucket } from '../../../main/engine/swarm/token-bucket.ts'
import { FakeLink, ManualClock, memoryContent, open, settle } from './support.ts'

const MIB = 1024 * 1024

let clock: ManualClock
let bucket: TokenBucket
let uploader: Uploader
let failures: unknown[]

beforeEach(() => {
  clock = new ManualClock()
  bucket = new TokenBucket()
  failures = []
  uploader = new Uploader({
    clock,
    buckets: [bucket],
    sent: (session, bytes) => session.up.add(bytes, clock.now()),
    readFailed: (error) => failures.push(error),
  })
})

function content(chunkBytes = MIB, over: Partial<ShareContent> = {}): ShareContent {
  const made = { ...memoryContent(100, chunkBytes), ...over }
  uploader.setContent(made, Bitfield.full(100))
  return made
}

function peer(
  name: string,
  made: ShareContent,
  lineBytes = 100e6,
): { session: Session; link: FakeLink; want(...indices: number[]): void } {
  const link = new FakeLink(name)
  const events = {
    opened: () => {},
    interest: () => {},
    ended: () => {},
    wanted: (session: Session) => uploader.serve(session),
    unwanted: () => {},
  }
  const session = new Session(link, clock, events as unknown as SessionEvents)
  session.start()
  link.deliver(open())
  session.setContent(made)
  session.setChoked(false, clock.now())
  // A fast line, as it was seen to be.
  session.up.add(lineBytes, clock.now())
  return { session, link, want: (...indices) => link.deliver({ want: { indices } }) }
}

const served = (link: FakeLink) => [...new Set(link.framesOf('piece').map(({ index }) => index))]

describe('serving', () => {
  it('[EX12] a chunk leaves in pieces of 256 KiB, in order, to its last byte', async () => {
    const { link, want } = peer('a', content(MIB - 5))
    want(7)
    await settle()
    expect(link.framesOf('piece').map(({ offset, payloadBytes }) => [offset, payloadBytes])).toEqual([
      [0, MAX_PIECE_BYTES],
      [MAX_PIECE_BYTES, MAX_PIECE_BYTES],
      [2 * MAX_PIECE_BYTES, MAX_PIECE_BYTES],
      [3 * MAX_PIECE_BYTES, MAX_PIECE_BYTES - 5],
    ])
  })

  it('[EX13] on a line not yet seen to be fast: in parts of 32 KiB, so that a cancel need not wait, then larger ones', async () => {
    const { link, want } = peer('a', content(), 0)
    want(7)
    await settle()
    const sizes = link.framesOf('piece').map(({ payloadBytes }) => payloadBytes)
    expect(sizes[0]).toBe(PACED_PIECE_BYTES)
    expect(sizes.at(-2)).toBeGreaterThan(2 * PACED_PIECE_BYTES)
    expect(sizes.reduce((sum, bytes) => sum + bytes, 0)).toBe(MIB)
  })

  it('[EX13] a cancel stops a chunk between two pieces, and it may be wanted again', async () => {
    const { link, want } = peer('a', content())
    const gate = Promise.withResolvers<void>()
    link.backPressure = gate.promise
    want(1)
    await settle()
    expect(link.framesOf('piece')).toHaveLength(1)
    link.deliver({ cancel: { indices: [1] } })
    want(1)
    link.backPressure = undefined
    gate.resolve()
    await settle()
    expect(link.framesOf('piece').map(({ offset }) => offset / MAX_PIECE_BYTES)).toEqual([0, 0, 1, 2, 3])
  })

  it('[EX13] cancelled while it is read ahead and wanted again: it is sent once', async () => {
    const { link, want } = peer('a', content())
    const gate = Promise.withResolvers<void>()
    link.backPressure = gate.promise
    want(1, 2)
    await settle()
    link.deliver({ cancel: { indices: [2] } })
    want(2)
    link.backPressure = undefined
    gate.resolve()
    await settle()
    expect(link.framesOf('piece').filter(({ index }) => index === 2)).toHaveLength(4)
  })

  it('[EX10] choked, unchoked and asked again within one back-pressure: nothing is sent twice', async () => {
    const { session, link, want } = peer('a', content())
    const gate = Promise.withResolvers<void>()
    link.backPressure = gate.promise
    want(1, 2)
    await settle()
    session.setChoked(true, clock.now())
    session.setChoked(false, clock.now())
    want(2, 1)
    link.backPressure = undefined
    gate.resolve()
    await settle()
    const parts = link.framesOf('piece').map(({ index, offset }) => `${index}@${offset / MAX_PIECE_BYTES}`)
    expect(parts.filter((part) => part.startsWith('2'))).toEqual(['2@0', '2@1', '2@2', '2@3'])
    expect(parts.filter((part) => part.startsWith('1'))).toEqual(['1@0', '1@0', '1@1', '1@2', '1@3'])
  })

  it('[EX10] a choke stops everything, also what is read ahead', async () => {
    const { session, link, want } = peer('a', content())
    const gate = Promise.withResolvers<void>()
    link.backPressure = gate.promise
    want(1, 2, 3)
    await settle()
    session.setChoked(true, clock.now())
    link.backPressure = undefined
    gate.resolve()
    await settle()
    expect(link.framesOf('piece')).toHaveLength(1)
    expect(session.serving.size).toBe(0)
  })

  it('[EX14] a chunk that we do not hold or cannot read is rejected with the reason, the others come', async () => {
    const failing = memoryContent(100, 1_000)
    const made = content(1_000, {
      read: (index, into) => (index === 4 ? Promise.reject(new Error('bad disk')) : failing.read(index, into)),
    })
    const have = Bitfield.full(100)
    have.clear(5)
    uploader.setContent(made, have)
    const { link, want } = peer('a', made)
    want(3, 4, 5, 6)
    await settle()
    expect(served(link)).toEqual([3, 6])
    expect(link.framesOf('reject')).toEqual([
      { code: RejectCode.NOT_HELD, indices: [5] },
      { code: RejectCode.READ_FAILED, indices: [4] },
    ])
    expect(failures).toEqual([new Error('bad disk')])
  })

  it('a link that breaks in the middle ends the serving', async () => {
    const { session, link, want } = peer('a', content())
    const gate = Promise.withResolvers<void>()
    link.backPressure = gate.promise
    want(1, 2)
    await settle()
    link.breakDown()
    session.ended = true
    gate.resolve()
    await settle()
    expect(link.framesOf('piece')).toHaveLength(1)
    expect(session.pumping).toBe(false)
  })
})

describe('limits', () => {
  it('[TR7] 1 MB/s: in parts of 32 KiB, and a second brings 1 MB and the burst', async () => {
    const { link, want } = peer('a', content())
    bucket.setRate(1e6, clock.now())
    want(...Array.from({ length: 10 }, (_, index) => index))
    await settle()
    for (let i = 0; i < 1_000; i++) {
      clock.advance(1)
      await settle()
    }
    const sizes = link.framesOf('piece').map(({ payloadBytes }) => payloadBytes)
    expect(Math.max(...sizes)).toBe(PACED_PIECE_BYTES)
    const total = sizes.reduce((sum, bytes) => sum + bytes, 0)
    expect(total).toBeGreaterThan(0.95e6)
    expect(total).toBeLessThan(1.15e6)
  })

  it('[TR7] the wish of the receiver is a limit too', async () => {
    const { link, want } = peer('a', content())
    link.deliver({ interest: { interested: true, pace: 500_000 } })
    want(1, 2, 3)
    await settle()
    for (let i = 0; i < 100; i++) {
      clock.advance(10)
      await settle()
    }
    const total = link.framesOf('piece').reduce((sum, { payloadBytes }) => sum + payloadBytes, 0)
    expect(total).toBeGreaterThan(0.45e6)
    expect(total).toBeLessThan(0.6e6)
  })

  it('[TR7] a limit of 0 sends nothing, and lifting it is noticed within 250 ms', async () => {
    const { link, want } = peer('a', content())
    bucket.setRate(0, clock.now())
    want(1)
    clock.advance(60_000)
    await settle()
    expect(link.framesOf('piece')).toHaveLength(0)
    bucket.setRate(undefined, clock.now())
    clock.advance(250)
    await settle()
    expect(served(link)).toEqual([1])
  })
})

describe('order', () => {
  it('[TR11] a second peer is served what the first was not', async () => {
    const made = content(1_000)
    const [a, b] = [peer('a', made), peer('b', made)]
    a.want(0, 1, 2)
    await settle()
    b.want(0, 1, 2, 3, 4)
    await settle()
    expect(served(a.link)).toEqual([0, 1, 2])
    expect(served(b.link).slice(0, 2)).toEqual([3, 4])
  })

  it('[TR11] while a limit holds us back, a chunk sent before waits for one that nobody has; not for ever', async () => {
    const made = content(64 * 1024)
    const [a, b] = [peer('a', made), peer('b', made)]
    a.want(0)
    await settle()
    bucket.setRate(64 * 1024, clock.now())
    a.want(1, 2, 3, 4, 5, 6, 7, 8)
    const run = async (ms: number) => {
      for (let i = 0; i < ms / 10; i++) {
        clock.advance(10)
        await settle()
      }
    }
    await run(500)
    b.want(0) // Sent before, to a.
    await run(900)
    expect(served(b.link)).toEqual([])
    await run(4_000)
    expect(served(b.link)).toEqual([0])
    expect(served(a.link).length).toBeGreaterThan(3)
  })

  describe('[TR11] a chunk that another peer has or is getting, while a limit holds us back', () => {
    const CHUNK_BYTES = 64 * 1024
    const rejected = (link: FakeLink) => link.framesOf('reject')
    const holding = (...indices: number[]) => {
      const have = new Bitfield(100)
      for (const index of indices) have.set(index)
      return have
    }

    /** Peer a was sent chunk 0 and is getting 1; b holds nothing. */
    async function limited() {
      const made = content(CHUNK_BYTES)
      const [a, b] = [peer('a', made), peer('b', made)]
      a.session.have = holding()
      b.session.have = holding()
      a.want(0)
      await settle()
      bucket.setRate(CHUNK_BYTES, clock.now())
      a.want(1, 2)
      for (let i = 0; i < 10; i++) {
        clock.advance(10)
        await settle()
      }
      return { a, b }
    }
    const run = async (ms: number) => {
      for (let i = 0; i < ms / 10; i++) {
        clock.advance(10)
        await settle()
      }
    }

    it('is rejected with ELSEWHERE at once, and what nobody has is served', async () => {
      const { a, b } = await limited()
      a.session.have = holding(0)
      b.want(0, 1, 7)
      await settle()
      expect(rejected(b.link)).toEqual([{ code: RejectCode.ELSEWHERE, indices: [0, 1] }])
      await run(5_000)
      expect(served(b.link)).toEqual([7])
    })

    it('is not rejected a second time: who comes back for it gets it', async () => {
      const { a, b } = await limited()
      a.session.have = holding(0)
      b.want(0)
      await settle()
      expect(rejected(b.link)).toHaveLength(1)
      b.want(0)
      await run(8_000)
      expect(rejected(b.link)).toHaveLength(1)
      expect(served(b.link)).toEqual([0])
    })

    it('is served when its holder has left', async () => {
      const { a, b } = await limited()
      a.session.have = holding(0)
      a.session.ended = true
      b.want(0)
      await run(8_000)
      expect(rejected(b.link)).toEqual([])
      expect(served(b.link)).toEqual([0])
    })

    it('is served when the peer has everything that nobody was sent', async () => {
      const { a, b } = await limited()
      a.session.have = holding(0)
      b.session.have = holding(...[...Array(100).keys()].slice(3))
      b.want(0)
      await run(8_000)
      expect(rejected(b.link)).toEqual([])
      expect(served(b.link)).toEqual([0])
    })

    it('is served when no limit holds us back', async () => {
      const made = content(CHUNK_BYTES)
      const [a, b] = [peer('a', made), peer('b', made)]
      a.session.have = holding(0)
      b.session.have = holding()
      a.want(0)
      await settle()
      b.want(0)
      await settle()
      expect(rejected(b.link)).toEqual([])
      expect(served(b.link)).toEqual([0])
    })
  })
})

describe('DAG nodes', () => {
  it('[EX9] are answered in order, one frame per CID, absent and oversized ones with nothing', async () => {
    const { session, link } = peer('a', content())
    const nodes = [Uint8Array.of(1), undefined, new Uint8Array(2 * MIB + 1), Uint8Array.of(4)]
    uploader.serveNodes(
      session,
      6,
      [0, 1, 2, 3].map((n) => Uint8Array.of(n)),
      async (cid) => nodes[cid[0] ?? 0],
    )
    await settle()
    expect(link.framesOf('node')).toEqual([
      { request: 6, position: 0, payloadBytes: 1 },
      { request: 6, position: 1, payloadBytes: 0 },
      { request: 6, position: 2, payloadBytes: 0 },
      { request: 6, position: 3, payloadBytes: 1 },
    ])
    expect(session.nodeRequestsOpen).toBe(0)
  })

  it('[EX9] a fifth question before the first is answered ends the session', async () => {
    const { session, link } = peer('a', content())
    const never = () => new Promise<undefined>(() => {})
    for (let request = 0; request < 4; request++) uploader.serveNodes(session, request, [Uint8Array.of(1)], never)
    expect(link.closed).toBeUndefined()
    uploader.serveNodes(session, 5, [Uint8Array.of(1)], never)
    expect(link.closed?.code).toBe(GoodbyeCode.PROTOCOL_ERROR)
  })
})
