/**
 * Chunk buffers used again: a transfer of 300 MB/s would otherwise allocate 300 MiB of external memory a second.
 * Only whole-chunk buffers are kept, as many as its owner says; smaller ones are left to the garbage collector.
 *
 * Those of a pool that is to be written to disk are slices of one memory that begins at a page, which writing past the page
 * cache asks for and Node's own buffers do not offer; the memory of a WebAssembly module does. It takes room only as it is touched.
 */
const CHUNK_BYTES = 1024 * 1024
/** 16 MiB: what a few fast sessions read ahead at once. */
const DEFAULT_MAX_KEPT = 16
/** Of WebAssembly. */
const WASM_PAGE_BYTES = 64 * 1024

/** Node has it; the types of its API are part of a browser's. */
declare const WebAssembly: {
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer }
}

/** Memories that begin at a page of the system. */
const paged = new WeakSet<ArrayBufferLike>()

/** Whether the bytes begin at a multiple of a whole chunk in memory that begins at a page. */
export function isPageAligned({ buffer, byteOffset }: Uint8Array): boolean {
  return paged.has(buffer) && byteOffset % CHUNK_BYTES === 0
}

/** Lets know when all `buffer.byteLength` bytes of a buffer were taken by the transport; never, when it cannot tell. */
export type WhenTaken = (buffer: Uint8Array, taken: () => void) => void

export class BufferPool {
  private kept: Uint8Array[] = []
  /** `maxKept` chunks, as long as buffers are in use; absent where there is none to be had. */
  private memory: ArrayBufferLike | undefined
  private sliced = 0
  private readonly maxKept: number
  private readonly aligned: boolean

  /**
   * @param maxKept as many as are in use at once when it is busy: what is dropped and made anew costs full collections
   * @param aligned so many of them begin at a page; what is in use beyond does not, and is not kept
   */
  constructor(maxKept = DEFAULT_MAX_KEPT, aligned = false) {
    this.maxKept = maxKept
    this.aligned = aligned
  }

  /** A buffer of exactly `length` bytes with arbitrary contents. */
  take(length: number): Uint8Array {
    if (length !== CHUNK_BYTES) return Buffer.allocUnsafeSlow(length)
    return this.kept.pop() ?? this.slice() ?? Buffer.allocUnsafeSlow(length)
  }

  /** Nobody else may hold on to it. */
  give(buffer: Uint8Array): void {
    if (buffer.byteLength !== CHUNK_BYTES || this.kept.length >= this.maxKept) return
    // One slice of a memory that is given up would keep all of it.
    const fits = paged.has(buffer.buffer) ? buffer.buffer === this.memory : this.memory === undefined
    if (fits) this.kept.push(buffer)
  }

  /** Gives the memory back: nothing is moved for now. What is still in use keeps its own alive. */
  empty(): void {
    this.kept = []
    this.memory = undefined
    this.sliced = 0
  }

  private slice(): Uint8Array | undefined {
    if (!this.aligned || this.sliced >= this.maxKept) return undefined
    this.memory ??= pagedMemory(this.maxKept * CHUNK_BYTES)
    const start = this.sliced * CHUNK_BYTES
    this.sliced += 1
    return this.memory && new Uint8Array(this.memory, start, CHUNK_BYTES)
  }
}

/** Undefined when the process may not have so much address space. */
function pagedMemory(sizeBytes: number): ArrayBufferLike | undefined {
  const pages = sizeBytes / WASM_PAGE_BYTES
  try {
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
    paged.add(buffer)
    return buffer
  } catch {
    return undefined
  }
}
