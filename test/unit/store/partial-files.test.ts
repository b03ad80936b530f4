/** A download's files: written in any order, read meanwhile, resumed, and never outside of the partial. */
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { Bitfield } from '../../../main/engine/content/bitfield.ts'
import { HandleCache } from '../../../main/engine/store/handle-cache.ts'
import { newPartialPath, numberedName } from '../../../main/engine/store/names.ts'
import { openPartial } from '../../../main/engine/store/open-partial.ts'
import { SmallWork } from '../../../main/engine/store/small-work.ts'
import {
  allChunks,
  CHUNK_BYTES,
  openNew,
  partialOptions,
  randomOf,
  readChunk,
  tempFolder,
  testShare,
  writeChunks,
} from './support.ts'

const onClaim = () => {}

const folderShare = () =>
  testShare(
    [
      ['a/big', 3 * CHUNK_BYTES + 5],
      ['a/b/small', 10],
      ['top', 70_000],
      ['none', 0],
    ],
    ['a', 'a/b', 'empty', 'empty/deep'],
  )

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

describe('PartialFiles', () => {
  it.each([1, 2, 3])('writes chunks in any order and reads them back before any flush (seed %i)', async (seed) => {
    const share = folderShare()
    const files = await openNew(partialOptions(share, tempFolder()))
    for (const chunk of shuffled(allChunks(share), randomOf(seed))) {
      await files.write(chunk, share.bytesOf(chunk))
      expect(await readChunk(share, files, chunk)).toEqual(new Uint8Array(share.bytesOf(chunk)))
    }
    expect(files.written.isFull).toBe(true)
  })

  it('[ST5] claims after a flush exactly what was written before it', async () => {
    const share = folderShare()
    const files = await openNew(partialOptions(share, tempFolder()))
    expect((await files.flush()).isEmpty).toBe(true)
    await writeChunks(share, files, [0, 4])
    const claimed = await files.flush()
    const set: number[] = []
    claimed.forEachSet((chunk) => set.push(chunk))
    expect(set).toEqual([0, 4])
    await writeChunks(share, files, [1])
    expect(claimed.has(1)).toBe(false)
  })

  it('refuses bytes of the wrong length and reading what is not here', async () => {
    const share = folderShare()
    const files = await openNew(partialOptions(share, tempFolder()))
    await expect(files.write(0, new Uint8Array(5))).rejects.toThrow(RangeError)
    await expect(readChunk(share, files, 0)).rejects.toThrow(/not here/)
    await writeChunks(share, files, [0])
    files.forget([0])
    await expect(readChunk(share, files, 0)).rejects.toThrow(/not here/)
    expect((await files.flush()).isEmpty).toBe(true)
  })

  it('[ST10] writes 300 files side by side with 8 descriptors', async () => {
    const share = testShare(
      Array.from({ length: 300 }, (_, file) => [`d/f${file}`, file % 3 === 0 ? 70_000 : 10] as const),
      ['d'],
    )
    const handles = new HandleCache({ limit: 8 })
    const destination = tempFolder()
    const files = await openNew({ ...partialOptions(share, destination), tools: { handles } })
    let most = 0
    await Promise.all(
      allChunks(share).map(async (chunk) => {
        await files.write(chunk, share.bytesOf(chunk))
        most = Math.max(most, handles.held)
      }),
    )
    expect(most).toBe(8)
    const { path: final } = await files.finish({ onClaim })
    for (const chunk of allChunks(share)) {
      expect(fs.readFileSync(path.join(final, `d/f${chunk}`)).equals(share.contentOf(chunk))).toBe(true)
    }
  })

  it('[ST11] lets the event loop turn between many small writes', async () => {
    const share = testShare(Array.from({ length: 500 }, (_, file) => [`f${file}`, 100] as const))
    let nowMs = 0
    const work = new SmallWork(() => {
      nowMs += 0.5
      return nowMs
    })
    const files = await openNew({ ...partialOptions(share, tempFolder()), tools: { work } })
    let turns = 0
    let writing = true
    const count = () => {
      turns += 1
      if (writing) setImmediate(count)
    }
    setImmediate(count)
    await writeChunks(share, files, allChunks(share))
    writing = false
    expect(turns).toBeGreaterThan(50)
  })

  it('[ST12] never writes through a link that was put into the partial', async () => {
    const share = folderShare()
    const outside = tempFolder()
    const options = partialOptions(share, tempFolder())
    const files = await openNew(options)
    const partial = (at: string) => path.join(options.partialPath, at)
    fs.symlinkSync(path.join(outside, 'file'), partial('top'))
    await expect(files.write(5, share.bytesOf(5))).rejects.toMatchObject({ code: 'destination-io' })
    fs.symlinkSync(outside, partial('a'))
    await expect(files.write(0, share.bytesOf(0))).rejects.toMatchObject({ code: 'destination-io' })
    fs.rmSync(partial('a'))
    await files.write(4, share.bytesOf(4))
    fs.renameSync(partial('a'), partial('was'))
    fs.symlinkSync(outside, partial('a'))
    await new Promise((resolve) => setImmediate(resolve))
    await expect(files.write(0, share.bytesOf(0))).rejects.toMatchObject({ code: 'destination-io' })
    expect(fs.readdirSync(outside)).toEqual([])
  })

  it('[ST12] never writes into a file that has another name too', async () => {
    const share = folderShare()
    const folder = tempFolder()
    const options = partialOptions(share, folder)
    const files = await openNew(options)
    fs.writeFileSync(path.join(folder, 'precious'), 'precious')
    fs.linkSync(path.join(folder, 'precious'), path.join(options.partialPath, 'top'))
    await expect(files.write(5, share.bytesOf(5))).rejects.toMatchObject({ code: 'destination-io' })
    expect(fs.readFileSync(path.join(folder, 'precious'), 'utf8')).toBe('precious')
  })

  it.each(['../out', '/abs', 'a/../../out', 'a//b', '.', 'a\0b', ''])(
    '[ST12] refuses the local path %j',
    async (bad) => {
      const share = testShare([
        ['ok', 1],
        ['x', 1],
      ])
      const options = { ...partialOptions(share, tempFolder()), localPaths: ['ok', bad] }
      await expect(openPartial(options)).rejects.toMatchObject({
        code: 'destination-io',
        cause: expect.any(RangeError),
      })
      expect(fs.existsSync(options.partialPath)).toBe(false)
    },
  )

  it('[ST14] notices at the next flush that the partial was deleted under it', async () => {
    const share = testShare([['', 2 * CHUNK_BYTES]])
    const options = partialOptions(share, tempFolder())
    const files = await openNew(options)
    await writeChunks(share, files, [0])
    fs.rmSync(options.partialPath)
    await expect(files.flush()).rejects.toMatchObject({ code: 'destination-missing', facts: { lostChunks: [0] } })
    expect(files.written.isEmpty).toBe(true)
  })

  it('[ST14] reports what is missing, cut short or replaced when it is opened again', async () => {
    const share = folderShare()
    const options = partialOptions(share, tempFolder())
    const first = await openNew(options)
    await writeChunks(share, first, allChunks(share))
    const have = await first.flush()
    await first.close()
    fs.truncateSync(path.join(options.partialPath, 'a/big'), 2 * CHUNK_BYTES - 1)
    fs.rmSync(path.join(options.partialPath, 'a/b/small'))
    fs.rmSync(path.join(options.partialPath, 'top'))
    fs.symlinkSync('/etc/hostname', path.join(options.partialPath, 'top'))
    const again = await openPartial({ ...options, have })
    if (again.state !== 'open') throw new Error('not open')
    expect(again.lost).toEqual([1, 2, 3, 4, 5])
    fs.rmSync(path.join(options.partialPath, 'top'))
    await writeChunks(share, again.files, again.lost)
    const { path: final } = await again.files.finish({ onClaim })
    expect(fs.readFileSync(path.join(final, 'a/big')).equals(share.contentOf(0))).toBe(true)
  })

  it('[ST14] starts over when the partial was deleted, but not when its drive is another one', async () => {
    const share = folderShare()
    const options = partialOptions(share, tempFolder())
    const first = await openPartial(options)
    if (first.state !== 'open') throw new Error('not open')
    await writeChunks(share, first.files, [0])
    const have = await first.files.flush()
    await first.files.close()
    fs.rmSync(options.partialPath, { recursive: true })
    const elsewhere = openPartial({ ...options, have, destinationDev: `${BigInt(first.destinationDev) + 1n}` })
    await expect(elsewhere).rejects.toMatchObject({ code: 'destination-missing' })
    const again = await openPartial({ ...options, have, destinationDev: first.destinationDev })
    expect(again).toMatchObject({ state: 'open', lost: [0] })
  })

  it('[ST17] says that the destination is missing, is a file, or became read-only', async () => {
    const share = folderShare()
    const folder = tempFolder()
    const open = (destination: string) => openPartial(partialOptions(share, destination))
    await expect(open(path.join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'destination-missing' })
    fs.writeFileSync(path.join(folder, 'file'), '')
    await expect(open(path.join(folder, 'file'))).rejects.toMatchObject({ code: 'destination-missing' })
    if (fs.existsSync('/proc/self'))
      await expect(open('/proc/self')).rejects.toMatchObject({ code: expect.stringMatching(/^destination-/) })
  })

  it('[ST12] discards what it made and leaves what others put there', async () => {
    const share = folderShare()
    const folder = tempFolder()
    const options = partialOptions(share, folder)
    const files = await openNew(options)
    await writeChunks(share, files, allChunks(share))
    expect(await files.discard()).toBe(true)
    expect(fs.readdirSync(folder)).toEqual([])

    const second = await openNew(options)
    await writeChunks(share, second, allChunks(share))
    const outside = tempFolder()
    fs.mkdirSync(path.join(outside, 'b'))
    fs.writeFileSync(path.join(outside, 'big'), 'precious')
    fs.writeFileSync(path.join(outside, 'b/small'), 'precious')
    fs.rmSync(path.join(options.partialPath, 'a'), { recursive: true })
    fs.symlinkSync(outside, path.join(options.partialPath, 'a'))
    fs.writeFileSync(path.join(options.partialPath, 'notes.txt'), 'mine')
    await new Promise((resolve) => setImmediate(resolve))
    expect(await second.discard()).toBe(false)
    expect(fs.readFileSync(path.join(outside, 'big'), 'utf8')).toBe('precious')
    expect(fs.readFileSync(path.join(outside, 'b/small'), 'utf8')).toBe('precious')
    expect(fs.readdirSync(options.partialPath).sort()).toEqual(['a', 'notes.txt'])
  })

  it('serves a file and goes on fetching after an earlier finish', async () => {
    const share = folderShare()
    const options = partialOptions(share, tempFolder())
    const files = await openNew(options)
    await writeChunks(share, files, [4])
    await files.finish({ files: [1], onClaim })
    const again = await openNew({
      ...options,
      have: await files.flush(),
      ...(files.finished && { finished: files.finished }),
    })
    expect(await readChunk(share, again, 4)).toEqual(new Uint8Array(share.bytesOf(4)))
    await writeChunks(share, again, [5])
    expect(await readChunk(share, again, 5)).toEqual(new Uint8Array(share.bytesOf(5)))
  })
})

describe('names', () => {
  it('hides a partial, keeps it short, and gives two of the same share different names', () => {
    const random = randomOf(5)
    const names = ['film.mkv', 'ü'.repeat(200), '🐟'.repeat(100)].map((name) =>
      path.basename(newPartialPath('/d', name, 'bafybeiabcdefghijk', random)),
    )
    for (const name of names) {
      expect(name).toMatch(/^\..*\.defghijk-[0-9a-z]{4}\.shoal-part$/u)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255)
      expect(name).not.toContain('\ufffd')
    }
    expect(newPartialPath('/d', 'a', 'root', random)).not.toBe(newPartialPath('/d', 'a', 'root', random))
  })

  it('numbers names before the extension of a file', () => {
    expect(numberedName('a.tar', 1, 'file')).toBe('a.tar')
    expect(numberedName('a.tar', 2, 'file')).toBe('a (2).tar')
    expect(numberedName('.hidden', 2, 'file')).toBe('.hidden (2)')
    expect(numberedName('v1.2', 3, 'directory')).toBe('v1.2 (3)')
    expect(Buffer.byteLength(numberedName(`${'ü'.repeat(126)}.txt`, 10, 'file'))).toBeLessThanOrEqual(255)
  })
})

describe('Bitfield of an open partial', () => {
  it('is never shared with the caller', async () => {
    const share = folderShare()
    const have = new Bitfield(share.manifest.chunkCount)
    const files = await openNew({ ...partialOptions(share, tempFolder()), have })
    await writeChunks(share, files, [0])
    expect(have.isEmpty).toBe(true)
    files.written.setAll()
    expect(files.written.count).toBe(1)
  })
})
