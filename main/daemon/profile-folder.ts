/**
 * The folder of the profile before anything is in it: made, for its owner only, and writable; else one sentence that says
 * which of these it is not. Whoever holds it is the lock's business. Rule [DA14].
 */
import { access, chmod, constants, readdir, realpath, stat } from 'node:fs/promises'
import { ShoalError } from '../../shared/contract/errors.ts'
import { systemCodeOrUnknown } from '../../shared/system-code.ts'
import { makeFolder } from '../engine/store/make-folder.ts'

/** Returns its real path: what is shared from it is known by that. */
export async function prepareProfileFolder(profileDir: string): Promise<string> {
  try {
    await makeFolder(profileDir, 0o700)
    if (process.platform !== 'win32') await closeToOthers(profileDir)
    await access(profileDir, constants.R_OK | constants.W_OK | constants.X_OK)
    return await realpath(profileDir)
  } catch (error) {
    if (error instanceof ShoalError) throw error
    const system = systemCodeOrUnknown(error)
    throw new ShoalError(
      system === 'ENOSPC' ? 'DISK_FULL' : 'PATH_READ_ONLY',
      `The profile ${profileDir} cannot be used: ${REASONS[system] ?? `the system says ${system}`}. Choose another folder with --profile.`,
      { path: profileDir, system },
      { cause: error },
    )
  }
}

/** Any of these makes a folder a profile. */
const OURS = ['identity.key', 'profile.lock', 'shoal.sqlite', 'shoal.sock', 'api-port', 'daemon.json', 'logs']

/** A profile made by hand may be open to others; it holds the identity. But `--profile /tmp` must not shut /tmp. */
async function closeToOthers(profileDir: string): Promise<void> {
  const { mode } = await stat(profileDir)
  if ((mode & 0o077) === 0) return
  const names = await readdir(profileDir)
  if (names.length > 0 && !names.some((name) => OURS.includes(name)))
    throw new ShoalError(
      'NOT_ALLOWED',
      `${profileDir} has other things in it and others may read it; a profile would shut them out. Choose a new or an empty folder with --profile.`,
      { path: profileDir },
    )
  await chmod(profileDir, 0o700)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'it, or what it lies in, is a file',
  ENOENT: 'no folder can be made there',
  EACCES: 'it may not be written to',
  EPERM: 'it belongs to somebody else',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
}
