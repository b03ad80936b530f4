/** Who has a share, and what that is worth: rows for the screen from the swarm. Pure. Rule [UI7]. */
import type { ShareSummary, SwarmPeer } from '../../shared/contract/model.ts'
import { partHeld } from '../model/part-held.ts'

export interface Holder {
  readonly peer: string
  readonly name: string | undefined
  readonly path: SwarmPeer['path']
  readonly isSuspect: boolean
  /** Of its chunks; undefined while the number of chunks is not known. */
  readonly fraction: number | undefined
}

/** Rows drawn; the count says how many there are. */
export const MAX_HOLDERS_SHOWN = 12

type ShareFacts = Pick<ShareSummary, 'chunkCount'>

/** Those who have some of it, the most complete first. */
export function holdersOf({ chunkCount }: ShareFacts, swarm: Iterable<SwarmPeer>): Holder[] {
  return [...swarm]
    .filter(({ haveChunks, liveness }) => (haveChunks > 0 || chunkCount === 0) && liveness !== 'gone')
    .map((row) => ({
      peer: row.peer,
      name: row.name,
      path: row.path,
      isSuspect: row.liveness === 'suspect',
      fraction: partHeld(row, chunkCount),
    }))
    .sort((a, b) => (b.fraction ?? 0) - (a.fraction ?? 0))
}

/** Others who could go on without us: they have all of it and are alive. */
export function wholeCopiesElsewhere(holders: readonly Holder[]): number {
  return holders.filter(({ fraction, isSuspect }) => fraction === 1 && !isSuspect).length
}

/** There is one complete copy in reach, and we have it. */
export function isOnlyOurs({
  availability,
  haveChunks,
  chunkCount,
}: Pick<ShareSummary, 'availability' | 'haveChunks' | 'chunkCount'>): boolean {
  return availability === 1 && chunkCount !== undefined && haveChunks >= chunkCount
}
