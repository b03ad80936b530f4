/**
 * Chunk buffers used again: a transfer of 300 MB/s would otherwise allocate 300 MiB of external memory a second.
 * Only whole-chunk buffers are kept, as many as its owner says; smaller ones are left to the garbage collector.
 */
const CHUNK_BYTES = 1024 * 1024
/** 16 MiB: what a few fast sessions read ahead at once. */
const DEFAULT_MAX_KEPT = 16

/** Lets know when all `buffer.byteLength` bytes of a buffer were taken by the transport; never, when it cannot tell. */
export type WhenTaken = (buffer: Uint8Array, taken: () => void) => void

export class BufferPool {
  private kept: Uint8Array[] = []
  private readonly maxKept: number

  /** @param maxKept as many as are in use at once when it is busy: what is dropped and made anew costs full collections */
  constructor(maxKept = DEFAULT_MAX_KEPT) {
    this.maxKept = maxKept
  }

  /** A buffer of exactly `length` bytes with arbitrary contents. */
  take(length: number): Uint8Array {
    if (length === CHUNK_BYTES) return this.kept.pop() ?? Buffer.allocUnsafeSlow(length)
    return Buffer.allocUnsafeSlow(length)
  }

  /** Nobody else may hold on to it. */
  give(buffer: Uint8Array): void {
    if (buffer.byteLength === CHUNK_BYTES && this.kept.length < this.maxKept) this.kept.push(buffer)
  }

  /** Gives the memory back: nothing is moved for now. */
  empty(): void {
    this.kept = []
  }
}
