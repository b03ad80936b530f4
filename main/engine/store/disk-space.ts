/** Whether a folder can take a download: that it is a folder, may be written to, and has room [ST15]. */
import fs from 'node:fs/promises'
import { destinationError, StoreError } from './errors.ts'

/** Bytes that this user may still write on the filesystem of `path`. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await fs.statfs(path, { bigint: true })
  return Number(bavail * bsize)
}

/**
 * Throws StoreError unless the folder is there and on the drive `dev` (as `deviceOf` gives it). Files that are open do not
 * notice that their folder was renamed or their drive pulled out; and where a drive was, an empty folder may be left.
 * A drive may come back under another number: where `partialPath` is, it is the right one.
 */
export async function checkSameDrive(path: string, dev: string, partialPath?: string): Promise<void> {
  let now: string
  try {
    now = `${(await fs.stat(path, { bigint: true })).dev}`
  } catch (error) {
    throw destinationError(error, path)
  }
  if (now === dev) return
  if (partialPath !== undefined && (await fs.lstat(partialPath).catch(() => undefined)) !== undefined) return
  const message = `The drive that held ${path} is not there: another one is in its place. Connect it again, or choose another destination.`
  throw new StoreError('destination-missing', message, { path, cause: 'other-drive' })
}

/** Throws StoreError with what is wrong. Room that is there now may be gone later: writes say so themselves. */
export async function checkDestination(path: string, neededBytes: number): Promise<{ freeBytes: number }> {
  let available: number
  try {
    if (!(await fs.stat(path)).isDirectory()) {
      throw new StoreError('destination-missing', `${path} is not a folder. Choose another destination.`, {
        path,
        system: 'ENOTDIR',
        cause: 'not-a-folder',
      })
    }
    await fs.access(path, fs.constants.W_OK | fs.constants.X_OK)
    available = await freeBytes(path)
  } catch (error) {
    throw destinationError(error, path)
  }
  if (available >= neededBytes) return { freeBytes: available }
  const message = `${path} has room for ${available} bytes, but ${neededBytes} are needed. Free some space, or choose another destination.`
  throw new StoreError('disk-full', message, { path, cause: 'room', freeBytes: available, neededBytes })
}

/** What there is to say of a folder that a download might go into; a file there, or nothing, is no folder. */
export async function folderFacts(path: string): Promise<{ exists: boolean; writable: boolean; freeBytes?: number }> {
  try {
    const room = await checkDestination(path, 0)
    return { exists: true, writable: true, freeBytes: room.freeBytes }
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'destination-read-only')
      return { exists: false, writable: false }
    const isFolder = await fs.stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    )
    return { exists: isFolder, writable: false }
  }
}
