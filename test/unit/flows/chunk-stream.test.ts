/** The chunks of real shares between real engines, as a window follows them from the outside. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cidOf, RAW } from '../../../main/engine/content/verify.ts'
import { AGE_UNKNOWN } from '../../../shared/contract/chunk-states.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { ChunkReplica } from './chunk-replica.ts'
import { bytesOf, fetchInto, MIB, Pond, share, untilSeeding, untilShare } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

/** Follows the chunks of a share until `look` is satisfied with the picture. */
class Follower {
  readonly events: string[] = []
  /** Over all maps: a download that has become a seed is told as a new one. */
  readonly moves: ChunkReplica['moves'] = []
  readonly arrivedAt = new Map<number, number>()
  replica: ChunkReplica | undefined
  private readonly ended = new AbortController()
  private readonly api: EngineApi
  private readonly root: string
  private looks = new Set<() => void>()
  private done: Promise<void> = Promise.resolve()

  constructor(api: EngineApi, root: string) {
    this.api = api
    this.root = root
    this.done = this.follow()
  }

  private async follow(): Promise<void> {
    for await (const event of this.api.watchChunks({ root: this.root }, { signal: this.ended.signal })) {
      this.events.push(event.type)
      if (event.type === 'map') this.replica = new ChunkReplica(event)
      else if (event.type === 'changes') {
        this.replica?.apply(event)
        this.moves.push(...(this.replica?.moves.splice(0) ?? []))
        for (const [index, at] of this.replica?.arrivedAt ?? []) this.arrivedAt.set(index, at)
      } else this.replica = undefined
      for (const look of this.looks) look()
    }
  }

  until(what: string, fits: (replica: ChunkReplica | undefined) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`never: ${what}; events: ${this.events.join(' ')}`)), 20_000)
      const look = () => {
        if (!fits(this.replica)) return
        clearTimeout(timer)
        this.looks.delete(look)
        resolve()
      }
      this.looks.add(look)
      look()
    })
  }

  async end(): Promise<void> {
    this.ended.abort()
    await this.done
  }
}

describe('[FL12] the chunks of a download', () => {
  test('followed from the link to the last chunk: no map, then all wanted, asked, here; both ends tell the same', async () => {
    const source = await pond.peer('source')
    const sink = await pond.peer('sink')
    const { root, link } = await share(source.api, pond.file('film.bin', 12 * MIB, 'film'))
    await sink.api.limit({ down: 6 * MIB })
    await sink.api.openLink({ link })
    const down = new Follower(sink.api, root)
    const up = new Follower(source.api, root)
    await up.until('the map of the seed', (replica) => replica?.count('have') === 12)
    await down.until('what there is', (replica) => replica?.count('wanted') === 12)
    await sink.api.start({ root, destination: sink.downloads })
    await down.until('something in flight', (replica) => (replica?.count('in-flight') ?? 0) > 0)
    const flying = down.replica?.states.findIndex((_, index) => down.replica?.state(index) === 'in-flight') ?? -1
    expect(down.replica?.supplier(flying)).toBe(source.id)
    // What led to a new map is told after it.
    await down.until(
      'all chunks',
      (replica) => replica?.count('have') === 12 && down.moves.filter(({ what }) => what === 'delivered').length === 12,
    )
    await up.until('all deliveries', () => up.moves.filter(({ what }) => what === 'delivered').length === 12)

    const { replica } = down
    if (replica === undefined) throw new Error('no map')
    for (let index = 0; index < 12; index++) expect(replica.supplier(index)).toBe(source.id)
    const chunksOf = (moves: ChunkReplica['moves'], direction: string, what: string) =>
      moves.filter((move) => move.direction === direction && move.what === what).map(({ chunk }) => chunk)
    const all = Array.from({ length: 12 }, (_, index) => index)
    const inOrder = (chunks: number[]) => chunks.sort((a, b) => a - b)
    expect(inOrder([...new Set(chunksOf(down.moves, 'down', 'asked'))])).toEqual(all)
    expect(inOrder(chunksOf(down.moves, 'down', 'delivered'))).toEqual(all)
    const sent = up.moves
    expect(inOrder(chunksOf(sent, 'up', 'delivered'))).toEqual(all)
    expect(new Set(sent.map(({ peer }) => peer))).toEqual(new Set([sink.id]))
    // A fresh reader is shown what the one that followed has put together.
    await untilSeeding(sink.api, root)
    expect(down.events[0]).toBe('none')
    const fresh = new Follower(sink.api, root)
    await fresh.until('a map', (map) => map !== undefined)
    expect(fresh.replica?.states).toEqual(replica.states)
    expect([0, 5, 11].map((index) => fresh.replica?.supplier(index))).toEqual([source.id, source.id, source.id])
    const seconds = fresh.replica?.arrivals ?? []
    for (const [index, second] of seconds.entries()) {
      expect(second).not.toBe(AGE_UNKNOWN)
      const arrivedAt = (fresh.replica?.startedAt ?? 0) + second * 1_000
      // The last ones may have been told with the map of the seed.
      const seenAt = down.arrivedAt.get(index)
      if (seenAt !== undefined) expect(Math.abs(seenAt - arrivedAt)).toBeLessThan(2_000)
    }
    expect(down.arrivedAt.size).toBeGreaterThan(6)
    await Promise.all([down.end(), up.end(), fresh.end()])
  })

  test('a removed share is no map, and the map of a share that comes again follows; one that never was is refused', async () => {
    const source = await pond.peer('source')
    const path = pond.file('note.txt', 3 * MIB, 'note')
    const { root } = await share(source.api, path)
    const follower = new Follower(source.api, root)
    await follower.until('the map', (replica) => replica?.count('have') === 3)
    await source.api.remove({ root, withData: false })
    await follower.until('nothing', (replica) => replica === undefined)
    await share(source.api, path)
    await follower.until('the map again', (replica) => replica?.count('have') === 3)
    expect(follower.events.filter((type) => type !== 'changes')).toEqual(['map', 'none', 'map'])
    await follower.end()
    const never = source.api.watchChunks({ root: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy' })
    await expect(never[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('other files selected, paused, the process restarted: what is not wanted is skipped, what is here stays', async () => {
    const source = await pond.peer('source')
    let sink = await pond.peer('sink')
    pond.file('album/a.bin', 4 * MIB, 'a')
    pond.file('album/b.bin', 4 * MIB, 'b')
    const { root, link } = await share(source.api, pond.path('album'))
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the manifest', ({ state }) => state === 'ready')
    const ready = new Follower(sink.api, root)
    await ready.until('what the source says it has', (replica) => replica?.count('wanted') === 8)
    expect(ready.replica?.availability).toEqual(Array(8).fill(1))
    await ready.end()
    await sink.api.start({ root, destination: sink.downloads, select: [0] })
    await untilSeeding(sink.api, root)
    const half = new Follower(sink.api, root)
    await half.until('half of it', (replica) => replica?.count('have') === 4 && replica.count('skipped') === 4)
    expect(half.replica?.availability).toEqual([2, 2, 2, 2, 1, 1, 1, 1])
    await half.end()
    await sink.api.pause(root)
    await sink.engine.stop()
    sink = await pond.peer('sink')
    const again = new Follower(sink.api, root)
    await again.until('half of it', (replica) => replica?.count('have') === 4 && replica.count('skipped') === 4)
    expect(again.replica?.arrivals).toEqual(Array(8).fill(AGE_UNKNOWN))
    expect(again.replica?.availability).toEqual([1, 1, 1, 1, 0, 0, 0, 0])
    await again.end()
  })

  test('more readers than can be served are refused with the limit; one that ends makes room', async () => {
    const source = await pond.peer('source')
    const { root } = await share(source.api, pond.file('note.txt', 100, 'note'))
    const readers = Array.from({ length: 32 }, () => source.api.watchChunks({ root })[Symbol.asyncIterator]())
    await Promise.all(readers.map((reader) => reader.next()))
    const one = source.api.watchChunks({ root })[Symbol.asyncIterator]()
    await expect(one.next()).rejects.toMatchObject({ code: 'NOT_ALLOWED', facts: { limit: 32 } })
    await readers[0]?.return?.()
    const another = source.api.watchChunks({ root })[Symbol.asyncIterator]()
    expect((await another.next()).value.type).toBe('map')
    await Promise.all([another, ...readers].map((reader) => reader.return?.()))
  })
})

describe('[FL13] one chunk', () => {
  test('its CID, size, places, who has it, who delivered it and when', async () => {
    const source = await pond.peer('source')
    const sink = await pond.peer('sink')
    pond.file('album/one.bin', MIB + 10, 'same')
    pond.file('album/two.bin', MIB + 10, 'same')
    const { root, link } = await share(source.api, pond.path('album'))
    const before = Date.now()
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    const chunk = await sink.api.chunk({ root, index: 0 })
    expect(chunk).toMatchObject({
      index: 0,
      cid: cidOf(RAW, bytesOf('same', MIB + 10).subarray(0, MIB)).toString(),
      sizeBytes: MIB,
      state: 'have',
      weHave: true,
      holders: [source.id],
      askedOf: [],
      supplier: source.id,
      rejections: 0,
    })
    expect(chunk.places).toEqual([
      { path: 'one.bin', offsetBytes: 0 },
      { path: 'two.bin', offsetBytes: 0 },
    ])
    expect(chunk.arrivedAt).toBeGreaterThanOrEqual(before - 2_000)
    expect(chunk.arrivedAt).toBeLessThanOrEqual(Date.now())
    expect(await sink.api.chunk({ root, index: 3 })).toMatchObject({
      sizeBytes: 10,
      places: [
        { path: 'two.bin', offsetBytes: MIB },
        { path: 'one.bin', offsetBytes: MIB },
      ],
    })
    await expect(sink.api.chunk({ root, index: 4 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      facts: { chunkCount: 4 },
    })
    const unknown = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    await sink.api.openLink({ link: unknown })
    await expect(sink.api.chunk({ root: unknown, index: 0 })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })
})
