/**
 * When the transport is done with a buffer that was sent: a stream, a muxer and a connection each may hold on to views of
 * it until it is encrypted, and none of them says when. The cipher sees every byte exactly once, so it is asked: a buffer
 * is done with when as many of its bytes have been encrypted as it has. Whoever sends through a transport that does
 * not use our cipher, or never sends all of a buffer, is simply not told; the buffer then goes the garbage collector's way.
 */

interface Watched {
  leftBytes: number
  readonly taken: () => void
}

const watched = new WeakMap<ArrayBufferLike, Watched>()

/** `buffer` must be the only view on its memory that is ever sent, and be sent once, in parts or whole. */
export function whenTaken(buffer: Uint8Array, taken: () => void): void {
  watched.set(buffer.buffer, { leftBytes: buffer.byteLength, taken })
}

/** The cipher has read these bytes. */
export function plaintextTaken(piece: Uint8Array): void {
  const entry = watched.get(piece.buffer)
  if (entry === undefined) return
  entry.leftBytes -= piece.byteLength
  if (entry.leftBytes > 0) return
  watched.delete(piece.buffer)
  entry.taken()
}
