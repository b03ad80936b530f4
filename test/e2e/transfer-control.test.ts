/**
 * What a person does to a download while it runs: issue, section 4, "Pause, resume, cancel, remove (with or without the
 * data)"; and sequential order. On real daemons, with a source slow enough to act in time.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Ground } from './support/daemon.ts'
import { digestOf, makeFile, treeOf } from './support/files.ts'
import { SEED } from './support/random.ts'
import { catchMoment, fetchInto, until, untilSeeding, untilShare } from './support/shares.ts'
import { slowFile, slowFolder } from './support/slow-sources.ts'

const MIB = 1024 * 1024

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

describe('pause and resume', () => {
  test(`a paused download receives nothing and keeps what it has, also over a restart; resumed it goes on, seed ${SEED}`, async () => {
    const { link, root, digest, source } = await slowFile(ground, 32 * MIB)
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
    const { link, root, digest, source } = await slowFile(ground, 24 * MIB)
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
    const { link, root, digest } = await slowFile(ground, 24 * MIB)
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
    const { link, root } = await slowFile(ground, 24 * MIB)
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
    const { link, root, digest } = await slowFile(ground, 2 * MIB)
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
    const { link, root } = await slowFolder(ground)
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
    const { source, root, digest } = await slowFile(ground, 2 * MIB)
    await source.api.remove({ root, withData: true })
    expect(await source.api.shares()).toEqual([])
    expect(await digestOf(ground.path('film.bin'))).toBe(digest)
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
    const { link, root, digest } = await slowFile(ground, 48 * MIB)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads, { sequential: true })
    const half = await catchMoment(sink.api, root, 'half of it', ({ haveChunks }) => haveChunks >= 24)
    expect(half.sequential).toBe(true)
    expect(frontOf(sink.downloads)).toBeGreaterThanOrEqual(half.haveChunks)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })

  test(`switched on in the middle: the rest of the beginning comes next, seed ${SEED}`, async () => {
    const { link, root, digest } = await slowFile(ground, 64 * MIB)
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
