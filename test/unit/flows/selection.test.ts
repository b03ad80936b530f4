/** Which files of a folder are wanted, said and changed at any moment of a download. */
import { existsSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { selectionOf } from '../../../main/engine/flows/selection.ts'
import { catchState, MIB, type Peer, Pond, sameBytes, share, until, untilSeeding, untilShare } from './support.ts'

const MANIFEST = { files: { length: 4 } }

describe('[FL4] a selection as it is said', () => {
  test.for([
    [[2, 0, 2], MANIFEST, [0, 2]],
    [[3, 2, 1, 0], MANIFEST, undefined],
    [[7], undefined, [7]],
    [[], { files: { length: 0 } }, undefined],
  ] as const)('%j of %j is %j', ([select, manifest, expected]) => {
    expect(selectionOf(select, manifest)).toEqual(expected)
  })

  test.for([
    [[4], MANIFEST, 'no file number 4'],
    [[-1], undefined, 'no file number -1'],
    [[1_000_000], undefined, 'no file number 1000000'],
    [[0.5], undefined, 'no file number 0.5'],
    [[], MANIFEST, 'No file is selected'],
    [[], undefined, 'No file is selected'],
  ] as const)('%j of %j is refused: %s', ([select, manifest, reason]) => {
    expect(() => selectionOf(select, manifest)).toThrow(reason)
  })
})

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

interface Setting {
  readonly source: Peer
  readonly sink: Peer
  readonly root: string
  readonly link: string
  indexOf(name: string): number
}

const NAMES = ['a.bin', 'b.bin', 'c.bin']
const EACH = 3 * MIB

/** A folder of three files at a source that sends so many MiB a second. */
async function folder(mibPerSecond: number): Promise<Setting> {
  for (const name of NAMES) pond.file(`album/${name}`, EACH, name)
  const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
  await source.api.limit({ up: mibPerSecond * MIB })
  const shared = await share(source.api, pond.path('album'))
  const { files } = await source.api.files({ root: shared.root, offset: 0, count: 10 })
  const indexOf = (name: string) => files.find(({ path }) => path === name)?.index ?? -1
  return { source, sink, ...shared, indexOf }
}

function there(path: string | undefined): string[] {
  return NAMES.filter((name) => existsSync(`${path}/${name}`) && sameBytes(`${path}/${name}`, name, EACH))
}

describe('[FL4] selecting', () => {
  test('before anybody knows what is in it: numbers that no file has are dropped', async () => {
    const { source, sink, root, link, indexOf } = await folder(400)
    await source.engine.stop()
    await sink.api.openLink({ link })
    await sink.api.start({ root, select: [indexOf('b.bin'), 99] })
    await pond.peer('source')
    const done = await untilSeeding(sink.api, root)
    expect(there(done.path)).toEqual(['b.bin'])
    expect(done).toMatchObject({ wantedBytes: EACH, haveBytes: EACH, availability: 2, survives: 1 })
  })

  test('before anybody knows what is in it, and none of it exists: the user is asked again', async () => {
    const { source, sink, root, link } = await folder(400)
    await source.engine.stop()
    await sink.api.openLink({ link })
    await sink.api.start({ root, select: [98, 99] })
    await pond.peer('source')
    await untilShare(sink.api, root, 'the question', ({ state }) => state === 'ready')
    await sink.api.start({ root })
    expect(there((await untilSeeding(sink.api, root)).path)).toEqual(NAMES)
  })

  test('by starting again while it runs: what was wanted before is not fetched to its end', async () => {
    const { sink, source, root, link, indexOf } = await folder(6)
    await sink.api.openLink({ link })
    await sink.api.start({ root, sequential: true })
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    await sink.api.start({ root, select: [indexOf('c.bin')] })
    const done = await untilSeeding(sink.api, root)
    expect(there(done.path)).toEqual(['c.bin'])
    expect((await source.api.share(root)).sentBytes).toBeLessThan(3 * EACH)
    expect(sink.errors).toEqual([])
  })

  test('more while the files are given their names: fetched in another round, into the same folder', async () => {
    const { sink, root, link, indexOf } = await folder(400)
    await sink.api.openLink({ link })
    await sink.api.start({ root, select: [indexOf('a.bin')] })
    await catchState(sink.api, root, ({ state }) => state === 'finishing')
    await sink.api.select({ root, select: [indexOf('a.bin'), indexOf('c.bin')] })
    const done = await untilShare(
      sink.api,
      root,
      'both',
      ({ state, haveBytes }) => state === 'seeding' && haveBytes === 2 * EACH,
    )
    expect(done.wantedBytes).toBe(2 * EACH)
    expect(there(done.path)).toEqual(['a.bin', 'c.bin'])
    expect(sink.errors).toEqual([])
  })

  test('more, then fewer, after the end: more are fetched, none is deleted; also while paused, over a restart', async () => {
    const { sink, root, link, indexOf } = await folder(400)
    const [a, b, c] = NAMES.map(indexOf)
    if (a === undefined || b === undefined || c === undefined) throw new Error('three files')
    await sink.api.openLink({ link })
    await sink.api.start({ root, select: [a] })
    await untilSeeding(sink.api, root)
    await sink.api.pause(root)
    await sink.engine.stop()
    const again = await pond.peer('sink')
    expect(await again.api.select({ root, select: [a, b] })).toMatchObject({ state: 'paused' })
    await again.api.resume(root)
    const both = await untilShare(
      again.api,
      root,
      'the second',
      ({ state, haveBytes }) => state === 'seeding' && haveBytes === 2 * EACH,
    )
    expect(there(both.path)).toEqual(['a.bin', 'b.bin'])
    const fewer = await again.api.select({ root, select: [b] })
    expect(fewer).toMatchObject({ state: 'seeding', wantedBytes: EACH })
    expect(there(both.path)).toEqual(['a.bin', 'b.bin'])
    await again.api.select({ root, select: [c] })
    await until(again.api, 'the third', ({ shares }) =>
      there(both.path).length === 3 && shares.get(root)?.state === 'seeding' ? true : undefined,
    )
    expect([...sink.errors, ...again.errors]).toEqual([])
  })

  test('nothing is refused, and so is what no file has', async () => {
    const { sink, root, link } = await folder(400)
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the list', ({ state }) => state === 'ready')
    await expect(sink.api.select({ root, select: [] })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(sink.api.start({ root, select: [3] })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(await sink.api.share(root)).toMatchObject({ state: 'ready', wantedBytes: 3 * EACH })
  })
})
