/** Errors of store and content -> what the user reads about a share: a code, a sentence, since when. */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { Trouble, TroubleCode } from '../../../shared/contract/model.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { StoreError } from '../store/errors.ts'

/** What each trouble is about, and with that who ends it. */
const ABOUT: Record<TroubleCode, 'sources' | 'destination' | 'own-files' | 'content'> = {
  'no-sources': 'sources',
  'no-manifest': 'sources',
  'disk-full': 'destination',
  'destination-missing': 'destination',
  'destination-read-only': 'destination',
  'destination-io': 'destination',
  'name-taken': 'destination',
  'source-changed': 'own-files',
  'source-missing': 'own-files',
  'source-unreadable': 'own-files',
  'invalid-manifest': 'content',
}

/** It stops a download until it is over; the download tries again by itself. */
export function isBlocking(trouble: Trouble): boolean {
  return ABOUT[trouble.code] === 'destination'
}

export function isAboutSources(trouble: Trouble): boolean {
  return ABOUT[trouble.code] === 'sources'
}

/** Looking at the folder tells whether it is over; of the others only the next attempt does. */
export function showsInFolder(trouble: Trouble): boolean {
  return isBlocking(trouble) && trouble.code !== 'destination-io' && trouble.code !== 'name-taken'
}

export function troubleOf(error: unknown, nowMs: number): Trouble | undefined {
  if (error instanceof StoreError) {
    const relative = error.code.startsWith('source-') ? { path: error.facts.path } : {}
    return { code: error.code, message: error.message, sinceAt: nowMs, ...relative }
  }
  // The profile's own disk: nothing can be recorded, so nothing may go on.
  if (error instanceof ShoalError && (error.code === 'DISK_FULL' || error.code === 'IO')) {
    const code = error.code === 'IO' ? 'destination-io' : 'disk-full'
    return { code, message: error.message, sinceAt: nowMs }
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
