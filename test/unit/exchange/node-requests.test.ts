/** Fetching the manifest: who is asked next when a source is silent, has nothing, lies or leaves. */
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Frame } from '../../../main/engine/exchange/exchange.pb.js'
import { NODE_TIMEOUT_MS } from '../../../main/engine/exchange/limits.ts'
import { NodeRequests } from '../../../main/engine/exchange/node-requests.ts'
import type { Session } from '../../../main/engine/exchange/session.ts'
import { settle } from './support.ts'

const cids = [1, 2, 3].map((n) => CID.createV1(0x70, Digest.create(0x12, new Uint8Array(32).fill(n))))

/** As much of a session as NodeRequests uses. */
class Source {
  readonly remote: string
  ended = false
  readonly asked: NonNullable<Frame['wantNodes']>[] = []
  constructor(remote: string) {
    this.remote = remote
  }
  send(frame: Frame): void {
    if (frame.wantNodes !== undefined) this.asked.push(frame.wantNodes)
  }
  get session(): Session {
    return this as unknown as Session
  }
}

let requests: NodeRequests
let nowMs: number
let got: string[]
let done: boolean
let failed: unknown

beforeEach(() => {
  requests = new NodeRequests()
  nowMs = 1_000
  got = []
  done = false
  failed = undefined
})

function fetch(signal?: AbortSignal): void {
  const run = async () => {
    for await (const { cid } of requests.fetch(cids, signal)) got.push(cid.toString())
  }
  run().then(
    () => {
      done = true
    },
    (error: unknown) => {
      failed = error
    },
  )
}

async function tick(ms = 100): Promise<void> {
  nowMs += ms
  requests.tick(nowMs)
  await settle()
}

function answer(source: Source, have: (position: number) => boolean = () => true): void {
  const want = source.asked.at(-1)
  if (want === undefined) throw new Error('nothing asked')
  for (const position of want.cids.keys()) {
    requests.answered(source.session, want.request, position, have(position) ? Uint8Array.of(position) : undefined)
  }
}

describe('DAG nodes', () => {
  it('[EX9] come from whoever has the manifest, and a source that joins later will do', async () => {
    fetch()
    await tick()
    const a = new Source('a')
    requests.sourceJoined(a.session)
    await settle()
    answer(a)
    await settle()
    expect(done).toBe(true)
    expect(got).toEqual(cids.map(String))
    expect(requests.lastSource).toBe('a')
  })

  it('[EX9] what one does not have is asked of the next', async () => {
    const [a, b] = [new Source('a'), new Source('b')]
    requests.sourceJoined(a.session)
    requests.sourceJoined(b.session)
    fetch()
    await settle()
    answer(a, (position) => position === 1)
    await settle()
    answer(a, () => false)
    await settle()
    expect(b.asked.at(-1)?.cids).toEqual([cids[0]?.bytes, cids[2]?.bytes])
    answer(b)
    await settle()
    expect(done).toBe(true)
  })

  it('[EX9] a source that answers nothing for 5 s is passed over', async () => {
    const [a, b] = [new Source('a'), new Source('b')]
    requests.sourceJoined(a.session)
    requests.sourceJoined(b.session)
    fetch()
    await tick()
    await tick(NODE_TIMEOUT_MS)
    expect(b.asked).toHaveLength(0)
    await tick()
    expect(b.asked).toHaveLength(1)
    answer(b)
    await settle()
    expect(done).toBe(true)
  })

  it('[EX9] the only source is asked again after a pause: it may have been busy', async () => {
    const a = new Source('a')
    requests.sourceJoined(a.session)
    fetch()
    await tick()
    await tick(NODE_TIMEOUT_MS + 100)
    for (let waited = 0; waited < 10_000; waited += 1_000) {
      expect(a.asked).toHaveLength(1)
      await tick(1_000)
    }
    expect(a.asked).toHaveLength(2)
    answer(a)
    await settle()
    expect(done).toBe(true)
  })

  it('[EX9] a source that drips its answers gives way to another; what it still sends counts', async () => {
    const [a, b] = [new Source('a'), new Source('b')]
    requests.sourceJoined(a.session)
    fetch()
    await tick()
    const { request } = a.asked[0] ?? { request: 0 }
    await tick(NODE_TIMEOUT_MS - 200)
    requests.answered(a.session, request, 0, Uint8Array.of(0))
    await tick(400)
    // Nobody else has it: the slow one is better than none.
    expect(got).toHaveLength(1)
    requests.sourceJoined(b.session)
    await tick()
    expect(b.asked[0]?.cids).toHaveLength(2)
    requests.answered(a.session, request, 1, Uint8Array.of(1))
    await tick()
    expect(got).toHaveLength(2)
    requests.answered(b.session, b.asked[0]?.request ?? 0, 1, Uint8Array.of(2))
    await settle()
    expect(done).toBe(true)
    expect(got).toEqual(cids.map(String))
  })

  it('[EX9] a silent source that is the only one is asked twice and no more, so that it need not turn us out', async () => {
    const a = new Source('a')
    requests.sourceJoined(a.session)
    fetch()
    for (let waitedMs = 0; waitedMs < 120_000; waitedMs += 500) await tick(500)
    expect(a.asked).toHaveLength(2)
    const [first] = a.asked
    for (const position of cids.keys()) requests.answered(a.session, first?.request ?? 0, position, Uint8Array.of(1))
    await settle()
    expect(done).toBe(true)
  })

  it('[EX9] large nodes are asked for few at a time: what waits to be read is bounded', async () => {
    const many = Array.from({ length: 300 }, (_, n) => {
      const digest = new Uint8Array(32)
      new DataView(digest.buffer).setUint32(0, n)
      return CID.createV1(0x70, Digest.create(0x12, digest))
    })
    const a = new Source('a')
    requests.sourceJoined(a.session)
    const sizes = [1_000, 2_000_000, 1_000, 1_000, 1_000]
    const asked: number[] = []
    const done = (async () => {
      for await (const _ of requests.fetch(many)) got.push('')
    })()
    for (const bytes of sizes) {
      while (a.asked.length === asked.length) await settle()
      const want = a.asked.at(-1)
      if (want === undefined) throw new Error('nothing asked')
      asked.push(want.cids.length)
      for (const position of want.cids.keys())
        requests.answered(a.session, want.request, position, new Uint8Array(bytes))
    }
    await done
    // Nothing known; 1 kB seen, but the size before counts as well; then 2 MB; twice; then 1 kB again.
    expect(asked).toEqual([32, 32, 8, 8, 220])
  })

  it('[EX9] a source that leaves in the middle: the rest is asked of the next, what came is kept', async () => {
    const [a, b] = [new Source('a'), new Source('b')]
    requests.sourceJoined(a.session)
    requests.sourceJoined(b.session)
    fetch()
    await settle()
    const want = a.asked[0]
    if (want === undefined) throw new Error('nothing asked')
    requests.answered(a.session, want.request, 0, Uint8Array.of(7))
    requests.sourceLeft(a.session)
    await settle()
    expect(b.asked[0]?.cids).toHaveLength(2)
    answer(b)
    await settle()
    expect(done).toBe(true)
  })

  it('[EX9] who delivered wrong nodes is not asked again, not even after it returns', async () => {
    const a = new Source('a')
    requests.sourceJoined(a.session)
    requests.distrust('a')
    requests.sourceJoined(a.session)
    expect(requests.sourceCount).toBe(0)
  })

  it('[EX9] answers to another request, of another peer or beyond the question are ignored', async () => {
    const [a, b] = [new Source('a'), new Source('b')]
    requests.sourceJoined(a.session)
    requests.sourceJoined(b.session)
    fetch()
    await settle()
    const { request } = a.asked[0] ?? { request: 0 }
    for (let position = 0; position < 4; position++) {
      requests.answered(a.session, request + 1, position, Uint8Array.of(1))
      requests.answered(b.session, request, position, Uint8Array.of(1))
    }
    requests.answered(a.session, request, 3, Uint8Array.of(1))
    await settle()
    expect(got).toEqual([])
  })

  it('[EX9] waiting ends with its signal, with and without a source', async () => {
    const abort = new AbortController()
    fetch(abort.signal)
    await settle()
    abort.abort(new Error('stop'))
    await settle()
    expect(failed).toEqual(new Error('stop'))

    failed = undefined
    const second = new AbortController()
    requests.sourceJoined(new Source('a').session)
    fetch(second.signal)
    await settle()
    second.abort(new Error('stop too'))
    await settle()
    expect(failed).toEqual(new Error('stop too'))
  })
})
