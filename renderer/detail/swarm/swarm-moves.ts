/**
 * Chunks on their way, as dots: each dot is a move that the engine told of, or several of the same kind between the same
 * two in the same tenth of a second, then larger. Nothing is invented to look busy. Also counts, for those who want nothing
 * to move. Pure. Rule [UI47].
 */
import type { ChunkMove } from '../../../shared/contract/chunk-map.ts'

export interface Dot {
  readonly peer: string
  readonly direction: ChunkMove['direction']
  readonly what: ChunkMove['what']
  /** Chunks that it stands for. */
  readonly chunks: number
  readonly startMs: number
}

export interface MoveCount {
  down: number
  up: number
}

export const DOT_MS = 850
/** Dots at once; what comes beyond is counted and not drawn. */
const MAX_DOTS = 500
/** Dots that one group becomes, spread over the tenth of a second in which it was told. */
const MAX_PER_GROUP = 3
const SPREAD_MS = 100
/** Peers counted. */
const MAX_COUNTED = 1_000

export class SwarmMoves {
  /** Oldest first. */
  private dots: Dot[] = []
  /** Chunks delivered since the picture was opened, by peer. At most MAX_COUNTED. */
  readonly delivered = new Map<string, MoveCount>()

  take(moves: readonly ChunkMove[], peers: readonly string[], nowMs: number, isStill: boolean): void {
    const groups = new Map<string, { peer: string; move: ChunkMove; chunks: number }>()
    for (const move of moves) {
      const peer = peers[move.peer]
      if (peer === undefined) continue
      if (move.what === 'delivered') this.count(peer, move.direction)
      const key = `${move.peer} ${move.direction} ${move.what}`
      const group = groups.get(key)
      if (group === undefined) groups.set(key, { peer, move, chunks: 1 })
      else group.chunks += 1
    }
    if (isStill) return
    for (const { peer, move, chunks } of groups.values()) {
      const many = Math.min(chunks, MAX_PER_GROUP)
      for (let at = 0; at < many && this.dots.length < MAX_DOTS; at++) {
        const startMs = nowMs + (SPREAD_MS * at) / many
        this.dots.push({ peer, direction: move.direction, what: move.what, chunks: chunks / many, startMs })
      }
    }
  }

  /** Those that are on their way; the others are forgotten. */
  at(nowMs: number): readonly Dot[] {
    this.dots = this.dots.filter(({ startMs }) => nowMs - startMs < DOT_MS)
    return this.dots
  }

  private count(peer: string, direction: ChunkMove['direction']): void {
    let counted = this.delivered.get(peer)
    if (counted === undefined) {
      if (this.delivered.size >= MAX_COUNTED) return
      counted = { down: 0, up: 0 }
      this.delivered.set(peer, counted)
    }
    counted[direction] += 1
  }
}

/** Whether a dot goes from us to the peer. Requests go the other way than the chunks. */
export function isOutward({ direction, what }: Pick<Dot, 'direction' | 'what'>): boolean {
  const isRequest = what === 'asked' || what === 'cancelled'
  return (direction === 'down') === isRequest
}
