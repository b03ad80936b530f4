/**
 * Files that change while they are shared: noticed before or at the first request, told with the reason, never sent as
 * right, and mended by restoring them or sharing them again. Issue, section 2: "A file that changes, shrinks, is replaced
 * or vanishes while shared".
 */
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { TroubleCode } from '../../shared/contract/model.ts'
import { Ground, type Peer } from './support/daemon.ts'
import { digestOf, makeFile, randomBytesFrom, treeOf, visibleNames } from './support/files.ts'
import { SEED } from './support/random.ts'
import { catchMoment, fetchInto, share, untilSeeding, untilShare, Witness } from './support/shares.ts'

const MIB = 1024 * 1024
const SIZE = 12 * MIB

let ground: Ground
beforeEach(() => {
  ground = new Ground()
})
afterEach(() => ground.clear())

/** Overwrites bytes in the middle and puts the modification time back: only ctime tells. */
function forge(path: string): void {
  const { atime, mtime } = statSync(path)
  const fd = openSync(path, 'r+')
  writeSync(fd, Buffer.from('forged'), 0, 6, SIZE / 2)
  closeSync(fd)
  utimesSync(path, atime, mtime)
}

const CHANGES: readonly (readonly [what: string, change: (path: string) => void, code: TroubleCode])[] = [
  ['is appended to', (path) => appendFileSync(path, 'more'), 'source-changed'],
  ['shrinks', (path) => truncateSync(path, SIZE / 2), 'source-changed'],
  [
    'is overwritten, same size',
    (path) => writeFileSync(path, randomBytesFrom(`${SEED} other`, SIZE)),
    'source-changed',
  ],
  ['is overwritten, same size, same modification time', forge, 'source-changed'],
  [
    'is replaced by another, by rename',
    (path) => {
      writeFileSync(`${path}.new`, randomBytesFrom(`${SEED} other`, SIZE))
      renameSync(`${path}.new`, path)
    },
    'source-changed',
  ],
  ['vanishes', (path) => rmSync(path), 'source-missing'],
  [
    'becomes a symbolic link to the same bytes',
    (path) => {
      renameSync(path, `${path}.moved`)
      symlinkSync(`${path}.moved`, path)
    },
    'source-changed',
  ],
  [
    'becomes a folder',
    (path) => {
      rmSync(path)
      mkdirSync(path)
    },
    'source-changed',
  ],
]

interface Scene {
  readonly source: Peer
  readonly path: string
  readonly backup: string
  readonly link: string
  readonly root: string
  readonly digest: string
}

/** A folder with the file that changes and one that does not. */
async function shareFolder(): Promise<Scene> {
  const path = ground.path('album', 'film.bin')
  const digest = makeFile(path, SIZE, SEED)
  makeFile(ground.path('album', 'other.bin'), 3 * MIB, `${SEED} untouched`)
  copyFileSync(path, ground.path('backup'))
  const source = await ground.peer('source')
  const { link, root } = await share(source.api, ground.path('album'))
  return { source, path, backup: ground.path('backup'), link, root, digest }
}

function restore({ path, backup }: Scene): void {
  rmSync(path, { recursive: true, force: true })
  copyFileSync(backup, path)
}

describe('a shared file', () => {
  test.each(CHANGES)(
    `that %s: said at the first request, nothing wrong is sent, restoring mends it, seed ${SEED}`,
    async (_what, change, code) => {
      const scene = await shareFolder()
      const { source, root, link } = scene
      change(scene.path)
      const sink = await ground.peer('sink')
      await fetchInto(sink.api, link, sink.downloads)
      const witness = new Witness(sink.api, root)

      // The user who shares is told which file and why.
      const marked = await untilShare(source.api, root, 'the mark', ({ trouble }) => trouble !== undefined)
      expect(marked.trouble).toMatchObject({ code, path: 'film.bin' })
      expect(marked.trouble?.message).toContain('film.bin')
      expect(marked.state).toBe('seeding')
      // What is still right is served; what is not stays missing, and nobody is blamed.
      const stuck = await untilShare(sink.api, root, 'the rest', ({ haveBytes }) => haveBytes >= 3 * MIB)
      expect(stuck.state).toBe('downloading')
      expect(stuck.corruptBytes).toBe(0)
      expect(visibleNames(sink.downloads)).toEqual([])

      restore(scene)
      const done = await untilSeeding(sink.api, root)
      await witness.end()
      expect(treeOf(done.path ?? '')).toEqual({
        'film.bin': scene.digest,
        'other.bin': await digestOf(ground.path('album', 'other.bin')),
      })
      expect(done.corruptBytes).toBe(0)
      expect(witness.entries('chunk-corrupt')).toEqual([])
      expect(witness.entries('peer-banned')).toEqual([])
      await untilShare(source.api, root, 'the end of the trouble', ({ trouble }) => trouble === undefined)
    },
  )

  test(`that changes in the middle of a download: no wrong byte arrives, seed ${SEED}`, async () => {
    const scene = await shareFolder()
    await scene.source.api.limit({ up: 4 * MIB })
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, scene.link, sink.downloads)
    const witness = new Witness(sink.api, scene.root)
    await catchMoment(sink.api, scene.root, 'a third', ({ haveBytes }) => haveBytes >= SIZE / 3)
    writeFileSync(scene.path, randomBytesFrom(`${SEED} other`, SIZE))
    await untilShare(scene.source.api, scene.root, 'the mark', ({ trouble }) => trouble?.code === 'source-changed')
    restore(scene)
    const done = await untilSeeding(sink.api, scene.root)
    await witness.end()
    expect(await digestOf(`${done.path}/film.bin`)).toBe(scene.digest)
    expect(done.corruptBytes).toBe(0)
    expect(witness.entries('chunk-corrupt')).toEqual([])
  })

  test(`that only got a new modification time is served on, after one look, seed ${SEED}`, async () => {
    const scene = await shareFolder()
    utimesSync(scene.path, new Date(), new Date(0))
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, scene.link, sink.downloads)
    const done = await untilSeeding(sink.api, scene.root)
    expect(await digestOf(`${done.path}/film.bin`)).toBe(scene.digest)
    await untilShare(scene.source.api, scene.root, 'no trouble', ({ trouble }) => trouble === undefined)
  })

  test(`that changed while nobody looked is found when the daemon starts, seed ${SEED}`, async () => {
    const scene = await shareFolder()
    await scene.source.running.killed()
    truncateSync(scene.path, 1000)
    const again = await ground.peer('source')
    const marked = await untilShare(again.api, scene.root, 'the mark', ({ trouble }) => trouble !== undefined)
    expect(marked.trouble).toMatchObject({ code: 'source-changed', path: 'film.bin' })
  })

  test(`that changed is shared again as what it is now: another link; the old share stays marked, seed ${SEED}`, async () => {
    const scene = await shareFolder()
    const other = makeFile(scene.path, SIZE + 5, `${SEED} other`)
    const again = await share(scene.source.api, ground.path('album'))
    expect(again.root).not.toBe(scene.root)
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, again.link, sink.downloads)
    const done = await untilSeeding(sink.api, again.root)
    expect(await digestOf(`${done.path}/film.bin`)).toBe(other)
    const third = await ground.peer('third')
    await fetchInto(third.api, scene.link, third.downloads)
    await untilShare(scene.source.api, scene.root, 'the mark', ({ trouble }) => trouble?.code === 'source-changed')
  })

  test(`of less than a chunk, alone, that changes: said at the first request, seed ${SEED}`, async () => {
    const path = ground.path('note.txt')
    const digest = makeFile(path, 5_000, SEED)
    copyFileSync(path, ground.path('backup'))
    const source = await ground.peer('source')
    const { link, root } = await share(source.api, path)
    writeFileSync(path, randomBytesFrom(`${SEED} other`, 5_000))
    const sink = await ground.peer('sink')
    await fetchInto(sink.api, link, sink.downloads)
    const marked = await untilShare(source.api, root, 'the mark', ({ trouble }) => trouble !== undefined, 20_000)
    expect(marked.trouble?.code).toBe('source-changed')
    expect(existsSync(`${sink.downloads}/note.txt`)).toBe(false)
    copyFileSync(ground.path('backup'), path)
    const done = await untilSeeding(sink.api, root)
    expect(await digestOf(done.path ?? '')).toBe(digest)
  })
})

describe('a file that was fetched and is passed on', () => {
  test(`is watched as well, and restored by its owner, seed ${SEED}`, async () => {
    const scene = await shareFolder()
    const middle = await ground.peer('middle')
    await fetchInto(middle.api, scene.link, middle.downloads)
    const fetched = await untilSeeding(middle.api, scene.root)
    await scene.source.running.killed()
    const film = `${fetched.path}/film.bin`
    const bytes = readFileSync(film)
    writeFileSync(film, randomBytesFrom(`${SEED} other`, SIZE))

    const sink = await ground.peer('sink', '--bootstrap', middle.addresses[0] ?? '')
    await fetchInto(sink.api, (await middle.api.share(scene.root)).link, sink.downloads)
    const marked = await untilShare(middle.api, scene.root, 'the mark', ({ trouble }) => trouble !== undefined)
    expect(marked.trouble).toMatchObject({ code: 'source-changed', path: 'film.bin' })
    writeFileSync(film, bytes)
    const done = await untilSeeding(sink.api, scene.root)
    expect(await digestOf(`${done.path}/film.bin`)).toBe(scene.digest)
    expect(done.corruptBytes).toBe(0)
  })
})
