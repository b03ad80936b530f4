/** What the command line's exit codes mean, and which failure gets which. Rule [CL1]. */
import { type ErrorCode, ShoalError } from '../shared/contract/errors.ts'
import type { TroubleCode } from '../shared/contract/model.ts'

export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** The profile is held by another process, or no daemon answers. */
  daemon: 3,
  noSources: 4,
  disk: 5,
  content: 6,
  cancelled: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP = `Exit codes:
  0    done
  1    failure
  2    wrong usage, or a link or reference that cannot be understood
  3    another process holds the profile, or the daemon cannot be reached
  4    nobody who has it could be reached in time
  5    the disk: full, read-only, missing or failing
  6    the content: changed at its source, or breaking a rule
  130  cancelled (Ctrl-C); what was downloaded is kept`

/** A failure of the command itself, with the code it exits with. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exit: ExitCode
  readonly code: string
  /** What the message speaks of, told line by line below it. */
  readonly list: readonly string[]

  constructor(exit: ExitCode, message: string, code = 'CLI', list: readonly string[] = []) {
    super(message)
    this.exit = exit
    this.code = code
    this.list = list
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exit
  return error instanceof ShoalError ? exitForCode(error.code) : EXIT.failure
}

function exitForCode(code: ErrorCode): ExitCode {
  switch (code) {
    case 'BAD_INPUT':
    case 'LINK_INVALID':
    case 'NOT_FOUND':
      return EXIT.usage
    case 'PROFILE_BUSY':
    case 'NETWORK':
      return EXIT.daemon
    case 'NO_SOURCES':
      return EXIT.noSources
    case 'DISK_FULL':
    case 'PATH_READ_ONLY':
    case 'PATH_MISSING':
    case 'PATH_UNREADABLE':
    case 'IO':
      return EXIT.disk
    case 'CONTENT_CHANGED':
    case 'CONTENT_INVALID':
      return EXIT.content
    case 'CANCELLED':
      return EXIT.cancelled
    case 'ALREADY_EXISTS':
    case 'NOT_ALLOWED':
    case 'INTERNAL':
      return EXIT.failure
  }
}

export function exitForTrouble(code: TroubleCode): ExitCode {
  switch (code) {
    case 'no-sources':
    case 'no-manifest':
      return EXIT.noSources
    case 'disk-full':
    case 'destination-missing':
    case 'destination-read-only':
    case 'destination-io':
    case 'name-taken':
      return EXIT.disk
    case 'source-changed':
    case 'source-missing':
    case 'source-unreadable':
    case 'invalid-manifest':
      return EXIT.content
  }
}
