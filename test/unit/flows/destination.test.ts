/** A destination that cannot be written to: said once, tried with patience, and changed for another. */
import { chmodSync, mkdirSync, renameSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import type { Manifest } from '../../../main/engine/content/manifest.ts'
import { untilUsable } from '../../../main/engine/flows/await-destination.ts'
import type { Share } from '../../../main/engine/flows/share.ts'
import { VirtualClock } from '../routing/virtual-clock.ts'
import {
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

async function slowFile(sizeBytes: number, mibPerSecond: number) {
  const path = pond.file('film.bin', sizeBytes, 'film')
  const [source, sink] = await Promise.all([pond.peer('source'), pond.peer('sink')])
  await source.api.limit({ up: mibPerSecond * MIB })
  return { source, sink, ...(await share(source.api, path)) }
}

const HUGE = 2 ** 52

interface Waiting {
  readonly destination: string
  readonly code: 'disk-full' | 'destination-missing'
  readonly begun: boolean
  readonly pauseMs?: number
}

/** Waits in virtual time for a share of more bytes than any disk has. */
function waiting(clock: VirtualClock, { destination, code, begun, pauseMs = 1_000 }: Waiting) {
  const have = new Bitfield(4)
  if (begun) have.set(0)
  const manifest = { totalBytes: HUGE, chunkCount: 4, chunkLength: () => HUGE / 4 } as unknown as Manifest
  const said: string[] = []
  const fake = {
    context: { clock, downloadDir: destination },
    row: { destination },
    have,
    trouble: { code },
    setTrouble(trouble: { code: string }) {
      said.push(trouble.code)
      fake.trouble = trouble as typeof fake.trouble
    },
    wantedChunks: () => [0, 1, 2, 3].values(),
  }
  const state = { usable: false, said }
  const end = new AbortController()
  const ended = untilUsable(fake as unknown as Share, manifest, pauseMs, end.signal).then(
    () => {
      state.usable = true
    },
    () => {},
  )
  return { state, stop: () => end.abort(), ended }
}

/** So many seconds, each after those who wait have looked at the folder and wait again. */
async function pass(clock: VirtualClock, seconds: number, ...waiters: { state: { usable: boolean } }[]): Promise<void> {
  const rest = async () => {
    while (clock.pending < waiters.filter(({ state }) => !state.usable).length)
      await new Promise<void>((resolve) => setImmediate(resolve))
  }
  await rest()
  for (let second = 0; second < seconds; second++) {
    await clock.advance(1_000)
    await rest()
  }
}

describe('[FL5] waiting for the destination', () => {
  test('what is not begun waits until all of it fits, and says so once; what is begun goes on with a little room', async () => {
    const clock = new VirtualClock()
    const fresh = waiting(clock, { destination: pond.folder, code: 'disk-full', begun: false })
    const begun = waiting(clock, { destination: pond.folder, code: 'disk-full', begun: true })
    await pass(clock, 5, fresh, begun)
    expect(begun.state).toEqual({ usable: true, said: [] })
    expect(fresh.state).toEqual({ usable: false, said: [] })
    fresh.stop()
    await fresh.ended
    expect(clock.pending).toBe(0)
  })

  test('another reason is said; a folder that came back too full to begin is full, not missing', async () => {
    const clock = new VirtualClock()
    const destination = join(pond.folder, 'drive')
    const one = waiting(clock, { destination, code: 'destination-missing', begun: false })
    await pass(clock, 1, one)
    expect(one.state).toEqual({ usable: false, said: [] })
    mkdirSync(destination)
    await pass(clock, 1, one)
    expect(one.state).toEqual({ usable: false, said: ['disk-full'] })
    one.stop()
  })

  test('an attempt that failed again waits for its pause, however well the folder looks', async () => {
    const clock = new VirtualClock()
    const one = waiting(clock, { destination: pond.folder, code: 'disk-full', begun: true, pauseMs: 4_000 })
    await pass(clock, 3, one)
    expect(one.state.usable).toBe(false)
    await pass(clock, 1, one)
    expect(one.state.usable).toBe(true)
  })
})

describe('[FL5] a destination in trouble', () => {
  test('is said with its reason, once; another can be chosen, and all is fetched there', async () => {
    const { source, sink, root, link } = await slowFile(2 * MIB, 400)
    const missing = pond.path('not', 'there')
    await fetchInto(sink.api, link, missing)
    const stuck = await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(stuck).toMatchObject({ state: 'paused', trouble: { code: 'destination-missing' } })
    // Some more looks at the folder pass while the source comes and goes.
    await source.engine.stop()
    await untilShare(sink.api, root, 'the source to be gone', ({ peers }) => peers === 0)
    await pond.peer('source')
    await untilShare(sink.api, root, 'the source to be back', ({ peers }) => peers === 1)
    await sink.api.start({ root, destination: `${sink.downloads}/` })
    const done = await untilSeeding(sink.api, root)
    expect(done.path).toBe(`${sink.downloads}/film.bin`)
    expect(done.trouble).toBeUndefined()
    const troubles = await until(sink.api, 'the log', ({ log }) => log.filter(({ kind }) => kind === 'trouble'))
    expect(troubles).toHaveLength(1)
  })

  test('vanishes while it fetches, and another is chosen: all of it is fetched there', async () => {
    const { sink, root, link } = await slowFile(10 * MIB, 4)
    const drive = pond.path('drive')
    mkdirSync(drive)
    await fetchInto(sink.api, link, drive)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= 2 * MIB)
    renameSync(drive, `${drive}-unplugged`)
    const stuck = await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(stuck.trouble?.code).toMatch(/^destination-/)
    await sink.api.start({ root, destination: sink.downloads })
    const done = await untilSeeding(sink.api, root)
    expect(done.path).toBe(`${sink.downloads}/film.bin`)
    expect(sameBytes(done.path ?? '', 'film', 10 * MIB)).toBe(true)
    expect(sink.errors).toEqual([])
  })

  test('is not changed while it is fetched without trouble, nor when all is here', async () => {
    const { sink, root, link, source } = await slowFile(6 * MIB, 4)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= MIB)
    const elsewhere = pond.path('elsewhere')
    mkdirSync(elsewhere)
    await expect(sink.api.start({ root, destination: elsewhere })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await source.api.limit({ up: null })
    await untilSeeding(sink.api, root)
    await expect(sink.api.start({ root, destination: elsewhere })).rejects.toMatchObject({ code: 'NOT_ALLOWED' })
    await expect(sink.api.start({ root, destination: 'relative' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
    expect(namesIn(elsewhere)).toEqual([])
  })

  test('[ST14] whose partial is cut short by something else: noticed when it is passed on, and mended', async () => {
    const { source, sink, root, link } = await slowFile(12 * MIB, 4)
    await fetchInto(sink.api, link, sink.downloads)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= 4 * MIB)
    // Nothing more is written that would make it long again.
    await source.api.limit({ up: 1 })
    const [partial = ''] = namesIn(sink.downloads)
    truncateSync(join(sink.downloads, partial), 100)
    const third = await pond.peer('third')
    await fetchInto(third.api, (await sink.api.share(root)).link, third.downloads)
    const stopped = await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    expect(stopped.trouble).toMatchObject({ code: 'destination-io', message: expect.stringContaining('cut short') })
    await source.api.limit({ up: null })
    for (const peer of [sink, third]) {
      const done = await untilSeeding(peer.api, root)
      expect(sameBytes(done.path ?? '', 'film', 12 * MIB)).toBe(true)
      expect(peer.errors).toEqual([])
    }
  })

  test('that is deleted with all that was fetched: begun again by itself when it is back', async () => {
    const { sink, root, link, source } = await slowFile(8 * MIB, 4)
    const drive = pond.path('drive')
    mkdirSync(drive)
    await fetchInto(sink.api, link, drive)
    await catchState(sink.api, root, ({ haveBytes }) => haveBytes >= 2 * MIB)
    rmSync(drive, { recursive: true })
    await untilShare(sink.api, root, 'the reason', ({ trouble }) => trouble !== undefined)
    await source.api.limit({ up: null })
    mkdirSync(drive)
    chmodSync(drive, 0o700)
    const done = await untilSeeding(sink.api, root)
    expect(sameBytes(done.path ?? '', 'film', 8 * MIB)).toBe(true)
    expect(namesIn(drive)).toEqual(['film.bin'])
    expect(sink.errors).toEqual([])
  })
})
