/** The life of a share and the commands that end and begin it: one life at a time, whatever is asked, however fast. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  catchState,
  fetchInto,
  MIB,
  namesIn,
  type Peer,
  Pond,
  sameBytes,
  share,
  until,
  untilSeeding,
  untilShare,
} from './support.ts'

/** Makes a folder that even root cannot change. */
const CHATTR = '/usr/bin/chattr'

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
}

/** A file at a source that sends so many MiB a second. */
async function slowFile(sizeBytes: number, mibPerSecond: number): Promise<Setting> {
  const path = pond.file('film.bin', sizeBytes, 'film')
  const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
  await source.api.limit({ up: mibPerSecond * MIB })
  return { source, sink, ...(await share(source.api, path)) }
}

describe('share and fetch', () => {
  test('a file: the stream tells of every state, also of shares without peers', async () => {
    const path = pond.file('film.bin', 3 * MIB + 17, 'film')
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    await untilShare(
      source.api,
      root,
      'seeding without anybody',
      ({ state, peers }) => state === 'seeding' && peers === 0,
    )
    const sink = await pond.peer('sink')
    const opened = await sink.api.openLink({ link })
    expect(opened).toMatchObject({ root, name: 'film.bin', origin: 'fetched', claimedBytes: 3 * MIB + 17 })
    await untilShare(sink.api, root, 'ready', ({ state }) => state === 'ready')
    await sink.api.start({ root })
    const done = await untilSeeding(sink.api, root)
    expect(done.path).toBe(`${sink.downloads}/film.bin`)
    expect(sameBytes(done.path ?? '', 'film', 3 * MIB + 17)).toBe(true)
    expect(namesIn(sink.downloads)).toEqual(['film.bin'])
    expect([...source.errors, ...sink.errors]).toEqual([])
  })

  test('a link without a name takes the name that those who have it give, made safe', async () => {
    const path = pond.file('holiday.bin', 2 * MIB, 'film')
    const source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    const [address] = link.match(/pe=[^&]+/) ?? []
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, `shoal:${root}?${address}`, sink.downloads)
    const done = await untilSeeding(sink.api, root)
    expect(done).toMatchObject({ name: 'holiday.bin', path: `${sink.downloads}/holiday.bin` })
  })
})

describe('pause and resume', () => {
  test('[FL1] many times, as fast as it can be asked: one life at a time, and whole in the end', async () => {
    const { sink, root, link } = await slowFile(12 * MIB, 24)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    const asked: Promise<unknown>[] = []
    for (let round = 0; round < 12; round++) asked.push(sink.api.pause(root), sink.api.resume(root))
    await Promise.all(asked)
    const done = await untilSeeding(sink.api, root)
    expect(sameBytes(done.path ?? '', 'film', 12 * MIB)).toBe(true)
    expect(sink.errors).toEqual([])
  })

  test('[FL2] a paused share has no peers, no speed, no trouble and no announcement, on the stream as well', async () => {
    const { sink, source, root, link } = await slowFile(12 * MIB, 4)
    await fetchInto(sink.api, link, sink.downloads)
    await untilShare(sink.api, root, 'some speed', ({ downBytesPerSecond }) => downBytesPerSecond > 0)
    await sink.api.pause(root)
    const paused = await untilShare(sink.api, root, 'rest', ({ state, peers }) => state === 'paused' && peers === 0)
    expect(paused).toMatchObject({ downBytesPerSecond: 0, upBytesPerSecond: 0, announcements: [] })
    expect(paused.trouble).toBeUndefined()
    await until(sink.api, 'an empty swarm', ({ swarm }) => ((swarm.get(root)?.size ?? 0) === 0 ? true : undefined))
    await untilShare(source.api, root, 'the source to have noticed', ({ peers }) => peers === 0)
    expect((await source.api.status()).upBytesPerSecond).toBe(0)
  })

  test('[FL2] a share that is paused when the engine starts opens nothing, also when its link is opened again', async () => {
    const { sink, source, root, link } = await slowFile(8 * MIB, 4)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    const { haveBytes } = await sink.api.pause(root)
    await sink.engine.stop()
    const again = await pond.peer('sink')
    expect(await again.api.openLink({ link })).toMatchObject({ state: 'paused', peers: 0 })
    await again.api.connect({ address: (await source.api.status()).listening[0] ?? '' })
    const recalled = await untilShare(again.api, root, 'what it has', ({ totalBytes }) => totalBytes !== undefined)
    expect(recalled).toMatchObject({ haveBytes, state: 'paused', peers: 0 })
    expect(await again.api.swarm(root)).toEqual([])
    await again.api.resume(root)
    const done = await untilSeeding(again.api, root)
    expect(sameBytes(done.path ?? '', 'film', 8 * MIB)).toBe(true)
  })
})

describe('[FL6] nobody there', () => {
  test('is said after 10 s, is over with the download however small it is, and is not said of what is paused', async () => {
    const path = pond.file('note.txt', 100, 'note')
    let source = await pond.peer('source')
    const { root, link } = await share(source.api, path)
    await source.engine.stop()
    const sink = await pond.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const alone = await untilShare(sink.api, root, 'the trouble', ({ trouble }) => trouble !== undefined)
    expect(alone.trouble).toMatchObject({ code: 'no-sources', message: expect.stringContaining('One possible source') })
    expect((await sink.api.pause(root)).trouble).toBeUndefined()
    await sink.api.resume(root)
    source = await pond.peer('source')
    const done = await untilSeeding(sink.api, root)
    expect(done.trouble).toBeUndefined()
    const after = await untilShare(sink.api, root, 'no trouble', ({ trouble }) => trouble === undefined)
    expect(after.state).toBe('seeding')
  }, 40_000)
})

describe('remove', () => {
  const moments = ['resolving', 'ready', 'downloading', 'finishing', 'seeding', 'paused'] as const
  test.for(moments)('[FL1] while %s: nothing is left of it, and it can be begun anew', async (moment) => {
    const { source, sink, root, link } = await slowFile(6 * MIB, moment === 'downloading' ? 4 : 400)
    if (moment === 'resolving') await source.engine.stop()
    if (moment === 'resolving' || moment === 'ready') await sink.api.openLink({ link })
    else await fetchInto(sink.api, link, sink.downloads)
    if (moment === 'paused') await sink.api.pause(root)
    const met = await catchState(sink.api, root, ({ state }) => state === moment)
    expect(met.state).toBe(moment)
    await sink.api.remove({ root, withData: true })
    expect(await sink.api.shares()).toEqual([])
    expect(namesIn(sink.downloads)).toEqual([])
    await until(sink.api, 'no share', ({ shares, swarm }) =>
      shares.size === 0 && (swarm.get(root)?.size ?? 0) === 0 ? true : undefined,
    )
    expect(sink.errors).toEqual([])
    if (moment === 'resolving') return
    await fetchInto(sink.api, link, sink.downloads)
    const done = await untilSeeding(sink.api, root)
    expect(sameBytes(done.path ?? '', 'film', 6 * MIB)).toBe(true)
  })

  test('[FL1] asked together with everything else: whatever comes after it finds nothing', async () => {
    const { sink, root, link } = await slowFile(8 * MIB, 4)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    const asked = await Promise.allSettled([
      sink.api.pause(root),
      sink.api.remove({ root, withData: true }),
      sink.api.resume(root),
      sink.api.start({ root }),
      sink.api.remove({ root, withData: true }),
      sink.api.openLink({ link }),
    ])
    expect(asked.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ])
    const [begun] = await sink.api.shares()
    expect(begun).toMatchObject({ root, haveBytes: 0, receivedBytes: 0 })
    await sink.api.start({ root })
    const done = await untilSeeding(sink.api, root)
    expect(sameBytes(done.path ?? '', 'film', 8 * MIB)).toBe(true)
    expect(sink.errors).toEqual([])
  })

  test('with its data, but a file cannot be deleted: the share stays, paused, and says which', async (context) => {
    const { sink, root, link } = await slowFile(2 * MIB, 400)
    await fetchInto(sink.api, link, sink.downloads)
    const { path = '' } = await untilSeeding(sink.api, root)
    // The folder's attribute: the file itself would count as changed by the user, and stay for that.
    if (spawnSync(CHATTR, ['+i', sink.downloads]).status !== 0)
      context.skip('chattr needs root and a file system that knows it')
    try {
      await expect(sink.api.remove({ root, withData: true })).rejects.toMatchObject({ code: 'IO', facts: { path } })
      expect(await sink.api.share(root)).toMatchObject({ state: 'paused' })
    } finally {
      spawnSync(CHATTR, ['-i', sink.downloads])
    }
    await sink.api.remove({ root, withData: true })
    expect(existsSync(path)).toBe(false)
  })
})

describe('counters', () => {
  test('[FL11] of a share do not fall across a restart or an import of the same bytes, of the node not by a removal', async () => {
    const { sink, source, root, link } = await slowFile(4 * MIB, 400)
    await fetchInto(sink.api, link, sink.downloads)
    await untilSeeding(sink.api, root)
    expect(await sink.api.share(root)).toMatchObject({ receivedBytes: 4 * MIB })
    // The same bytes shared in place at the downloader: what it received stays counted.
    const own = pond.file('own/film.bin', 4 * MIB, 'film')
    await share(sink.api, own)
    expect(await sink.api.share(root)).toMatchObject({ origin: 'in-place', path: own, receivedBytes: 4 * MIB })
    expect((await sink.api.status()).receivedBytes).toBe(4 * MIB)
    await sink.engine.stop()
    const again = await pond.peer('sink')
    expect(await again.api.share(root)).toMatchObject({ receivedBytes: 4 * MIB })

    const { sentBytes } = await source.api.status()
    expect(sentBytes).toBe(4 * MIB)
    await source.api.remove({ root, withData: true })
    expect((await source.api.status()).sentBytes).toBe(4 * MIB)
    expect(existsSync(pond.path('film.bin'))).toBe(true)
  })
})

describe('the end of the engine', () => {
  test('in every state, within 5 s, with everything on disk; asked twice it ends once', async () => {
    const { sink, root, link } = await slowFile(24 * MIB, 8)
    const small = pond.file('small.bin', 2 * MIB, 'small')
    const { root: seeding } = await share(sink.api, small)
    await fetchInto(sink.api, link, sink.downloads)
    // Nobody has it: it is looked for when the end comes.
    const unknown = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    await sink.api.openLink({ link: unknown })
    const large = pond.file('large.bin', 96 * MIB, 'large')
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= 4 * MIB)
    const { job } = await sink.api.importPath({ path: large })
    const startedAt = performance.now()
    await Promise.all([sink.engine.stop(), sink.engine.stop()])
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    const again = await pond.peer('sink')
    await untilShare(again.api, root, 'what it had', ({ haveBytes }) => haveBytes >= 4 * MIB)
    await untilShare(again.api, seeding, 'the seed', ({ state }) => state === 'seeding')
    expect((await again.api.shares()).map((one) => one.root).sort()).toEqual([root, seeding, unknown].sort())
    await until(again.api, 'no trace of the import', ({ jobs }) => (jobs.has(job) ? undefined : true))
    expect([...sink.errors, ...again.errors]).toEqual([])
  })

  test('a stored share that makes no sense is left out and said, the others start', async () => {
    const path = pond.file('note.txt', 100, 'note')
    const before = await pond.peer('source')
    const { root } = await share(before.api, path)
    await before.engine.stop()
    const database = new DatabaseSync(`${before.profileDir}/shoal.sqlite`)
    database.exec(
      `INSERT INTO shares (root, name, origin, paused, complete, sequential, link_peers, ignore, added_at, received_bytes, sent_bytes, corrupt_bytes)
       VALUES ('nonsense', 'x', 'fetched', 0, 0, 0, '[]', '[]', 1, 0, 0, 0)`,
    )
    database.close()
    const after = await pond.peer('source')
    await untilShare(after.api, root, 'the other share', ({ state }) => state === 'seeding')
    expect(after.errors).toEqual([expect.stringContaining('not understood')])
  })
})
