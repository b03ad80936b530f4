/**
 * A tap on what happens to single chunks, for whoever watches a share: an exchange tells it of every request, delivery,
 * cancel and refusal, in both directions, and of every chunk whose state may be another one now. While nobody watches,
 * `observer` is undefined and a call costs one comparison. It keeps nothing and changes nothing. SPEC: [FL12].
 */

/** `down`: what we ask of a peer. `up`: what a peer asks of us. */
export type MoveDirection = 'down' | 'up'
export type MoveKind = 'asked' | 'delivered' | 'cancelled' | 'rejected'

export interface ChunkObserver {
  /** The state of the chunk, or whom it is asked of, may have changed. */
  touched(index: number): void
  moved(direction: MoveDirection, what: MoveKind, peer: string, index: number): void
}

export class ChunkTap {
  observer: ChunkObserver | undefined
}
