/**
 * Chunk buffers used again: a transfer of 300 MB/s would otherwise allocate 300 MiB of external memory a second.
 * Only whole-chunk buffers are kept, at most MAX_KEPT of them; smaller ones are left to the garbage collector.
 */
const CHUNK_BYTES = 1024 * 1024
/** 16 MiB: what is being assembled, verified and written at once on a fast transfer. */
const MAX_KEPT = 16

/** Lets know when all `buffer.byteLength` bytes of a buffer were taken by the transport; never, when it cannot tell. */
export type WhenTaken = (buffer: Uint8Array, taken: () => void) => void

export class BufferPool {
  private readonly kept: Uint8Array[] = []

  /** A buffer of exactly `length` bytes with arbitrary contents. */
  take(length: number): Uint8Array {
    if (length === CHUNK_BYTES) return this.kept.pop() ?? Buffer.allocUnsafeSlow(length)
    return Buffer.allocUnsafeSlow(length)
  }

  /** Nobody else may hold on to it. */
  give(buffer: Uint8Array): void {
    if (buffer.byteLength === CHUNK_BYTES && this.kept.length < MAX_KEPT) this.kept.push(buffer)
  }
}
