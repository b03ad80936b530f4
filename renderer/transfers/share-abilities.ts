/** What can be done with shares in the state that they are in, so that nothing is offered that would be refused. Pure. Rule [UI28]. */
import type { ShareSummary } from '../../shared/contract/model.ts'
import { isPausedByUser, isWhole } from '../model/share-state.ts'

export const canBePaused = (share: ShareSummary): boolean => !isPausedByUser(share) && share.state !== 'failed'

export const canResume = (share: ShareSummary): boolean => isPausedByUser(share) || share.state === 'failed'

/** It waits for the user to say what and where to. */
export const canStart = ({ state }: ShareSummary): boolean => state === 'ready'

/** The order of chunks matters only while some are to come. */
export const canBeSequential = (share: ShareSummary): boolean => !isWhole(share) && share.state !== 'failed'

/** What "open folder" leads to; of several paths the first. */
export const placeOf = ({ path, paths }: ShareSummary): string | undefined => path ?? paths?.first[0]

/** What the dialog must say before shares are removed. */
export interface Removal {
  /** Shared where they lie: their files are not touched. */
  readonly inPlace: readonly ShareSummary[]
  /** Fetched and complete: the files stay, unless the user wants otherwise. */
  readonly whole: readonly ShareSummary[]
  /** Not complete: what was fetched so far is of no use to anybody and is deleted. */
  readonly partial: readonly ShareSummary[]
  /** Bytes that the choice is about. */
  readonly wholeBytes: number
  readonly partialBytes: number
  /** Of which, without us, at least one chunk can be had from nobody who is reachable now. */
  readonly lastCopies: readonly ShareSummary[]
}

export function removalOf(shares: readonly ShareSummary[]): Removal {
  const inPlace = shares.filter(({ origin }) => origin === 'in-place')
  const fetched = shares.filter(({ origin }) => origin === 'fetched')
  const whole = fetched.filter(isWhole)
  const partial = fetched.filter((share) => !isWhole(share))
  const bytes = (some: readonly ShareSummary[]) => some.reduce((sum, { haveBytes }) => sum + haveBytes, 0)
  return {
    inPlace,
    whole,
    partial,
    wholeBytes: bytes(whole),
    partialBytes: bytes(partial),
    lastCopies: shares.filter((share) => isGiven(share) && share.survives === 0),
  }
}

/** Others can fetch all of it from us now. */
function isGiven(share: ShareSummary): boolean {
  return share.state === 'seeding'
}
