/** Whole chunks past the page cache: what goes there, what does not, and what is on disk when that is refused or cannot be. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BufferPool } from '../../../main/engine/exchange/buffer-pool.ts'
import { DirectFiles } from '../../../main/engine/store/direct-files.ts'
import { statHandle, writeOnce } from '../../../main/engine/store/fs-calls.ts'
import { HandleCache } from '../../../main/engine/store/handle-cache.ts'
import { PartialTree } from '../../../main/engine/store/partial-tree.ts'
import { allChunks, CHUNK_BYTES, openNew, partialOptions, type TestShare, tempFolder, testShare } from './support.ts'

const onLinux = process.platform === 'linux'
const canMount = onLinux && process.getuid?.() === 0
const onClaim = () => {}
const pool = new BufferPool(16, true)

/** The bytes of a chunk in memory that begins at a page. */
function aligned(share: TestShare, chunk: number): Uint8Array {
  const bytes = share.bytesOf(chunk)
  const buffer = pool.take(bytes.length)
  buffer.set(bytes)
  return buffer
}

function directFiles(share: TestShare, folder: string, write: typeof writeOnce = writeOnce) {
  const options = partialOptions(share, folder)
  const tree = new PartialTree(options)
  tree.prepare()
  const handles = new HandleCache()
  onTestFinished(() => handles.dropAll(''))
  const calls: number[] = []
  const counted: typeof writeOnce = (fd, bytes, offset) => {
    calls.push(offset)
    return write(fd, bytes, offset)
  }
  const direct = new DirectFiles({ tree, handles, prefix: 'test ', enabled: true, writeOnce: counted })
  return { direct, calls, handles, at: options.partialPath }
}

const failing = (code: string) => async () => {
  throw Object.assign(new Error(code), { code })
}

describe.runIf(onLinux)('DirectFiles', () => {
  it('[ST19] gives the file its size first and writes whole chunks at their multiples, nothing else', async () => {
    const share = testShare([['', 3 * CHUNK_BYTES + 5]])
    const { direct, calls, at } = directFiles(share, tempFolder())
    expect(await direct.write(0, aligned(share, 3), 3 * CHUNK_BYTES)).toBe(false)
    expect(await direct.write(0, aligned(share, 1), 4_096)).toBe(false)
    expect(calls).toEqual([])
    expect(await direct.write(0, aligned(share, 1), CHUNK_BYTES)).toBe(true)
    expect(calls).toEqual([CHUNK_BYTES])
    const found = fs.readFileSync(at)
    expect(found.length).toBe(3 * CHUNK_BYTES + 5)
    expect(found.subarray(CHUNK_BYTES, 2 * CHUNK_BYTES).equals(share.bytesOf(1))).toBe(true)
  })

  it.each(['EINVAL', 'EOPNOTSUPP'])('[ST19] refused once with %s, it does not try that file again', async (code) => {
    const share = testShare([
      ['a', 2 * CHUNK_BYTES],
      ['b', CHUNK_BYTES],
    ])
    const { direct, calls, handles } = directFiles(share, tempFolder(), failing(code))
    expect(await direct.write(0, aligned(share, 0), 0)).toBe(false)
    expect(await direct.write(0, aligned(share, 1), CHUNK_BYTES)).toBe(false)
    expect(calls).toEqual([0])
    expect(handles.held).toBe(0)
    await direct.write(1, aligned(share, 2), 0)
    expect(calls).toEqual([0, 0])
  })

  it('[ST19] memory that does not begin at a page is refused by the system, and nothing is thrown', async () => {
    const share = testShare([['', CHUNK_BYTES]])
    const { direct } = directFiles(share, tempFolder())
    const shifted = new Uint8Array(new ArrayBuffer(CHUNK_BYTES + 4_096)).subarray(1, CHUNK_BYTES + 1)
    expect(await direct.write(0, shifted, 0)).toBe(false)
  })

  it('[ST19] a write that ends early is declined, and only that one', async () => {
    const share = testShare([['', 2 * CHUNK_BYTES]])
    let short = true
    const { direct } = directFiles(share, tempFolder(), async (fd, bytes, offset) => {
      const take = short ? bytes.subarray(0, 4_096) : bytes
      short = false
      return await writeOnce(fd, take, offset)
    })
    expect(await direct.write(0, aligned(share, 0), 0)).toBe(false)
    expect(await direct.write(0, aligned(share, 1), CHUNK_BYTES)).toBe(true)
  })

  it.each(['ENOSPC', 'EIO'])('[ST15] [ST19] %s is the caller’s, and the next write is tried again', async (code) => {
    const share = testShare([['', CHUNK_BYTES]])
    let fails = true
    const { direct } = directFiles(share, tempFolder(), async (fd, bytes, offset) =>
      fails ? await failing(code)() : await writeOnce(fd, bytes, offset),
    )
    await expect(direct.write(0, aligned(share, 0), 0)).rejects.toMatchObject({ code })
    fails = false
    expect(await direct.write(0, aligned(share, 0), 0)).toBe(true)
  })

  it('[ST6] [ST19] knows a file that was put in the place of the one it wrote to', async () => {
    const share = testShare([['', CHUNK_BYTES]])
    const { direct, at } = directFiles(share, tempFolder())
    await direct.write(0, aligned(share, 0), 0)
    const isIn = async () => {
      const fd = fs.openSync(at, 'r')
      try {
        return direct.isIn(0, await statHandle(fd))
      } finally {
        fs.closeSync(fd)
      }
    }
    expect(await isIn()).toBe(true)
    fs.renameSync(at, `${at}.old`)
    fs.writeFileSync(at, Buffer.alloc(CHUNK_BYTES))
    expect(await isIn()).toBe(false)
  })
})

/** An ext4 of 24 MiB with a real block device below it. */
function smallExt4(): string {
  const folder = tempFolder()
  const image = path.join(folder, 'image')
  const disk = path.join(folder, 'disk')
  fs.writeFileSync(image, '')
  fs.truncateSync(image, 24 * CHUNK_BYTES)
  execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', '-m', '0', image])
  fs.mkdirSync(disk)
  execFileSync('mount', ['-o', 'loop', image, disk])
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk])
  })
  return disk
}

const direct = { direct: true }

describe.runIf(onLinux)('PartialFiles past the page cache', () => {
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 4 * CHUNK_BYTES + 4_097])(
    '[ST19] a file of %i bytes arrives whole, read meanwhile, flushed, and named',
    async (sizeBytes) => {
      const share = testShare([
        ['it', sizeBytes],
        ['other', 2 * CHUNK_BYTES],
      ])
      const files = await openNew({ ...partialOptions(share, tempFolder()), tools: direct })
      await Promise.all(allChunks(share).map((chunk) => files.write(chunk, aligned(share, chunk), true)))
      for (const chunk of allChunks(share)) {
        const into = new Uint8Array(share.manifest.chunkLength(chunk))
        await files.read(chunk, into)
        expect(Buffer.from(into).equals(share.bytesOf(chunk))).toBe(true)
      }
      expect((await files.flush()).isFull).toBe(true)
      const done = await files.finish({ onClaim })
      for (const [file, { path: name }] of share.manifest.files.entries())
        expect(fs.readFileSync(path.join(done.path, name)).equals(share.contentOf(file))).toBe(true)
    },
  )

  it('[ST19] mixed with writes through the cache and reads that read ahead, every byte is right', async () => {
    const share = testShare([['', 16 * CHUNK_BYTES + 9]])
    const files = await openNew({ ...partialOptions(share, tempFolder()), tools: direct })
    const written: number[] = []
    await Promise.all(
      allChunks(share).map(async (chunk) => {
        await files.write(chunk, aligned(share, chunk), chunk % 3 !== 0)
        written.push(chunk)
        for (const back of written.slice(-3)) {
          const into = new Uint8Array(share.manifest.chunkLength(back))
          await files.read(back, into)
          expect(Buffer.from(into).equals(share.bytesOf(back))).toBe(true)
        }
      }),
    )
    const done = await files.finish({ onClaim })
    expect(fs.readFileSync(done.path).equals(share.contentOf(0))).toBe(true)
  })

  it('[ST10] [ST19] two descriptors a file are as many as two files: with a limit of two, nobody waits for ever', async () => {
    const share = testShare([
      ['a', 2 * CHUNK_BYTES],
      ['b', 2 * CHUNK_BYTES],
      ['c', 2 * CHUNK_BYTES],
    ])
    const handles = new HandleCache({ limit: 2 })
    const files = await openNew({ ...partialOptions(share, tempFolder()), tools: { ...direct, handles } })
    await Promise.all(allChunks(share).map((chunk) => files.write(chunk, aligned(share, chunk), chunk % 2 === 0)))
    expect(handles.held).toBeLessThanOrEqual(2)
    expect((await files.flush()).isFull).toBe(true)
  })

  it('[ST15] [ST19] a disk without room loses nothing, and the same write succeeds once there is some', async (ctx) => {
    if (!canMount) return ctx.skip('mounting an ext4 needs root')
    const disk = smallExt4()
    const room = Number(fs.statfsSync(disk).bavail) * fs.statfsSync(disk).bsize
    fs.writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(room - Math.floor(3.5 * CHUNK_BYTES)))
    const share = testShare([['', 5 * CHUNK_BYTES]])
    const files = await openNew({ ...partialOptions(share, disk), tools: direct })
    for (const chunk of [0, 1, 2]) await files.write(chunk, aligned(share, chunk), true)
    expect((await files.flush()).count).toBe(3)
    await expect(files.write(3, aligned(share, 3), true)).rejects.toMatchObject({
      code: 'disk-full',
      facts: { system: 'ENOSPC' },
    })
    expect(files.written.has(3)).toBe(false)
    fs.rmSync(path.join(disk, 'ballast'))
    for (const chunk of [3, 4]) await files.write(chunk, aligned(share, chunk), true)
    const done = await files.finish({ onClaim })
    expect(fs.readFileSync(done.path).equals(share.contentOf(0))).toBe(true)
  })

  it('[ST17] [ST19] tells a disk that became read-only and a folder that is gone', async (ctx) => {
    if (!canMount) return ctx.skip('mounting an ext4 needs root')
    const disk = smallExt4()
    const share = testShare([['a', 2 * CHUNK_BYTES]])
    const files = await openNew({ ...partialOptions(share, disk), tools: direct })
    await files.write(0, aligned(share, 0), true)
    await files.flush()
    await files.close()
    execFileSync('mount', ['-o', 'remount,ro', disk])
    await expect(files.write(1, aligned(share, 1), true)).rejects.toMatchObject({ code: 'destination-read-only' })
    execFileSync('mount', ['-o', 'remount,rw', disk])
    const { partialPath } = partialOptions(share, disk)
    fs.rmSync(partialPath, { recursive: true })
    await expect(files.write(1, aligned(share, 1), true)).rejects.toMatchObject({ code: 'destination-missing' })
  })
})
