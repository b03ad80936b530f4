/** Errors of store and content -> what the user reads about a share: a code, a sentence, since when. */
import type { Trouble, TroubleCode } from '../../../shared/contract/model.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { StoreError } from '../store/errors.ts'

/** Troubles that stop a download until they are over; it tries again by itself. */
const BLOCKING: ReadonlySet<TroubleCode> = new Set([
  'disk-full',
  'destination-missing',
  'destination-read-only',
  'destination-io',
  'name-taken',
])

export function isBlocking(trouble: Trouble | undefined): boolean {
  return trouble !== undefined && BLOCKING.has(trouble.code)
}

export function troubleOf(error: unknown, nowMs: number): Trouble | undefined {
  if (error instanceof StoreError) {
    const relative = error.code.startsWith('source-') ? { path: error.facts.path } : {}
    return { code: error.code, message: error.message, sinceAt: nowMs, ...relative }
  }
  if (error instanceof ManifestError) {
    return {
      code: 'invalid-manifest',
      message: `What this link stands for breaks a rule and is refused: ${error.message}`,
      sinceAt: nowMs,
    }
  }
  return undefined
}
