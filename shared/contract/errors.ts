/** Errors that cross the contract: a code whose consequence is decided, facts, and a sentence that says what to do. */

export type ErrorCode =
  | 'BAD_INPUT'
  | 'LINK_INVALID'
  | 'NOT_FOUND' // no such share, job, peer or path
  | 'NO_SOURCES'
  | 'ALREADY_EXISTS'
  | 'NOT_ALLOWED' // the command makes no sense in the share's state
  | 'PATH_MISSING'
  | 'PATH_UNREADABLE'
  | 'PATH_READ_ONLY'
  | 'DISK_FULL'
  | 'IO'
  | 'CONTENT_CHANGED'
  | 'CONTENT_INVALID'
  | 'PROFILE_BUSY' // another process holds the profile
  | 'NETWORK'
  | 'CANCELLED'
  | 'INTERNAL'

export class ShoalError extends Error {
  override readonly name = 'ShoalError'
  readonly code: ErrorCode
  /** Facts for logs and UIs: paths, counts, limits. Never secrets. */
  readonly facts: Readonly<Record<string, string | number | boolean>>

  constructor(code: ErrorCode, message: string, facts: Record<string, string | number | boolean> = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.facts = facts
  }
}
