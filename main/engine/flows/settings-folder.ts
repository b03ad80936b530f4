/**
 * A folder as the place for downloads: made if it is not there, writable; else an error that says which of these it is not.
 * Whether it may be one is asked before (chosen-folder.ts); what happens to it later is the business of each download
 * (await-destination.ts). SPEC: [SE6].
 */
import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { systemCodeOrUnknown } from '../../../shared/system-code.ts'
import { makeFolder } from '../store/make-folder.ts'

/** `folder`: absolute. Returns the path without `..` and the like. */
export async function usableFolder(folder: string): Promise<string> {
  const resolved = path.resolve(folder)
  try {
    await makeFolder(resolved)
  } catch (error) {
    const system = systemCodeOrUnknown(error)
    const message = `${resolved} is not a folder and cannot be made (${system}). Choose another one.`
    throw new ShoalError('PATH_MISSING', message, { path: resolved, system }, { cause: error })
  }
  try {
    if (!(await stat(resolved)).isDirectory()) throw new Error('not a folder')
    await access(resolved, constants.W_OK | constants.X_OK)
  } catch (error) {
    const system = systemCodeOrUnknown(error)
    const message = `${resolved} may not be written to. Choose another folder, or change its rights.`
    throw new ShoalError('PATH_READ_ONLY', message, { path: resolved, system }, { cause: error })
  }
  return resolved
}
