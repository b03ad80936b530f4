/** One root, several ways to it: shared in place while it is fetched, opened while it is shared, shared anew after a change. */
import { appendFileSync, copyFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  bytesOf,
  catchState,
  fetchInto,
  MIB,
  namesIn,
  Pond,
  sameBytes,
  share,
  until,
  untilSeeding,
  untilShare,
} from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

describe('[FL3] sharing a path', () => {
  test('whose bytes are being fetched: the download ends, its partial goes, and nothing more is received', async () => {
    const path = pond.file('film.bin', 8 * MIB, 'film')
    const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
    await source.api.limit({ up: 2 * MIB })
    const { root, link } = await share(source.api, path)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    const own = pond.path('mine.bin')
    copyFileSync(path, own)
    await share(sink.api, own)
    expect(await sink.api.share(root)).toMatchObject({
      origin: 'in-place',
      state: 'seeding',
      path: own,
      haveBytes: 8 * MIB,
    })
    expect(namesIn(sink.downloads)).toEqual([])
    // Both have all of it now, and say so of each other.
    await untilShare(sink.api, root, 'the other seed', ({ seeds }) => seeds === 1)
    await source.engine.stop()
    await sink.engine.stop()
    const again = await pond.peer('sink')
    await untilShare(again.api, root, 'the seed', ({ state }) => state === 'seeding')
    const third = await pond.peer('third')
    const fresh = (await again.api.share(root)).link
    await fetchInto(third.api, fresh, third.downloads)
    const done = await untilSeeding(third.api, root)
    expect(sameBytes(done.path ?? '', 'film', 8 * MIB)).toBe(true)
    expect([...sink.errors, ...again.errors]).toEqual([])
  })

  test('opened by link at the one who shares it: it is there already, and cannot be fetched', async () => {
    const path = pond.file('film.bin', 2 * MIB, 'film')
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    expect(await source.api.openLink({ link })).toMatchObject({ origin: 'in-place', state: 'seeding', path })
    await expect(source.api.start({ root })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(source.api.select({ root, select: [0] })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })

  test('anew after a change: a share of its own, and the old one says at once that its file has changed', async () => {
    const path = pond.file('film.bin', 2 * MIB, 'film')
    const source = await pond.peer('source')
    const { root } = await share(source.api, path)
    await untilShare(source.api, root, 'the seed', ({ state }) => state === 'seeding')
    appendFileSync(path, 'more')
    const changed = await share(source.api, path)
    expect(changed.root).not.toBe(root)
    // Long before the next regular look at all files.
    const old = await untilShare(source.api, root, 'the reason', ({ trouble }) => trouble !== undefined, 5_000)
    expect(old).toMatchObject({ haveBytes: 0, trouble: { code: 'source-changed' } })
    expect(await source.api.share(changed.root)).toMatchObject({ state: 'seeding', haveBytes: 2 * MIB + 4 })
    // Restored, it is served again.
    writeFileSync(path, bytesOf('film', 2 * MIB))
    const restored = await untilShare(source.api, root, 'the end of it', ({ trouble }) => trouble === undefined)
    expect(restored).toMatchObject({ haveBytes: 2 * MIB, state: 'seeding' })
  })

  test('the same bytes from two paths: one share, served from the newest, whatever becomes of the other', async () => {
    const path = pond.file('one/film.bin', 2 * MIB, 'film')
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    const second = pond.file('two/film.bin', 2 * MIB, 'film')
    expect((await share(source.api, second)).root).toBe(root)
    expect(await source.api.shares()).toHaveLength(1)
    rmSync(path)
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    expect(await source.api.share(root)).toMatchObject({ path: second, haveBytes: 2 * MIB })
  })

  test('twice at once: one share, and both jobs are done', async () => {
    const path = pond.file('film.bin', 4 * MIB, 'film')
    const source = await pond.peer('source')
    const [one, two] = await Promise.all([share(source.api, path), share(source.api, path)])
    expect(one.root).toBe(two.root)
    expect(await source.api.shares()).toHaveLength(1)
    expect(source.errors).toEqual([])
  })

  test('cancelled: no share, no nodes, and the same path can be shared afterwards', async () => {
    const path = pond.file('large.bin', 64 * MIB, 'large')
    const source = await pond.peer('source')
    const { job } = await source.api.importPath({ path })
    await source.api.cancelImport(job)
    const ended = await until(source.api, 'the end of it', ({ jobs }) =>
      [jobs.get(job)].find((one) => one?.state === 'cancelled' || one?.state === 'done'),
    )
    expect(ended.state).toBe('cancelled')
    expect(await source.api.shares()).toEqual([])
    await share(source.api, path)
    expect(await source.api.shares()).toHaveLength(1)
  })

  test('a file that is restored with its old time is found as it was', async () => {
    const path = pond.file('note.txt', 1_000, 'note')
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    const source = await pond.peer('source')
    const { root } = await share(source.api, path)
    rmSync(path)
    const sink = await pond.peer('sink')
    const { link } = await source.api.share(root)
    await fetchInto(sink.api, link, sink.downloads)
    const gone = await untilShare(source.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(gone.trouble).toMatchObject({ code: 'source-missing' })
    pond.file('note.txt', 1_000, 'note')
    utimesSync(path, 1_700_000_000, 1_700_000_000)
    const done = await untilSeeding(sink.api, root)
    expect(sameBytes(done.path ?? '', 'note', 1_000)).toBe(true)
    expect((await source.api.share(root)).trouble).toBeUndefined()
  })
})
