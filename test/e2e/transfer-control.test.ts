/**
 * What a person does to a download while it runs: issue, section 4, "Pause, resume, cancel, remove (with or without the
 * data), select files of a folder before or during a download, destination chosen, name collisions resolved without
 * overwriting, free space checked first"; and sequential order. On real daemons, with a source slow enough to act in time.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile, treeOf, visibleNames } from './support/files.ts'
import { SEED } from './support/random.ts'
import { catchMoment, fetchInto, type Shared, share, until, untilSeeding, untilShare } from './support/shares.ts'

const MIB = 1024 * 1024

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

interface Slow extends Shared {
  readonly source: Peer
  readonly digest: string
}

/** A file at a source that sends 16 MB a second. */
async function slowFile(sizeBytes: number, name = 'film.bin'): Promise<Slow> {
  const digest = makeFile(ground.path(name), sizeBytes, SEED)
  const source = await ground.peer('source', '--limit-up', '16MB/s')
  return { source, digest, ...(await share(source.api, ground.path(name))) }
}

/** A folder of four files of 8 MiB and two small ones, likewise; digests by path. */
async function slowFolder(): Promise<Shared & { source: Peer; digests: Record<string, string> }> {
  const digests: Record<string, string> = {}
  for (const name of ['1.bin', '2.bin', 'sub/3.bin', 'sub/4.bin']) {
    digests[name] = makeFile(ground.path('album', name), 8 * MIB, `${SEED} ${name}`)
  }
  for (const name of ['a.txt', 'sub/b.txt']) {
    digests[name] = makeFile(ground.path('album', name), 100, `${SEED} ${name}`)
  }
  const source = await ground.peer('source', '--limit-up', '16MB/s')
  return { source, digests, ...(await share(source.api, ground.path('album'))) }
}

async function indicesOf(api: EngineApi, root: string, paths: readonly string[]): Promise<number[]> {
  const { files } = await api.files({ root, offset: 0, count: 100 })
  return paths.map((path) => {
    const found = files.find((file) => file.path === path)
    if (found === undefined) throw new Error(`no file ${path} among ${files.map((file) => file.path).join()}`)
    return found.index
  })
}

describe('pause and resume', () => {
  test(`a paused download receives nothing and keeps what it has, also over a restart; resumed it goes on, seed ${SEED}`, async () => {
    const { link, root, digest, source } = await slowFile(32 * MIB)
    let sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, '8 MiB', ({ haveBytes }) => haveBytes >= 8 * MIB)
    const paused = await sink.api.pause(root)
    expect(paused).toMatchObject({ state: 'paused', peers: 0 })
    expect(paused.trouble).toBeUndefined()
    expect(paused.haveBytes).toBeGreaterThanOrEqual(8 * MIB)
    // The source has heard of it: it sends to nobody.
    await untilShare(source.api, root, 'no more takers', ({ peers }) => peers === 0)
    const { sentBytes } = await source.api.share(root)

    await sink.running.killed()
    sink = await ground.peer('sink')
    const recalled = await untilShare(sink.api, root, 'what it is', ({ totalBytes }) => totalBytes !== undefined)
    expect(recalled).toMatchObject({ state: 'paused', haveBytes: paused.haveBytes, totalBytes: 32 * MIB, peers: 0 })
    expect((await source.api.share(root)).sentBytes).toBe(sentBytes)

    await sink.api.resume(root)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
    // Nothing that was there is fetched again; what was in flight when it was paused may be.
    expect((await source.api.share(root)).sentBytes - sentBytes).toBeLessThanOrEqual(32 * MIB - paused.haveBytes + MIB)
  })

  test(`a paused source sends nothing; resumed, its takers go on without being asked, seed ${SEED}`, async () => {
    const { link, root, digest, source } = await slowFile(24 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, '6 MiB', ({ haveBytes }) => haveBytes >= 6 * MIB)
    expect(await source.api.pause(root)).toMatchObject({ state: 'paused', peers: 0 })
    const { sentBytes } = await source.api.share(root)
    // After 10 s alone the downloader says what is wrong.
    const stuck = await untilShare(sink.api, root, 'a reason', ({ trouble }) => trouble?.code === 'no-sources')
    expect(stuck.trouble?.message).toContain('It goes on by itself')
    expect((await source.api.share(root)).sentBytes).toBe(sentBytes)
    const resumedAt = performance.now()
    await source.api.resume(root)
    await untilShare(sink.api, root, 'more bytes', ({ haveBytes }) => haveBytes > stuck.haveBytes)
    expect(performance.now() - resumedAt).toBeLessThan(5_000)
    const done = await untilSeeding(sink.api, root)
    expect(done.trouble).toBeUndefined()
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })
})

describe('cancel', () => {
  test(`an import that is cancelled leaves no share, seed ${SEED}`, async () => {
    makeFile(ground.path('large.bin'), 768 * MIB, SEED)
    const source = await ground.peer('source')
    const { job } = await source.api.importPath({ path: ground.path('large.bin') })
    await source.api.cancelImport(job)
    const ended = await until(source.api, 'the end of the import', ({ jobs }) => {
      const found = jobs.get(job)
      return found?.state === 'walking' || found?.state === 'hashing' ? undefined : found
    })
    expect(ended.state).toBe('cancelled')
    expect(await source.api.shares()).toEqual([])
  })
})

describe('remove', () => {
  test(`an unfinished download: gone with its partial, and can be begun anew, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(24 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, '6 MiB', ({ haveBytes }) => haveBytes >= 6 * MIB)
    expect(readdirSync(sink.downloads)).toHaveLength(1)
    await sink.api.remove({ root, withData: false })
    expect(await sink.api.shares()).toEqual([])
    expect(readdirSync(sink.downloads)).toEqual([])
    await expect(sink.api.share(root)).rejects.toMatchObject({ code: 'NOT_FOUND' })

    await fetchInto(sink.api, link, sink.downloads)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })

  test(`a paused download, by another process than the one that began it: its partial goes too, seed ${SEED}`, async () => {
    const { link, root } = await slowFile(24 * MIB)
    let sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, '6 MiB', ({ haveBytes }) => haveBytes >= 6 * MIB)
    await sink.api.pause(root)
    await sink.running.killed()
    sink = await ground.peer('sink')
    await sink.api.remove({ root, withData: true })
    expect(readdirSync(sink.downloads)).toEqual([])
  })

  test(`a finished file: kept without its data being asked for, deleted with it, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(2 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const { path = '' } = await untilSeeding(sink.api, root)
    await sink.api.remove({ root, withData: false })
    expect(await digestOf(path)).toBe(digest)

    await fetchInto(sink.api, link, sink.downloads)
    const second = await untilSeeding(sink.api, root)
    // The first one is in the way and stays.
    expect(second.path).not.toBe(path)
    await sink.api.remove({ root, withData: true })
    expect(existsSync(second.path ?? '')).toBe(false)
    expect(await digestOf(path)).toBe(digest)
  })

  test(`a finished folder with its data: what the user added or changed stays, seed ${SEED}`, async () => {
    const { link, root } = await slowFolder()
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const { path = '' } = await untilSeeding(sink.api, root)
    writeFileSync(`${path}/sub/mine.txt`, 'mine')
    writeFileSync(`${path}/a.txt`, 'edited by me')
    await sink.api.remove({ root, withData: true })
    expect(Object.keys(treeOf(path)).sort()).toEqual(['a.txt', 'sub', 'sub/mine.txt'])
    expect(readFileSync(`${path}/a.txt`, 'utf8')).toBe('edited by me')
  })

  test(`what is shared in place is never deleted, seed ${SEED}`, async () => {
    const { source, root, digest } = await slowFile(2 * MIB)
    await source.api.remove({ root, withData: true })
    expect(await source.api.shares()).toEqual([])
    expect(await digestOf(ground.path('film.bin'))).toBe(digest)
  })
})

describe('some files of a folder', () => {
  test(`selected before the download: these and no others, and no byte of the others is sent, seed ${SEED}`, async () => {
    const { link, root, digests, source } = await slowFolder()
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
    const { link, root, digests, source } = await slowFolder()
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
    const { link, root, digests } = await slowFolder()
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
    const { link, root } = await slowFolder()
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
    const { link, root, digest } = await slowFile(MIB)
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
    const { link, root, digest } = await slowFile(16 * MIB)
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
    const { link, root, digest } = await slowFile(MIB)
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

describe('sequential', () => {
  /** How many chunks from the beginning on are on disk in the partial. */
  function frontOf(folder: string): number {
    const [partial = ''] = readdirSync(folder)
    const [whole, soFar] = [readFileSync(ground.path('film.bin')), readFileSync(`${folder}/${partial}`)]
    let front = 0
    while ((front + 1) * MIB <= soFar.length) {
      if (!soFar.subarray(front * MIB, (front + 1) * MIB).equals(whole.subarray(front * MIB, (front + 1) * MIB))) break
      front += 1
    }
    return front
  }

  test(`from the start: the beginning is there first, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(48 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads, { sequential: true })
    const half = await catchMoment(sink.api, root, 'half of it', ({ haveChunks }) => haveChunks >= 24)
    expect(half.sequential).toBe(true)
    expect(frontOf(sink.downloads)).toBeGreaterThanOrEqual(half.haveChunks)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })

  test(`switched on in the middle: the rest of the beginning comes next, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(64 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    await catchMoment(sink.api, root, 'a quarter of it', ({ haveChunks }) => haveChunks >= 16)
    const random = frontOf(sink.downloads)
    await sink.api.setSequential({ root, sequential: true })
    const later = await catchMoment(sink.api, root, 'three quarters', ({ haveChunks }) => haveChunks >= 48)
    expect(later.sequential).toBe(true)
    // What was asked before (a window, below 16 chunks) still comes; from then on the gaps at the front are filled.
    expect(frontOf(sink.downloads)).toBeGreaterThanOrEqual(16)
    // With chunks in random order the first gap is nearly always among the first few.
    expect(random).toBeLessThan(16)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })
})
