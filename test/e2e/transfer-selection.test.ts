/**
 * What is fetched and where it goes: issue, section 4, "select files of a folder before or during a download, destination
 * chosen, name collisions resolved without overwriting". On real daemons, with a source slow enough to act in time.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { digestOf, makeFile, treeOf, visibleNames } from './support/files.ts'
import { SEED } from './support/random.ts'
import { catchMoment, fetchInto, share, untilSeeding, untilShare } from './support/shares.ts'
import { indicesOf, slowFile, slowFolder } from './support/slow-sources.ts'

const MIB = 1024 * 1024

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

describe('some files of a folder', () => {
  test(`selected before the download: these and no others, and no byte of the others is sent, seed ${SEED}`, async () => {
    const { link, root, digests, source } = await slowFolder(ground)
    const sink = await ground.peer('sink')
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the list of files', ({ state }) => state === 'ready')
    const select = await indicesOf(sink.api, root, ['2.bin', 'sub/b.txt'])
    await sink.api.start({ root, destination: sink.downloads, select })
    const done = await untilSeeding(sink.api, root)
    expect(done).toMatchObject({ wantedBytes: 8 * MIB + 100, haveBytes: 8 * MIB + 100 })
    expect(treeOf(done.path ?? '')).toEqual({
      '2.bin': digests['2.bin'],
      sub: 'folder',
      'sub/b.txt': digests['sub/b.txt'],
    })
    expect((await source.api.share(root)).sentBytes).toBe(8 * MIB + 100)
    const { files } = await sink.api.files({ root, offset: 0, count: 100 })
    expect(files.filter((file) => file.selected).map((file) => file.path)).toEqual(['2.bin', 'sub/b.txt'])
  })

  test(`changed during the download: dropped files are not fetched further, added ones come, seed ${SEED}`, async () => {
    const { link, root, digests, source } = await slowFolder(ground)
    const sink = await ground.peer('sink')
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the list of files', ({ state }) => state === 'ready')
    const first = await indicesOf(sink.api, root, ['1.bin', '2.bin'])
    await sink.api.start({ root, destination: sink.downloads, select: first, sequential: true })
    await catchMoment(sink.api, root, 'most of 1.bin', ({ haveBytes }) => haveBytes >= 6 * MIB)
    // 1.bin is nearly there, 2.bin hardly begun.
    const second = await indicesOf(sink.api, root, ['1.bin', 'sub/3.bin', 'a.txt'])
    await sink.api.select({ root, select: second })
    const done = await untilSeeding(sink.api, root)
    expect(treeOf(done.path ?? '')).toEqual({
      '1.bin': digests['1.bin'],
      'a.txt': digests['a.txt'],
      sub: 'folder',
      'sub/3.bin': digests['sub/3.bin'],
    })
    expect(readdirSync(sink.downloads)).toEqual(['album'])
    // What was on its way of 2.bin was paid for: a request window of 2 to 16 MiB.
    expect((await source.api.share(root)).sentBytes).toBeLessThan(16 * MIB + 100 + 8 * MIB)
  })

  test(`added after the end: the download goes on in the same place, also with a file name taken meanwhile, seed ${SEED}`, async () => {
    const { link, root, digests } = await slowFolder(ground)
    const sink = await ground.peer('sink')
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the list of files', ({ state }) => state === 'ready')
    await sink.api.start({ root, destination: sink.downloads, select: await indicesOf(sink.api, root, ['1.bin']) })
    const { path = '' } = await untilSeeding(sink.api, root)
    writeFileSync(`${path}/a.txt`, 'mine')
    const rest = Object.keys(digests)
    await sink.api.select({ root, select: await indicesOf(sink.api, root, rest) })
    const done = await untilShare(
      sink.api,
      root,
      'the rest',
      ({ state, haveBytes }) => state === 'seeding' && haveBytes === 32 * MIB + 200,
    )
    expect(done.path).toBe(path)
    const tree = treeOf(path)
    for (const name of rest.filter((one) => one !== 'a.txt')) expect(tree[name], name).toBe(digests[name])
    expect(readFileSync(`${path}/a.txt`, 'utf8')).toBe('mine')
    // The fetched one stands beside it under another name.
    expect(Object.values(tree).filter((digest) => digest === digests['a.txt'])).toHaveLength(1)
  })

  test('a number that no file has is refused', async () => {
    const { link, root } = await slowFolder(ground)
    const sink = await ground.peer('sink')
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the list of files', ({ state }) => state === 'ready')
    await expect(sink.api.start({ root, destination: sink.downloads, select: [99] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    })
  })
})

describe('where it goes', () => {
  test(`[ST13] names that are taken are left alone: a file, a folder, several times, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(ground, MIB)
    const destination = ground.path('dl')
    mkdirSync(`${destination}/film (2).bin`, { recursive: true })
    writeFileSync(`${destination}/film.bin`, 'mine')
    const names = ['film (3).bin', 'film (4).bin']
    for (const [index, profile] of ['one', 'two'].entries()) {
      const sink = await ground.peer(profile)
      await fetchInto(sink.api, link, destination)
      const done = await untilSeeding(sink.api, root)
      expect(done.path).toBe(`${destination}/${names[index]}`)
      expect(await digestOf(done.path ?? '')).toBe(digest)
    }
    expect(readFileSync(`${destination}/film.bin`, 'utf8')).toBe('mine')
    expect(readdirSync(`${destination}/film (2).bin`)).toEqual([])
  })

  test(`[ST13] a name that is taken while the download runs is left alone too, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(ground, 16 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, '4 MiB', ({ haveBytes }) => haveBytes >= 4 * MIB)
    // Until it is whole it has no visible name.
    expect(visibleNames(sink.downloads)).toEqual([])
    writeFileSync(`${sink.downloads}/film.bin`, 'mine')
    const done = await untilSeeding(sink.api, root)
    expect(done.path).toBe(`${sink.downloads}/film (2).bin`)
    expect(await digestOf(done.path ?? '')).toBe(digest)
    expect(readFileSync(`${sink.downloads}/film.bin`, 'utf8')).toBe('mine')
  })

  test(`two downloads of one name at once in one folder: both whole, seed ${SEED}`, async () => {
    const one = makeFile(ground.path('1', 'same.bin'), 4 * MIB, `${SEED} 1`)
    const two = makeFile(ground.path('2', 'same.bin'), 4 * MIB, `${SEED} 2`)
    const source = await ground.peer('source', '--limit-up', '16MB/s')
    const first = await share(source.api, ground.path('1', 'same.bin'))
    const second = await share(source.api, ground.path('2', 'same.bin'))
    const sink = await ground.peer('sink')
    await Promise.all([first, second].map(({ link }) => fetchInto(sink.api, link, sink.downloads)))
    const paths = await Promise.all(
      [first, second].map(async ({ root }) => (await untilSeeding(sink.api, root)).path ?? ''),
    )
    expect(await Promise.all(paths.map(digestOf))).toEqual([one, two])
    expect(readdirSync(sink.downloads).sort()).toEqual(['same (2).bin', 'same.bin'])
  })

  test('a destination that is not there is a trouble with a reason, and the download goes on when it appears', async () => {
    const { link, root, digest } = await slowFile(ground, MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, ground.path('not', 'there'))
    const stopped = await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(stopped.trouble?.code).toBe('destination-missing')
    expect(stopped.trouble?.message).toContain(ground.path('not', 'there'))
    mkdirSync(ground.path('not', 'there'), { recursive: true })
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })
})
