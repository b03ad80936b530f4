/** How far copying or indexing is, as one value for a bar and a sentence, whichever of the two it is. Pure. Rule [UI5]. */
import { ERROR_CODES, ShoalError } from '../../shared/contract/errors.ts'
import type { ImportJob } from '../../shared/contract/model.ts'
import type { Subject } from './subject.ts'

export type Work =
  | { readonly phase: 'waiting' | 'asking' | 'cancelled' }
  /** Looks for files: how many there are is not known yet, so there is no fraction. */
  | { readonly phase: 'walking'; readonly files: number; readonly totalBytes: number }
  | {
      readonly phase: 'copying' | 'hashing'
      readonly files: number
      readonly doneBytes: number
      readonly totalBytes: number
    }
  /** Indexed; the share appears with the next news. */
  | { readonly phase: 'recording' }
  | { readonly phase: 'failed'; readonly error: unknown }

export function workOf(subject: Extract<Subject, { kind: 'task' | 'job' }>): Work {
  return subject.kind === 'job' ? workOfJob(subject.job) : workOfTask(subject)
}

function workOfTask({ task: { now } }: Extract<Subject, { kind: 'task' }>): Work {
  switch (now.state) {
    case 'copying':
      return { phase: 'copying', files: now.files, doneBytes: now.doneBytes, totalBytes: now.totalBytes }
    case 'failed':
      return { phase: 'failed', error: now.error }
    case 'indexing':
      return { phase: 'asking' }
    default:
      return { phase: now.state }
  }
}

export function workOfJob({ state, files, doneBytes, totalBytes, error }: ImportJob): Work {
  switch (state) {
    case 'walking':
      return { phase: 'walking', files, totalBytes }
    case 'hashing':
      return { phase: 'hashing', files, doneBytes, totalBytes }
    case 'done':
      return { phase: 'recording' }
    case 'cancelled':
      return { phase: 'cancelled' }
    case 'failed':
      return { phase: 'failed', error: jobError(error) }
  }
}

/** As if the command itself had failed, so that it is worded alike. */
function jobError(error: ImportJob['error']): unknown {
  const code = ERROR_CODES.find((known) => known === error?.code)
  return code === undefined ? new Error(error?.message ?? '') : new ShoalError(code, error?.message ?? '')
}

/** Undefined: not known, or nothing moves. */
export function fractionOf(work: Work): number | undefined {
  if (work.phase !== 'copying' && work.phase !== 'hashing') return undefined
  return work.totalBytes === 0 ? 1 : Math.min(work.doneBytes / work.totalBytes, 1)
}

export function isOver(work: Work): boolean {
  return work.phase === 'failed' || work.phase === 'cancelled'
}
