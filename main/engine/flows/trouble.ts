/** Errors of store and content -> what the user reads about a share: a code, a sentence, facts, since when. SPEC: [FL16]. */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { TroubleFacts } from '../../../shared/contract/log-facts.ts'
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
    return { code: error.code, message: error.message, sinceAt: nowMs, ...relative, facts: storeFacts(error) }
  }
  // The profile's own disk: nothing can be recorded, so nothing may go on.
  if (error instanceof ShoalError && (error.code === 'DISK_FULL' || error.code === 'IO')) {
    const { message } = error
    return error.code === 'IO'
      ? {
          code: 'destination-io',
          message,
          sinceAt: nowMs,
          facts: troubleFacts('destination-io', { cause: 'profile', detail: message }),
        }
      : { code: 'disk-full', message, sinceAt: nowMs, facts: troubleFacts('disk-full', { cause: 'profile' }) }
  }
  if (error instanceof ManifestError) {
    return {
      code: 'invalid-manifest',
      message: `What this link stands for breaks a rule and is refused: ${error.message}`,
      sinceAt: nowMs,
      facts: troubleFacts('invalid-manifest', { cause: 'broken-rule', rule: error.code, detail: error.message }),
    }
  }
  return undefined
}

/** Nothing but a check by the compiler that the facts are those of the code. */
export function troubleFacts<Code extends TroubleCode>(
  _code: Code,
  facts: TroubleFacts[Code],
): NonNullable<Trouble['facts']> {
  return { ...facts }
}

/** The cause where an error names none: what the system's own code says already. */
const USUAL_CAUSE: Partial<Record<TroubleCode, string>> = {
  'disk-full': 'full',
  'destination-missing': 'gone',
  'destination-io': 'system',
  'name-taken': 'all-numbers',
}

function storeFacts({ code, facts }: StoreError): NonNullable<Trouble['facts']> {
  const { lostChunks: _, cause = USUAL_CAUSE[code], ...others } = facts
  // Of files shared in place, others may be in trouble too; whoever knows of them counts them.
  const isOwn = ABOUT[code] === 'own-files'
  return { ...others, ...(cause === undefined ? {} : { cause }), ...(isOwn ? { others: 0 } : {}) }
}
