/**
 * A set of chunk indices 0..length-1, one bit each, most significant bit first as in BitTorrent (BEP 3), so that the
 * same bytes serve in memory, in the database and on the wire.
 *
 * Deliberately without run-length or sparse forms: the largest share has 4 million chunks, which is 500 KB.
 * Spare bits of the last byte are always zero here and refused when they come from outside [ST1].
 */

export type BitfieldErrorCode = 'length' | 'stray-bits'

export class BitfieldError extends Error {
  override readonly name = 'BitfieldError'
  readonly code: BitfieldErrorCode
  readonly facts: Readonly<Record<string, number>>

  constructor(code: BitfieldErrorCode, message: string, facts: Record<string, number>) {
    super(message)
    this.code = code
    this.facts = facts
  }
}

const BITS_SET = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0
  for (let rest = byte; rest > 0; rest >>= 1) count += rest & 1
  return count
})

export class Bitfield {
  readonly length: number
  readonly #bytes: Uint8Array
  #count = 0

  constructor(length: number) {
    if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`A bitfield of ${length} bits makes no sense`)
    this.length = length
    this.#bytes = new Uint8Array(Math.ceil(length / 8))
  }

  /** Copies `bytes`. Throws BitfieldError when they are not exactly `length` bits with zeros behind. */
  static fromBytes(bytes: Uint8Array, length: number): Bitfield {
    const field = new Bitfield(length)
    if (bytes.length !== field.#bytes.length) {
      throw new BitfieldError(
        'length',
        `A bitfield of ${length} bits takes ${field.#bytes.length} bytes, not ${bytes.length}`,
        {
          expectedBytes: field.#bytes.length,
          actualBytes: bytes.length,
        },
      )
    }
    const spare = length % 8 === 0 ? 0 : (bytes[bytes.length - 1] ?? 0) & (0xff >> (length % 8))
    if (spare !== 0) throw new BitfieldError('stray-bits', `Bits are set behind the last of ${length}`, { length })
    field.#bytes.set(bytes)
    field.#recount()
    return field
  }

  static full(length: number): Bitfield {
    const field = new Bitfield(length)
    field.setAll()
    return field
  }

  /** How many bits are set. */
  get count(): number {
    return this.#count
  }

  get isFull(): boolean {
    return this.#count === this.length
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** False for an index outside the field, so that a peer's number can be asked about as it is. */
  has(index: number): boolean {
    return ((this.#bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0 && index >= 0 && index < this.length
  }

  /** True when the bit was not set before. */
  set(index: number): boolean {
    const mask = this.#mask(index)
    const byte = this.#bytes[index >> 3] ?? 0
    if ((byte & mask) !== 0) return false
    this.#bytes[index >> 3] = byte | mask
    this.#count += 1
    return true
  }

  /** True when the bit was set before. */
  clear(index: number): boolean {
    const mask = this.#mask(index)
    const byte = this.#bytes[index >> 3] ?? 0
    if ((byte & mask) === 0) return false
    this.#bytes[index >> 3] = byte & ~mask
    this.#count -= 1
    return true
  }

  setAll(): void {
    this.#bytes.fill(0xff)
    const spareBits = this.#bytes.length * 8 - this.length
    if (spareBits > 0) this.#bytes[this.#bytes.length - 1] = (0xff << spareBits) & 0xff
    this.#count = this.length
  }

  clearAll(): void {
    this.#bytes.fill(0)
    this.#count = 0
  }

  /** The bits that are set in both; the fields must be equally long. */
  and(other: Bitfield): Bitfield {
    return this.#combine(other, (a, b) => a & b)
  }

  /** The bits that are set in either. */
  or(other: Bitfield): Bitfield {
    return this.#combine(other, (a, b) => a | b)
  }

  /** The bits that are set here and not in `other`. */
  andNot(other: Bitfield): Bitfield {
    return this.#combine(other, (a, b) => a & ~b)
  }

  clone(): Bitfield {
    return this.#combine(this, (a) => a)
  }

  /** Ascending; `visit` returns false to stop early. The field must not be changed meanwhile. */
  forEachSet(visit: (index: number) => unknown): void {
    this.#scan(0, visit)
  }

  /** Ascending; `visit` returns false to stop early. The field must not be changed meanwhile. */
  forEachMissing(visit: (index: number) => unknown): void {
    this.#scan(0xff, visit)
  }

  /** A copy. */
  toBytes(): Uint8Array {
    return this.#bytes.slice()
  }

  #scan(flip: number, visit: (index: number) => unknown): void {
    for (let at = 0; at < this.#bytes.length; at++) {
      const byte = (this.#bytes[at] ?? 0) ^ flip
      if (byte === 0) continue
      const end = Math.min(at * 8 + 8, this.length)
      for (let index = at * 8; index < end; index++) {
        if ((byte & (0x80 >> (index & 7))) !== 0 && visit(index) === false) return
      }
    }
  }

  #combine(other: Bitfield, join: (a: number, b: number) => number): Bitfield {
    if (other.length !== this.length)
      throw new RangeError(`Bitfields of ${this.length} and ${other.length} bits do not combine`)
    const result = new Bitfield(this.length)
    for (let at = 0; at < this.#bytes.length; at++)
      result.#bytes[at] = join(this.#bytes[at] ?? 0, other.#bytes[at] ?? 0)
    result.#recount()
    return result
  }

  #recount(): void {
    let count = 0
    for (const byte of this.#bytes) count += BITS_SET[byte] ?? 0
    this.#count = count
  }

  #mask(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw new RangeError(`No bit ${index} in a bitfield of ${this.length}`)
    }
    return 0x80 >> (index & 7)
  }
}
