/** The system's error codes, sorted by what they mean for an import. */
import { systemCode } from '../../../shared/system-code.ts'
import type { Failure } from './hash-protocol.ts'

export function failureOf(error: unknown, path: string): Failure {
  const detail = error instanceof Error ? error.message : String(error)
  return { reason: reasonOf(systemCode(error)), path, detail }
}

function reasonOf(code: string | undefined): Failure['reason'] {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'missing'
    // Opened with O_NOFOLLOW (ELOOP, EMLINK on BSD): a link stands now where a file was.
    case 'ELOOP':
    case 'EMLINK':
    case 'EISDIR':
    case 'ENXIO':
      return 'changed'
    case 'EACCES':
    case 'EPERM':
      return 'unreadable'
    default:
      return 'io'
  }
}
