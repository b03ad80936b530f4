/**
 * Memory for the digests of file nodes between reading and laying out. A share of 4 million chunks has 128 MB of them;
 * to hold them twice would double the peak. They lie in a few large slabs, and a slab goes back to the system as soon
 * as everything in it has been laid out, without waiting for the garbage collector.
 */

/** The first slab fits a small share; they double up to a size that the allocator returns to the system at once. */
const FIRST_SLAB_BYTES = 32 * 1024
const SLAB_BYTES = 8 * 1024 * 1024

interface Slab {
  readonly buffer: ArrayBuffer
  used: number
  released: number
}

export class DigestArena {
  readonly #slabs = new Map<ArrayBufferLike, Slab>()
  #current: Slab | undefined
  #nextBytes = FIRST_SLAB_BYTES

  allocate(bytes: number): Uint8Array {
    let slab = this.#current
    if (slab === undefined || slab.used + bytes > slab.buffer.byteLength) {
      slab = { buffer: new ArrayBuffer(Math.max(this.#nextBytes, bytes)), used: 0, released: 0 }
      this.#nextBytes = Math.min(this.#nextBytes * 2, SLAB_BYTES)
      this.#slabs.set(slab.buffer, slab)
      this.#current = slab
    }
    const view = new Uint8Array(slab.buffer, slab.used, bytes)
    slab.used += bytes
    return view
  }

  /** To be called once per allocation, when nobody will look at it again. */
  release(view: Uint8Array): void {
    const slab = this.#slabs.get(view.buffer)
    if (slab === undefined) return
    slab.released += view.length
    if (slab.released < slab.used) return
    this.#slabs.delete(slab.buffer)
    if (this.#current === slab) this.#current = undefined
    slab.buffer.transfer(0)
  }
}
