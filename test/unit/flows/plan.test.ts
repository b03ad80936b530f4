/** What a download would come to before it is begun, compared with what it comes to; and priorities that last. */
import { statfsSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freeName } from '../../../main/engine/store/place.ts'
import { catchState, fetchInto, MIB, Pond, share, untilSeeding, untilShare } from './support.ts'

let pond: Pond
beforeEach(() => {
  pond = new Pond()
})
afterEach(() => pond.clear())

async function album() {
  const source = await pond.peer('source')
  const sink = await pond.peer('sink')
  pond.file('album/a.bin', 2 * MIB, 'a')
  pond.file('album/b.bin', MIB + 5, 'b')
  pond.file('album/c.txt', 10, 'c')
  const { root, link } = await share(source.api, pond.path('album'))
  await sink.api.openLink({ link })
  await untilShare(sink.api, root, 'the manifest', ({ state }) => state === 'ready')
  return { source, sink, root, link }
}

describe('[FL14] a plan for a download', () => {
  test('says room, name and what is needed of the selection; the download then does exactly that', async () => {
    const { sink, root } = await album()
    const plan = await sink.api.planDownload({ root, destination: sink.downloads, select: [0, 2] })
    const { bavail, bsize } = statfsSync(sink.downloads)
    expect(plan).toMatchObject({
      destination: sink.downloads,
      exists: true,
      writable: true,
      neededBytes: 2 * MIB + 10,
      name: 'album',
      nameTaken: false,
    })
    expect(Math.abs((plan.freeBytes ?? 0) - bavail * bsize)).toBeLessThan(0.05 * bavail * bsize)
    // It changes nothing.
    expect((await sink.api.share(root)).state).toBe('ready')
    await sink.api.start({ root, destination: sink.downloads, select: [0, 2] })
    const done = await untilSeeding(sink.api, root)
    expect(basename(done.path ?? '')).toBe('album')
    // What is there is not needed any more, and what is added joins it under its name.
    expect(await sink.api.planDownload({ root })).toMatchObject({ neededBytes: 0, name: 'album', nameTaken: false })
    expect(await sink.api.planDownload({ root, select: [0, 1, 2] })).toMatchObject({ neededBytes: MIB + 5 })
  })

  test('a name that is taken is told before, and is the one that it gets', async () => {
    const { sink, root } = await album()
    writeFileSync(`${sink.downloads}/album`, 'something else')
    const plan = await sink.api.planDownload({ root, destination: sink.downloads })
    expect(plan).toMatchObject({ nameTaken: true, name: 'album (2)' })
    await sink.api.start({ root, destination: sink.downloads })
    const done = await untilSeeding(sink.api, root)
    expect(basename(done.path ?? '')).toBe(plan.name)
  })

  test('of a file the number stands before the extension, as it will', async () => {
    const source = await pond.peer('source')
    const sink = await pond.peer('sink')
    const { root, link } = await share(source.api, pond.file('film.tar.gz', 100, 'film'))
    writeFileSync(`${sink.downloads}/film.tar.gz`, 'another')
    await sink.api.openLink({ link })
    await untilShare(sink.api, root, 'the manifest', ({ state }) => state === 'ready')
    const plan = await sink.api.planDownload({ root, destination: sink.downloads })
    expect(plan.name).toBe(basename(freeName(sink.downloads, 'film.tar.gz')))
    await sink.api.start({ root, destination: sink.downloads })
    expect(basename((await untilSeeding(sink.api, root)).path ?? '')).toBe(plan.name)
  })

  test('a folder that is not there, or is a file, can take nothing', async () => {
    const { sink, root } = await album()
    const nowhere = { exists: false, writable: false }
    const missing = await sink.api.planDownload({ root, destination: pond.path('not', 'there') })
    expect(missing).toMatchObject({ ...nowhere, name: 'album', nameTaken: false })
    expect(missing).not.toHaveProperty('freeBytes')
    expect(await sink.api.planDownload({ root, destination: pond.file('plain', 5, 'x') })).toMatchObject(nowhere)
  })

  test('half a download: the rest is needed there, all of it elsewhere', async () => {
    const source = await pond.peer('source')
    const sink = await pond.peer('sink')
    const { root, link } = await share(source.api, pond.file('film.bin', 12 * MIB, 'film'))
    await sink.api.limit({ down: 4 * MIB })
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveChunks }) => haveChunks >= 3)
    await sink.api.pause(root)
    const { haveBytes } = await sink.api.share(root)
    expect((await sink.api.planDownload({ root })).neededBytes).toBe(12 * MIB - haveBytes)
    expect((await sink.api.planDownload({ root, destination: pond.folder })).neededBytes).toBe(12 * MIB)
  })

  test('refused: what is shared in place, what is not known yet, what makes no sense', async () => {
    const { source, sink, root } = await album()
    await expect(source.api.planDownload({ root })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(sink.api.planDownload({ root, destination: 'here' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(sink.api.planDownload({ root, select: [7] })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    const unknown = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    await expect(sink.api.planDownload({ root: unknown })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await sink.api.openLink({ link: unknown })
    await expect(sink.api.planDownload({ root: unknown })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
  })
})

describe('[TR14] the priority of a share', () => {
  test('is normal, can be changed, is told to subscribers, and outlives a restart and sharing anew', async () => {
    const path = pond.file('note.txt', 100, 'note')
    let source = await pond.peer('source')
    const { root } = await share(source.api, path)
    expect((await source.api.share(root)).priority).toBe('normal')
    expect((await source.api.setPriority({ root, priority: 'high' })).priority).toBe('high')
    await untilShare(source.api, root, 'the new priority', ({ priority }) => priority === 'high')
    await source.engine.stop()
    source = await pond.peer('source')
    expect((await source.api.share(root)).priority).toBe('high')
    await share(source.api, path)
    expect((await source.api.share(root)).priority).toBe('high')
    await source.api.remove({ root, withData: false })
    await expect(source.api.setPriority({ root, priority: 'low' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('two downloads under one limit: the one of high priority gets several times as much, the other still gets some', async () => {
    const source = await pond.peer('source')
    const sink = await pond.peer('sink')
    const links = await Promise.all(
      ['first', 'second'].map((name) => share(source.api, pond.file(`${name}.bin`, 24 * MIB, name))),
    )
    const [low, high] = links
    if (low === undefined || high === undefined) throw new Error('two shares')
    await sink.api.limit({ down: 6 * MIB })
    for (const { link } of links) await sink.api.openLink({ link })
    await sink.api.setPriority({ root: low.root, priority: 'low' })
    await sink.api.setPriority({ root: high.root, priority: 'high' })
    for (const { root } of links) await sink.api.start({ root, destination: sink.downloads })
    await catchState(sink.api, high.root, ({ haveChunks }) => haveChunks >= 14)
    const { haveChunks } = await sink.api.share(low.root)
    expect(haveChunks).toBeLessThanOrEqual(5)
    await untilShare(sink.api, low.root, 'something', (now) => now.haveChunks >= 1)
    await sink.api.limit({ down: null })
    await Promise.all(links.map(({ root }) => untilSeeding(sink.api, root)))
  })
})
