/** Errors that cross the contract: a code whose consequence is decided, facts, and a sentence that says what to do. */

export const ERROR_CODES = [
  'BAD_INPUT',
  'LINK_INVALID',
  'NOT_FOUND', // no such share, job, peer or path
  'NO_SOURCES',
  'ALREADY_EXISTS',
  'NOT_ALLOWED', // the command makes no sense in the share's state
  'PATH_MISSING',
  'PATH_UNREADABLE',
  'PATH_READ_ONLY',
  'DISK_FULL',
  'IO',
  'CONTENT_CHANGED',
  'CONTENT_INVALID',
  'PROFILE_BUSY', // another process holds the profile
  'NETWORK',
  'CANCELLED',
  'INTERNAL',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** What an error may tell about itself: paths, counts, limits. */
export type ErrorFacts = Record<string, string | number | boolean>

export class ShoalError extends Error {
  override readonly name = 'ShoalError'
  readonly code: ErrorCode
  /** Facts for logs and UIs: paths, counts, limits. Never secrets. */
  readonly facts: Readonly<ErrorFacts>

  constructor(code: ErrorCode, message: string, facts: ErrorFacts = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.facts = facts
  }
}
