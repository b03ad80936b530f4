/** Where the engine keeps its things inside a profile folder, and which of them may be shared. SPEC: [FL22]. */
import { realpathSync } from 'node:fs'
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { insideBy } from '../../../shared/inside.ts'
import { UPLOADS_FOLDER } from '../../../shared/profile.ts'
import type { EngineContext } from './context.ts'

const SAMPLE = 'sample'

const isInside = insideBy(path)

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
    if (!isInside(profile, realPath)) return false
    const [first] = path.relative(profile, realPath).split(path.sep)
    return first !== SAMPLE && first !== UPLOADS_FOLDER
  }
}

/** Downloads would lie beside the identity and the database, and could take their names. */
export function refuseInsideProfile(profileDir: string, folder: string): void {
  if (!isInside(realpathSync(profileDir), realOf(folder))) return
  const message = `${folder} is where Shoal keeps its own things. Choose another folder.`
  throw new ShoalError('NOT_ALLOWED', message, { path: folder })
}

/** Of a folder that is still to be made: that of the nearest one that is there. */
function realOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    const above = path.dirname(folder)
    return above === folder ? folder : path.join(realOf(above), path.basename(folder))
  }
}
