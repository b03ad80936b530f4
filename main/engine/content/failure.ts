/** The system's error codes, sorted by what they mean for an import. */
import type { Failure } from './hash-protocol.ts'

export function failureOf(error: unknown, path: string): Failure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const detail = error instanceof Error ? error.message : String(error)
  return { reason: reasonOf(code), path, detail }
}

function reasonOf(code: string): Failure['reason'] {
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
