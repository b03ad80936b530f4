/**
 * The keyhole through which a watcher sees the chunks of a share, and what state a chunk is in by what is seen there. Pure;
 * share-chunks.ts looks at a running share. SPEC: [FL12].
 */
import { CHUNK_STATES, type ChunkState } from '../../../../shared/contract/chunk-states.ts'

export interface ChunkFacts {
  readonly chunkCount: number
  /** How many chunks are here. */
  readonly heldCount: number
  /** Another number when other chunks are selected, or peers hold others. */
  readonly version: string
  isHere(index: number): boolean
  isSelected(index: number): boolean
  /** Asked for, or here and not verified and written yet. */
  isInFlight(index: number): boolean
  /** Whom it is asked of, the likeliest to deliver it first. */
  askedOf(index: number): readonly string[]
  wasRejected(index: number): boolean
  /** Copies of one chunk that are reachable, ours not included. */
  copies(index: number): number
  /** The same of all chunks, at most 255 each. */
  fillCopies(into: Uint8Array): void
}

const codes = Object.fromEntries(CHUNK_STATES.map((state, code) => [state, code])) as Record<ChunkState, number>
export const HAVE = codes.have
const IN_FLIGHT = codes['in-flight']

/** Index into CHUNK_STATES. @param copies reachable, ours not included */
export function stateOf(facts: ChunkFacts, index: number, copies: number): number {
  if (facts.isHere(index)) return HAVE
  if (facts.isInFlight(index)) return IN_FLIGHT
  if (!facts.isSelected(index)) return codes.skipped
  if (facts.wasRejected(index)) return codes.rejected
  return copies > 0 ? codes.wanted : codes.missing
}

/**
 * Number of the peer that the state is about: who delivered it, or who is asked.
 * @param before what was told; it stands while a chunk is being written and is asked of nobody any more
 */
export function supplierOf(
  facts: ChunkFacts,
  index: number,
  state: number,
  peers: { delivered(index: number): number; numberOf(peer: string): number },
  before: number,
): number {
  if (state === HAVE) return peers.delivered(index)
  if (state !== IN_FLIGHT) return 0
  const [asked] = facts.askedOf(index)
  return asked === undefined ? before : peers.numberOf(asked)
}
