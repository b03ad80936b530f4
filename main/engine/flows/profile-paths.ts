/** Where the engine keeps its things inside a profile folder, and which of them may be shared. SPEC: [FL22]. */
import { realpathSync } from 'node:fs'
import path from 'node:path'
import { UPLOADS_FOLDER } from '../../../shared/profile.ts'
import type { EngineContext } from './context.ts'

const SAMPLE = 'sample'

export function databaseFile(profileDir: string): string {
  return path.join(profileDir, 'shoal.sqlite')
}

export function writtenFolder(context: EngineContext): string {
  return path.join(context.options.profileDir, 'written')
}

export function sampleFolder(profileDir: string): string {
  return path.join(profileDir, SAMPLE)
}

/** For real paths: the profile and what is in it, but for the folders that are made to be shared. */
export function privatePaths(profileDir: string): (realPath: string) => boolean {
  const profile = realpathSync(profileDir)
  return (realPath) => {
    const below = path.relative(profile, realPath)
    const [first] = below.split(path.sep)
    if (path.isAbsolute(below) || first === '..') return false
    return first !== SAMPLE && first !== UPLOADS_FOLDER
  }
}
