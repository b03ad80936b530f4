/** Several files and folders as one share, with whole engines: made, served, watched, remembered, taken away. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { touches } from '../../../main/engine/flows/overlap.ts'
import { databaseFile } from '../../../main/engine/flows/profile-paths.ts'
import {
  bytesOf,
  fetchInto,
  MIB,
  namesIn,
  Pond,
  sameBytes,
  share,
  shareTogether,
  until,
  untilSeeding,
  untilShare,
} from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

/** A film here, a note there, a folder elsewhere. */
function three(): string[] {
  const film = pond.file('films/film.bin', 3 * MIB + 5, 'film')
  const note = pond.file('desk/note.txt', 1_000, 'note')
  pond.file('trips/rome/day one/a.jpg', 2 * MIB, 'a')
  pond.file('trips/rome/b.jpg', 10, 'b')
  mkdirSync(pond.path('trips/rome/empty'))
  return [film, note, pond.path('trips/rome')]
}

/** The same as a real folder. */
function asFolder(): string {
  for (const [path, size, seed] of [
    ['film.bin', 3 * MIB + 5, 'film'],
    ['note.txt', 1_000, 'note'],
    ['rome/day one/a.jpg', 2 * MIB, 'a'],
    ['rome/b.jpg', 10, 'b'],
  ] as const)
    pond.file(`real/${path}`, size, seed)
  mkdirSync(pond.path('real/rome/empty'))
  return pond.path('real')
}

describe('[FL23] several paths are one share', () => {
  test('with the root of a real folder, fetched as one folder, and none of them is moved or copied', async () => {
    const paths = three()
    const [source, other, sink] = await Promise.all([pond.peer('source'), pond.peer('other'), pond.peer('sink')])
    const { root, link } = await shareTogether(source.api, paths, 'Film, note and Rome')
    expect((await share(other.api, asFolder())).root).toBe(root)
    const summary = await source.api.share(root)
    expect(summary).toMatchObject({
      name: 'Film, note and Rome',
      origin: 'in-place',
      type: 'directory',
      state: 'seeding',
      fileCount: 4,
      totalBytes: 5 * MIB + 1_015,
      haveBytes: 5 * MIB + 1_015,
      paths: { count: 3, first: paths },
    })
    expect(summary).not.toHaveProperty('path')
    const { files } = await source.api.files({ root, offset: 0, count: 10 })
    expect(files.map(({ path }) => path)).toEqual(['film.bin', 'note.txt', 'rome/b.jpg', 'rome/day one/a.jpg'])
    const places = await Promise.all([0, 3, 4, 5].map((index) => source.api.chunk({ root, index })))
    expect(places.map(({ places: [place] }) => place?.path)).toEqual(['film.bin', 'film.bin', 'note.txt', 'rome/b.jpg'])
    await other.engine.stop()
    await fetchInto(sink.api, link, sink.downloads)
    const { path: got = '' } = await untilSeeding(sink.api, root)
    expect(namesIn(sink.downloads)).toEqual(['Film, note and Rome'])
    expect(namesIn(got)).toEqual(['film.bin', 'note.txt', 'rome'])
    expect(namesIn(join(got, 'rome'))).toEqual(['b.jpg', 'day one', 'empty'])
    expect(sameBytes(join(got, 'film.bin'), 'film', 3 * MIB + 5)).toBe(true)
    expect(sameBytes(join(got, 'rome/day one/a.jpg'), 'a', 2 * MIB)).toBe(true)
    expect(namesIn(source.profileDir).filter((name) => name === 'uploads' || name === 'sample')).toEqual([])
    expect([...source.errors, ...sink.errors]).toEqual([])
  })

  test('after a restart it is served as before; removed, it leaves every file where it is', async () => {
    const paths = three()
    const source = await pond.peer('source')
    const { root } = await shareTogether(source.api, paths)
    await source.engine.stop()
    const again = await pond.peer('source')
    const back = await untilShare(again.api, root, 'the seed', ({ state }) => state === 'seeding')
    expect(back).toMatchObject({ name: 'together', paths: { count: 3, first: paths }, haveBytes: 5 * MIB + 1_015 })
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, back.link, sink.downloads)
    await untilSeeding(sink.api, root)
    await again.api.pause(root)
    expect(await again.api.resume(root)).toMatchObject({ paths: { count: 3 } })
    await again.api.remove({ root, withData: true })
    expect(await again.api.shares()).toEqual([])
    expect(paths.every((path) => existsSync(path))).toBe(true)
    expect(sameBytes(join(pond.path('trips/rome'), 'day one/a.jpg'), 'a', 2 * MIB)).toBe(true)
    expect([...again.errors, ...sink.errors]).toEqual([])
  })

  test('a profile of before there were such shares goes on with what it has, and can have them', async () => {
    const path = pond.file('film.bin', 2 * MIB, 'film')
    const source = await pond.peer('source')
    const old = await share(source.api, path)
    await source.engine.stop()
    // What the first four migrations make is all that was there.
    const sql = new DatabaseSync(databaseFile(source.profileDir))
    sql.exec('DROP TABLE share_paths; PRAGMA user_version = 4')
    sql.close()
    const again = await pond.peer('source')
    await untilShare(again.api, old.root, 'the seed', ({ state, path: at }) => state === 'seeding' && at === path)
    const { root } = await shareTogether(again.api, three())
    expect(await again.api.share(root)).toMatchObject({ state: 'seeding', paths: { count: 3 } })
    expect(again.errors).toEqual([])
  })

  test('a name that is no name on disk is made one; patterns leave things out, and the job says so', async () => {
    const source = await pond.peer('source')
    const job = await source.api.importPaths({ paths: three(), name: '../a/b', ignore: ['*.jpg'] })
    expect(job.together).toEqual({ name: '../a/b', paths: 3 })
    const done = await until(source.api, 'the import', ({ jobs }) =>
      [jobs.get(job.job)].find((one) => one?.state === 'done'),
    )
    expect(done.skipped.map(({ path }) => path)).toEqual(['rome/b.jpg', 'rome/day one/a.jpg'])
    expect(await source.api.share(done.root ?? '')).toMatchObject({ name: '..%2Fa%2Fb', fileCount: 2 })
  })
})

describe('[FL23] a file that is not what it was', () => {
  test.each([
    ['changed', 'source-changed', (path: string) => writeFileSync(path, bytesOf('other', 1_000))],
    ['vanished', 'source-missing', (path: string) => rmSync(path)],
    [
      'replaced',
      'source-changed',
      (path: string) => {
        copyFileSync(path, `${path}.new`)
        writeFileSync(`${path}.new`, bytesOf('other', 1_000))
        renameSync(`${path}.new`, path)
      },
    ],
  ] as const)('%s: its chunks are withdrawn, the others are served, and it comes back', async (_how, code, spoil) => {
    const [film = '', note = '', rome = ''] = three()
    const source = await pond.peer('source')
    const { root, link } = await shareTogether(source.api, [film, note, rome])
    await untilShare(source.api, root, 'the seed', ({ state }) => state === 'seeding')
    spoil(note)
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const troubled = await untilShare(source.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(troubled.trouble).toMatchObject({ code, facts: { path: 'note.txt', others: 0 } })
    expect(troubled.haveBytes).toBe(5 * MIB + 15)
    await untilShare(sink.api, root, 'all but the note', ({ haveBytes }) => haveBytes === 5 * MIB + 15)
    pond.file('desk/note.txt', 1_000, 'note')
    await untilSeeding(sink.api, root)
    expect((await source.api.share(root)).trouble).toBeUndefined()
  })

  test('is noticed at once when it is shared anew by itself', async () => {
    const [film = '', note = ''] = three()
    const source = await pond.peer('source')
    const { root } = await shareTogether(source.api, [film, note])
    await untilShare(source.api, root, 'the seed', ({ state }) => state === 'seeding')
    pond.file('desk/note.txt', 2_000, 'longer')
    await share(source.api, note)
    const old = await untilShare(source.api, root, 'the reason', ({ trouble }) => trouble !== undefined, 5_000)
    expect(old.trouble).toMatchObject({ code: 'source-changed', facts: { path: 'note.txt' } })
  })
})

describe('[FL23] a root is one share', () => {
  test('a real folder of the same content takes its place, and gives it back', async () => {
    const paths = three()
    const source = await pond.peer('source')
    const { root } = await shareTogether(source.api, paths)
    const folder = asFolder()
    expect((await share(source.api, folder)).root).toBe(root)
    const single = await source.api.share(root)
    expect(single).toMatchObject({ path: folder, name: 'real' })
    expect(single).not.toHaveProperty('paths')
    await shareTogether(source.api, paths, 'again')
    rmSync(folder, { recursive: true })
    expect(await source.api.shares()).toHaveLength(1)
    const back = await source.api.share(root)
    expect(back).toMatchObject({ name: 'again', paths: { count: 3 } })
    expect(back).not.toHaveProperty('path')
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, back.link, sink.downloads)
    await untilSeeding(sink.api, root)
  })

  test.runIf(process.platform === 'linux')('shared again unchanged, nothing is read again', async () => {
    const paths = ['one', 'two', 'three'].map((name) => pond.file(`${name}/${name}.bin`, 16 * MIB, name))
    const readBytes = () => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
    const source = await pond.peer('source')
    const before = readBytes()
    const { root } = await shareTogether(source.api, paths)
    const first = readBytes()
    expect(first - before).toBeGreaterThan(48 * MIB)
    expect((await shareTogether(source.api, [...paths].reverse())).root).toBe(root)
    // Known by its place whatever share it is in.
    await share(source.api, paths[0] ?? '')
    expect(readBytes() - first).toBeLessThan(8 * MIB)
  })
})

describe('[FL23] what cannot be shared together', () => {
  test('is refused at once where no disk is needed to know', async () => {
    const { api } = await pond.peer('source')
    const refused = (paths: string[]) => expect(api.importPaths({ paths, name: 'n' })).rejects
    await refused(['relative', '/x']).toMatchObject({ code: 'BAD_INPUT', facts: { path: 'relative' } })
    await refused(['/a/x', '/b/X']).toMatchObject({ code: 'BAD_INPUT', facts: { path: '/b/X', other: '/a/x' } })
    expect(await api.shares()).toEqual([])
  })

  test('or fails with its reason, and nothing is left of it', async () => {
    const [film = '', , rome = ''] = three()
    const source = await pond.peer('source')
    const ended = async (paths: string[], cancel = false) => {
      const { job } = await source.api.importPaths({ paths, name: 'n' })
      if (cancel) await source.api.cancelImport(job)
      return until(source.api, 'the end', ({ jobs }) =>
        [jobs.get(job)].find((one) => one?.state === 'failed' || one?.state === 'cancelled'),
      )
    }
    expect(await ended([film, pond.path('nothing')])).toMatchObject({ error: { code: 'PATH_MISSING' } })
    expect(await ended([rome, join(rome, 'b.jpg')])).toMatchObject({ error: { code: 'BAD_INPUT' } })
    expect(await ended([film, rome], true)).toMatchObject({ state: 'cancelled' })
    expect(await source.api.shares()).toEqual([])
  })
})

test.each([
  ['/a/b', true],
  ['/a/b/c/d', true],
  ['/a', true],
  ['/', true],
  ['/a/bc', false],
  ['/x/y/z', true],
  ['/x/z', false],
])('[FL3] %s has files in common with /a/b and /x/y: %s', (path, does) => {
  expect(touches(['/a/b', '/x/y'])(path)).toBe(does)
})
