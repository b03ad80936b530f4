/**
 * A folder as the place for downloads: absolute, made if it is not there, writable; else an error that says which of these
 * it is not. What happens to it later is the business of each download (await-destination.ts). SPEC: [SE6].
 */
import { access, constants, stat } from 'node:fs/promises'
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { makeFolder } from '../store/make-folder.ts'

/** Returns the path without `..` and the like. */
export async function usableFolder(folder: string): Promise<string> {
  if (!path.isAbsolute(folder))
    throw new ShoalError('BAD_INPUT', `${folder} is not an absolute path.`, { path: folder })
  const resolved = path.resolve(folder)
  try {
    await makeFolder(resolved)
  } catch (error) {
    const message = `${resolved} is not a folder and cannot be made (${systemCode(error)}). Choose another one.`
    throw new ShoalError('PATH_MISSING', message, { path: resolved, system: systemCode(error) }, { cause: error })
  }
  try {
    if (!(await stat(resolved)).isDirectory()) throw new Error('not a folder')
    await access(resolved, constants.W_OK | constants.X_OK)
  } catch (error) {
    const message = `${resolved} may not be written to. Choose another folder, or change its rights.`
    throw new ShoalError('PATH_READ_ONLY', message, { path: resolved, system: systemCode(error) }, { cause: error })
  }
  return resolved
}

function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
