/**
 * The newest moves that a reader has not been told: a ring, so that a reader that does not read costs the same as one
 * that does. Pure. SPEC: [FL12].
 */
import type { ChunkMove } from '../../../../shared/contract/chunk-map.ts'
import { MAX_MOVES } from '../../../../shared/contract/chunk-states.ts'
import type { MoveDirection, MoveKind } from '../../transfer/chunk-tap.ts'

export class MoveRing {
  /** At most MAX_MOVES; the oldest gives way. */
  private moves: ChunkMove[] = []
  /** Where the oldest stands, once the ring is full. */
  private oldest = 0

  add(peer: number, chunk: number, direction: MoveDirection, what: MoveKind): void {
    const move = { peer, chunk, direction, what }
    if (this.moves.length < MAX_MOVES) this.moves.push(move)
    else {
      this.moves[this.oldest] = move
      this.oldest = (this.oldest + 1) % MAX_MOVES
    }
  }

  get isEmpty(): boolean {
    return this.moves.length === 0
  }

  /** Newest last; empty afterwards. */
  take(): ChunkMove[] {
    const { moves, oldest } = this
    this.moves = []
    this.oldest = 0
    return oldest === 0 ? moves : [...moves.slice(oldest), ...moves.slice(0, oldest)]
  }
}
