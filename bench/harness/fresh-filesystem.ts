/**
 * A file system that nobody has used yet, for the scenarios whose time is the directory's and the journal's: an ext4 in a
 * file, mounted as a loop device. That takes root on Linux; elsewhere the caller uses a plain folder and says so.
 */
import { execFile } from 'node:child_process'
import { mkdir, open, rm } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface FreshFilesystem {
  readonly dir: string
  close(): Promise<void>
}

/** Undefined where this machine does not let us. */
export async function mountFresh(at: string, sizeBytes: number): Promise<FreshFilesystem | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  const image = `${at}.img`
  try {
    const file = await open(image, 'wx')
    await file.truncate(sizeBytes)
    await file.close()
    await mkdir(at)
    // Without lazy initialisation, or the kernel would go on writing inode tables during the measurement.
    await run('mkfs.ext4', ['-q', '-F', '-E', 'lazy_itable_init=0,lazy_journal_init=0', image])
    await run('mount', ['-o', 'loop', image, at])
  } catch {
    await rm(image, { force: true })
    return undefined
  }
  return {
    dir: at,
    async close() {
      await run('umount', [at])
      await rm(image, { force: true })
    },
  }
}
