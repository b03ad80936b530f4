/**
 * Makes a folder with the folders above it. Not `mkdir` with `recursive`: where a name below an existing folder cannot be
 * made and the system says ENOENT (/proc, some network drives), that of Node 24 tries for ever and keeps a thread busy.
 */
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'

/** `mode`: of the folders that are made; those that are there keep theirs. */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  const missing: string[] = []
  for (let at = folder; !(await isThere(at)); at = path.dirname(at)) {
    if (at === path.dirname(at)) break
    missing.unshift(at)
  }
  for (const one of missing)
    await mkdir(one, { mode }).catch((error: unknown) => {
      // Somebody else made it meanwhile.
      if (systemCode(error) !== 'EEXIST') throw error
    })
}

async function isThere(folder: string): Promise<boolean> {
  try {
    if ((await stat(folder)).isDirectory()) return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
  throw Object.assign(new Error(`${folder} is not a folder`), { code: 'ENOTDIR' })
}
