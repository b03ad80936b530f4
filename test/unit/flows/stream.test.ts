/** What subscribers are told: everything that comes, everything that goes, and nothing twice. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import type { Change } from '../../../shared/contract/model.ts'
import { fetchInto, MIB, Pond, share, until, untilSeeding, untilShare } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

/** Changes that come within so many deltas, or until nothing has come for `quietMs`. */
async function changesOf(api: EngineApi, quietMs: number): Promise<Change[]> {
  const changes: Change[] = []
  const ended = new AbortController()
  let timer = setTimeout(() => ended.abort(), quietMs)
  for await (const event of api.subscribe({ signal: ended.signal })) {
    if (event.type === 'snapshot') continue
    changes.push(...event.value.changes)
    clearTimeout(timer)
    timer = setTimeout(() => ended.abort(), quietMs)
    if (changes.length > 1_000) break
  }
  clearTimeout(timer)
  return changes
}

describe('[FL9] the event stream', () => {
  test('takes back a peer that was in the snapshot and left before the next round', async () => {
    const path = pond.file('film.bin', MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    const { root, link } = await share(source.api, path)
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    let left = false
    await until(source.api, 'the peer to be gone', ({ swarm, shares }) => {
      const rows = swarm.get(root)?.size ?? 0
      if (!left) {
        // The snapshot: nobody else has looked before.
        expect(rows).toBe(1)
        left = true
        void sink.engine.stop()
        return undefined
      }
      return rows === 0 && shares.get(root)?.peers === 0 ? true : undefined
    })
  })

  test('a second subscriber takes no news from the first', async () => {
    const path = pond.file('film.bin', MIB, 'film')
    const source = await pond.peer('source')
    const { root } = await share(source.api, path)
    const first = untilShare(
      source.api,
      root,
      'the limit',
      ({ limitUpBytesPerSecond }) => limitUpBytesPerSecond === 1_000,
    )
    await untilShare(source.api, root, 'anything', () => true)
    await source.api.limit({ root, up: 1_000.4 })
    // Their snapshots contain it already.
    await Promise.all(Array.from({ length: 5 }, () => untilShare(source.api, root, 'anything', () => true)))
    expect(await first).toMatchObject({ limitUpBytesPerSecond: 1_000 })
  })

  test('says nothing while nothing happens, also with peers that are connected', async () => {
    const path = pond.file('film.bin', MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    const { root, link } = await share(source.api, path)
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    await untilShare(source.api, root, 'rest', ({ upBytesPerSecond }) => upBytesPerSecond === 0)
    const changes = await changesOf(source.api, 1_900)
    const kinds = changes.map((change) => change.type)
    // Heartbeats tell when the peer was last heard and how far it is; nothing else moves.
    expect(kinds.filter((kind) => kind !== 'swarm' && kind !== 'peer')).toEqual([])
    expect(kinds.length).toBeLessThan(20)
  }, 60_000)

  test('tells what peers call themselves, and remembers it', async () => {
    const path = pond.file('film.bin', MIB, 'film')
    const source = await pond.peer('source', { name: 'Grandmother' })
    const { root, link } = await share(source.api, path)
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    await source.engine.stop()
    const known = await until(sink.api, 'the peer to be gone', ({ peers }) =>
      [peers.get(source.id)].find((peer) => peer?.connected === false),
    )
    expect(known).toMatchObject({ name: 'Grandmother', client: expect.stringMatching(/^shoal\//) })
  })
})

describe('links', () => {
  test('[FL10] carry our own addresses, and those of the link they came with until all is here', async () => {
    const path = pond.file('film.bin', 4 * MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    await source.api.limit({ up: MIB })
    const { root, link } = await share(source.api, path)
    const peersIn = (text: string) => [...text.matchAll(/\/p2p\/(\w+)/g)].map((match) => match[1])
    expect(new Set(peersIn(link))).toEqual(new Set([source.id]))
    expect(link).not.toMatch(/pe=(?!\/ip4\/127\.0\.0\.1|\/ip6\/::1)/)
    await fetchInto(sink.api, link, sink.downloads)
    const early = (await sink.api.share(root)).link
    expect(peersIn(early)[0]).toBe(sink.id)
    expect(new Set(peersIn(early))).toEqual(new Set([sink.id, source.id]))
    await source.api.limit({ up: null })
    await untilSeeding(sink.api, root)
    expect(new Set(peersIn((await sink.api.share(root)).link))).toEqual(new Set([sink.id]))
  })

  test('opened again with a fresh address: the newest addresses are kept and tried', async () => {
    const path = pond.file('film.bin', MIB, 'film')
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    const sink = await pond.peer('sink')
    await sink.api.openLink({ link: `shoal:${root}` })
    await sink.api.start({ root })
    const opened = await sink.api.openLink({ link })
    expect(opened.link).toContain(source.id)
    await untilSeeding(sink.api, root)
  })
})

describe('blocking', () => {
  test('ends the session, and the peer is not tried again; this node cannot be blocked', async () => {
    const path = pond.file('film.bin', 8 * MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    await source.api.limit({ up: MIB })
    const { root, link } = await share(source.api, path)
    await fetchInto(sink.api, link, sink.downloads)
    await untilShare(sink.api, root, 'the source', ({ peers }) => peers === 1)
    await sink.api.block({ peer: source.id, blocked: true })
    await untilShare(sink.api, root, 'nobody', ({ peers }) => peers === 0)
    const { blocked } = await until(sink.api, 'the block', ({ peers }) =>
      [peers.get(source.id)].find((peer) => peer?.blocked !== undefined),
    )
    expect(blocked?.reason).toContain('user')
    await expect(sink.api.block({ peer: sink.id, blocked: true })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await sink.api.block({ peer: source.id, blocked: false })
    await source.api.limit({ up: null })
    await sink.api.openLink({ link })
    await untilSeeding(sink.api, root)
  })
})

describe('metrics', () => {
  test('count the payload that moved', async () => {
    const path = pond.file('film.bin', 2 * MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    const { root, link } = await share(source.api, path)
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    expect(await sink.api.metrics()).toContain(`shoal_payload_bytes_total{direction="in"} ${2 * MIB}`)
    expect(await source.api.metrics()).toContain(`shoal_payload_bytes_total{direction="out"} ${2 * MIB}`)
    await source.api.remove({ root, withData: false })
    expect(await source.api.metrics()).toContain(`shoal_payload_bytes_total{direction="out"} ${2 * MIB}`)
  })
})
