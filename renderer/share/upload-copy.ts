/**
 * Whether a share is served from a copy that was made when it was dropped in a browser, which may be deleted with it. The
 * folder is the daemon's (main/daemon/uploads.ts), which looks again before it deletes anything.
 */
import type { ShareSummary } from '../../shared/contract/model.ts'

export function isUploadCopy({ origin, path }: Pick<ShareSummary, 'origin' | 'path'>, profile: string): boolean {
  if (origin !== 'in-place' || path === undefined) return false
  const separator = profile.includes('\\') ? '\\' : '/'
  return path.startsWith(`${profile}${separator}uploads${separator}`)
}
