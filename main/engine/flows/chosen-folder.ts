/**
 * Which folder a download goes into, checked by the path alone: a plan and the start ask here, so that nothing is planned
 * that is refused later, and the download folder of the settings is held to the same. Whether the folder is there and may
 * be written to is found out by others (plan-download.ts, settings-folder.ts, the download). SPEC: [FL14], [FL22].
 */
import path from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { refuseInsideProfile } from './profile-paths.ts'
import type { Share } from './share.ts'

/** What is asked for now, what was chosen before, or where downloads go. Throws as `properFolder` does. */
export function chosenFolder({ row, context }: Share, asked: string | undefined): string {
  return properFolder(asked ?? row.destination ?? context.downloadDir, context.options.profileDir)
}

/** Returns the path without `..` and the like. Throws BAD_INPUT, or NOT_ALLOWED inside the profile. */
export function properFolder(folder: string, profileDir: string): string {
  if (!path.isAbsolute(folder))
    throw new ShoalError('BAD_INPUT', `${folder} is not an absolute path.`, { path: folder })
  const resolved = path.resolve(folder)
  refuseInsideProfile(profileDir, resolved)
  return resolved
}
