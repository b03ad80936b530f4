/**
 * Errors over RPC, both ways: a ShoalError leaves the server as the typed oRPC error SHOAL and arrives at the client
 * as an equal ShoalError. What is not a ShoalError is somebody's bug: the client sees INTERNAL without details, the
 * server logs it. A call that its own signal cancelled is CANCELLED; a connection that breaks is NETWORK, so that a
 * client can tell "I stopped" from "the daemon went away".
 * Rules [DA3] [DA5].
 */
import { ORPCError } from '@orpc/contract'
import { ERROR_CODES, type ErrorCode, type ErrorFacts, ShoalError } from './errors.ts'

/** HTTP has no word for our codes; 422 says "understood, and refused". */
export const SHOAL_STATUS = 422

const KNOWN = new Set<string>(ERROR_CODES)

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && KNOWN.has(code)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the server throws into oRPC. The cause stays with the server: only code, message and data are sent. */
export function toWireError(error: unknown): unknown {
  if (error instanceof ORPCError) return error
  if (!(error instanceof ShoalError)) {
    return new ORPCError('INTERNAL_SERVER_ERROR', { status: 500, message: 'Internal error', cause: error })
  }
  return new ORPCError('SHOAL', {
    status: SHOAL_STATUS,
    message: error.message,
    data: { code: error.code, facts: error.facts },
    cause: error,
  })
}

function factsOf(value: unknown): ErrorFacts {
  const facts: ErrorFacts = {}
  if (!isRecord(value)) return facts
  for (const [key, fact] of Object.entries(value)) {
    if (typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean') facts[key] = fact
  }
  return facts
}

/** "input.select[3]: expected number": the first few reasons of a schema's refusal, in words. */
function issuesText(data: unknown): string {
  if (!isRecord(data) || !Array.isArray(data.issues)) return ''
  const reasons = data.issues.slice(0, 3).map((issue: unknown) => {
    if (!isRecord(issue)) return ''
    const path = Array.isArray(issue.path) ? issue.path.map(String).join('.') : ''
    return `${path === '' ? 'input' : path}: ${String(issue.message)}`
  })
  return reasons.join('; ')
}

/** What the client throws, whatever arrived. `signal` is the one the caller gave. */
export function fromWireError(error: unknown, signal?: AbortSignal): ShoalError {
  if (error instanceof ShoalError) return error
  if (signal?.aborted === true) return new ShoalError('CANCELLED', 'Cancelled.', {}, { cause: error })
  if (error instanceof ORPCError) {
    if (error.code === 'SHOAL' && isRecord(error.data) && isErrorCode(error.data.code)) {
      return new ShoalError(error.data.code, error.message, factsOf(error.data.facts))
    }
    if (error.code === 'BAD_REQUEST') {
      return new ShoalError('BAD_INPUT', `The engine refused the command: ${issuesText(error.data) || error.message}`)
    }
    if (error.code === 'NOT_FOUND') {
      return new ShoalError('INTERNAL', 'The engine does not know this command: it is of another version.')
    }
    return new ShoalError('INTERNAL', 'Something went wrong inside the engine; its log says what.', {
      code: error.code,
    })
  }
  return new ShoalError('NETWORK', 'The connection to the engine is gone.', {}, { cause: error })
}
