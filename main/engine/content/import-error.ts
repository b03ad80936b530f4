/** What went wrong with one path of an import, as an error of the contract: which path, why, what would help. */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Failure } from './hash-protocol.ts'

export function importError(failure: Failure): ShoalError {
  const { path, detail } = failure
  switch (failure.reason) {
    case 'missing':
      return new ShoalError('PATH_MISSING', `“${path}” is not there any more. Check the path and share again.`, {
        path,
        detail,
      })
    case 'unreadable':
      return new ShoalError(
        'PATH_UNREADABLE',
        `“${path}” cannot be read: permission denied. Allow reading it, or leave it out with an ignore pattern.`,
        { path, detail },
      )
    case 'changed':
      return changedError(path)
    case 'io':
      return new ShoalError('IO', `“${path}” cannot be read: ${detail}. Check the disk it is on.`, { path, detail })
  }
}

export function changedError(path: string): ShoalError {
  return new ShoalError(
    'CONTENT_CHANGED',
    `“${path}” was changed, twice, while it was being read. Close what writes to it and share again, or leave it out.`,
    { path },
  )
}
