/** A disk that runs full and gets room again: a small tmpfs, so this needs root on Linux. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { checkDestination, checkSameDrive, freeBytes } from '../../../main/engine/store/disk-space.ts'
import { allChunks, CHUNK_BYTES, openNew, partialOptions, tempFolder, testShare, writeChunks } from './support.ts'

const canMount = process.platform === 'linux' && process.getuid?.() === 0
const WHY_NOT = 'mounting a tmpfs needs root on Linux'

function smallDisk(options: string): string {
  const folder = tempFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder])
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder])
  })
  return folder
}

const onClaim = () => {}

describe('a full disk', () => {
  it('[ST15] stops a large file, loses nothing, and the same write succeeds once there is room', async (ctx) => {
    if (!canMount) return ctx.skip(WHY_NOT)
    const disk = smallDisk('size=6m')
    fs.writeFileSync(path.join(disk, 'ballast'), Buffer.alloc(2 * CHUNK_BYTES))
    const share = testShare([['', 5 * CHUNK_BYTES]])
    const files = await openNew(partialOptions(share, disk))
    await writeChunks(share, files, [0, 1, 2])
    const claimed = await files.flush()
    await expect(writeChunks(share, files, [3, 4])).rejects.toMatchObject({
      code: 'disk-full',
      facts: { system: 'ENOSPC' },
    })
    expect(claimed.count).toBe(3)
    expect((await files.flush()).count).toBeLessThanOrEqual(4)
    await expect(checkDestination(disk, 2 * CHUNK_BYTES)).rejects.toMatchObject({ code: 'disk-full' })
    fs.rmSync(path.join(disk, 'ballast'))
    await checkDestination(disk, CHUNK_BYTES)
    await writeChunks(share, files, allChunks(share))
    const done = await files.finish({ onClaim })
    expect(fs.readFileSync(done.path).equals(share.contentOf(0))).toBe(true)
  })

  it('[ST15] stops small files, whether bytes or inodes run out', async (ctx) => {
    if (!canMount) return ctx.skip(WHY_NOT)
    for (const limits of ['size=200k', 'size=9m,nr_inodes=40']) {
      const disk = smallDisk(limits)
      const share = testShare(Array.from({ length: 60 }, (_, file) => [`f${file}`, 4096] as const))
      const files = await openNew(partialOptions(share, disk))
      const results = await Promise.allSettled(
        allChunks(share).map((chunk) => files.write(chunk, share.bytesOf(chunk))),
      )
      const codes = results.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []))
      expect(codes.length).toBeGreaterThanOrEqual(10)
      expect(new Set(codes)).toEqual(new Set(['disk-full']))
      execFileSync('mount', ['-o', 'remount,size=9m,nr_inodes=1k', disk])
      await writeChunks(share, files, allChunks(share))
      const done = await files.finish({ onClaim })
      for (const file of share.manifest.files.keys()) {
        expect(fs.readFileSync(path.join(done.path, `f${file}`)).equals(share.contentOf(file))).toBe(true)
      }
    }
  })

  it('[ST17] tells a disk that became read-only, and goes on when it is writable again', async (ctx) => {
    if (!canMount) return ctx.skip(WHY_NOT)
    const disk = smallDisk('size=9m')
    const share = testShare([
      ['a', 10],
      ['b', 10],
    ])
    const files = await openNew(partialOptions(share, disk))
    await writeChunks(share, files, [0])
    await files.flush()
    await files.close()
    execFileSync('mount', ['-o', 'remount,ro', disk])
    await expect(files.write(1, share.bytesOf(1))).rejects.toMatchObject({ code: 'destination-read-only' })
    await expect(checkDestination(disk, 1)).rejects.toMatchObject({ code: 'destination-read-only' })
    execFileSync('mount', ['-o', 'remount,rw', disk])
    await writeChunks(share, files, [1])
    expect([...(await files.finish({ onClaim })).files.keys()]).toEqual([0, 1])
    expect(fs.readdirSync(path.join(disk, 'name')).sort()).toEqual(['a', 'b'])
  })

  it('[ST14] does not take an unmounted drive for a deleted download', async (ctx) => {
    if (!canMount) return ctx.skip(WHY_NOT)
    const { openPartial } = await import('../../../main/engine/store/open-partial.ts')
    const folder = tempFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=9m', 'tmpfs', folder])
    const share = testShare([
      ['a', 10],
      ['b', 10],
    ])
    const options = partialOptions(share, folder)
    const opened = await openPartial(options)
    if (opened.state !== 'open') throw new Error('not open')
    await writeChunks(share, opened.files, [0])
    const have = await opened.files.flush()
    await opened.files.close()
    execFileSync('umount', [folder])
    const again = openPartial({ ...options, have, destinationDev: opened.destinationDev })
    await expect(again).rejects.toMatchObject({ code: 'destination-missing' })
    expect(fs.readdirSync(folder)).toEqual([])
  })
})

describe('checkDestination', () => {
  it('[ST15] says what room there is, and what is wrong', async () => {
    const folder = tempFolder()
    const free = await freeBytes(folder)
    expect(free).toBeGreaterThan(0)
    expect((await checkDestination(folder, 1)).freeBytes).toBeGreaterThan(0)
    await expect(checkDestination(folder, Number.MAX_SAFE_INTEGER)).rejects.toMatchObject({ code: 'disk-full' })
    await expect(checkDestination(path.join(folder, 'no'), 1)).rejects.toMatchObject({ code: 'destination-missing' })
    fs.writeFileSync(path.join(folder, 'file'), '')
    await expect(checkDestination(path.join(folder, 'file'), 1)).rejects.toMatchObject({ code: 'destination-missing' })
  })

  it('[ST15] knows the drive by its number, or by the unfinished download on it', async () => {
    const folder = tempFolder()
    const dev = `${fs.statSync(folder, { bigint: true }).dev}`
    await checkSameDrive(folder, dev)
    await expect(checkSameDrive(folder, '1')).rejects.toMatchObject({ code: 'destination-missing' })
    await checkSameDrive(folder, '1', folder)
    const gone = path.join(folder, 'gone')
    await expect(checkSameDrive(folder, '1', gone)).rejects.toMatchObject({ code: 'destination-missing' })
    await expect(checkSameDrive(gone, dev)).rejects.toMatchObject({ code: 'destination-missing' })
  })
})
