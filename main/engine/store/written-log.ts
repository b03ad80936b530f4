/**
 * Which chunks of a download were written by this run of the operating system, flushed or not [ST5].
 *
 * The saved bitfield (bitfields.ts) claims only what was flushed, and a flush happens every few seconds. A killed process
 * loses no page cache, so what it had written is still there when it starts again, and only then: this file holds one
 * bit a chunk, written right after the chunk's own write, never flushed, and believed only while the boot it was begun
 * in lasts. Marks that come while one is being written leave together with the next: a kernel that throttles writers
 * must not hold up the event loop for a bit. After a power loss or a reboot it counts for nothing and the saved bitfield decides.
 *
 * Layout: 64 bytes of header (boot id, hashed), then the bits, first chunk in the high bit.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Bitfield } from '../content/bitfield.ts'
import { bootId } from './boot-id.ts'

const HEADER_BYTES = 64

export class WrittenLog {
  readonly #fd: number
  readonly #file: string
  readonly #bytes: Uint8Array
  #firstDirty = Number.POSITIVE_INFINITY
  #lastDirty = -1
  #writing: Promise<void> | undefined
  /** What an earlier process of this boot had written. */
  readonly before: Bitfield

  private constructor(fd: number, file: string, bytes: Uint8Array, before: Bitfield) {
    this.#fd = fd
    this.#file = file
    this.#bytes = bytes
    this.before = before
  }

  /** Opens the log of one share, begun anew when it is of another boot, of another length or damaged. */
  static open(folder: string, root: string, chunkCount: number, boot = bootId()): WrittenLog {
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 })
    const file = path.join(folder, `${root}.written`)
    const header = headerOf(chunkCount, boot)
    const fd = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT | (fs.constants.O_NOFOLLOW ?? 0), 0o600)
    const bits = readBits(fd, header, chunkCount)
    if (bits !== undefined) return new WrittenLog(fd, file, bits, Bitfield.fromBytes(bits, chunkCount))
    const bytes = Math.ceil(chunkCount / 8)
    fs.ftruncateSync(fd, 0)
    fs.writeSync(fd, header, 0, HEADER_BYTES, 0)
    fs.ftruncateSync(fd, HEADER_BYTES + bytes)
    return new WrittenLog(fd, file, new Uint8Array(bytes), new Bitfield(chunkCount))
  }

  /** What the log of a share says, without opening it for writing; nothing when there is none to be believed. */
  static peek(folder: string, root: string, chunkCount: number, boot = bootId()): Bitfield {
    let fd: number
    try {
      fd = fs.openSync(path.join(folder, `${root}.written`), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
    } catch {
      return new Bitfield(chunkCount)
    }
    try {
      const bits = readBits(fd, headerOf(chunkCount, boot), chunkCount)
      return bits === undefined ? new Bitfield(chunkCount) : Bitfield.fromBytes(bits, chunkCount)
    } finally {
      fs.closeSync(fd)
    }
  }

  /** The chunk's bytes have been written. A failure here costs only fetching the chunk again after a crash. */
  mark(index: number): void {
    const at = index >> 3
    this.#bytes[at] = (this.#bytes[at] ?? 0) | (0x80 >> (index & 7))
    this.#firstDirty = Math.min(this.#firstDirty, at)
    this.#lastDirty = Math.max(this.#lastDirty, at)
    if (this.#writing === undefined) this.#writing = this.#writeDirty()
  }

  /** The chunk is not there after all. Throws when that cannot be recorded. */
  clear(index: number): void {
    const at = index >> 3
    this.#bytes[at] = (this.#bytes[at] ?? 0) & ~(0x80 >> (index & 7))
    fs.writeSync(this.#fd, this.#bytes, at, 1, HEADER_BYTES + at)
  }

  /** Waits for the last mark. */
  async close(): Promise<void> {
    await this.#writing
    fs.closeSync(this.#fd)
  }

  /** The download is finished or removed. */
  static remove(folder: string, root: string): void {
    fs.rmSync(path.join(folder, `${root}.written`), { force: true })
  }

  async #writeDirty(): Promise<void> {
    while (this.#firstDirty <= this.#lastDirty) {
      const from = this.#firstDirty
      const length = this.#lastDirty + 1 - from
      this.#firstDirty = Number.POSITIVE_INFINITY
      this.#lastDirty = -1
      await new Promise<void>((resolve) => {
        // An error means that the profile's disk is full or gone: the claim is lost, not the chunk.
        fs.write(this.#fd, this.#bytes, from, length, HEADER_BYTES + from, () => resolve())
      })
    }
    this.#writing = undefined
  }

  get file(): string {
    return this.#file
  }
}

function headerOf(chunkCount: number, boot: string): Buffer {
  return createHash('sha512').update(`shoal written log 1 ${chunkCount} ${boot}`).digest()
}

/** Undefined for a log of another boot or length, or with stray bits. */
function readBits(fd: number, header: Buffer, chunkCount: number): Uint8Array | undefined {
  const found = Buffer.alloc(HEADER_BYTES + Math.ceil(chunkCount / 8))
  const read = fs.readSync(fd, found, 0, found.length, 0)
  if (read !== found.length || !found.subarray(0, HEADER_BYTES).equals(header)) return undefined
  const bits = new Uint8Array(found.subarray(HEADER_BYTES))
  try {
    Bitfield.fromBytes(bits, chunkCount)
    return bits
  } catch {
    return undefined
  }
}
