/**
 * The few lines of protobuf that reading a DAG node takes: a cursor over bytes that a stranger made. Numbers are exact
 * or refused (at most 2^53 - 1), lengths are checked before anything is sliced, nothing is copied or allocated.
 * Writing is @ipld/dag-pb's and ipfs-unixfs' business; this exists because their readers build an object per link and
 * replace invalid UTF-8 silently.
 */
import { ManifestError } from './manifest-error.ts'

export const VARINT = 0
export const LENGTH_DELIMITED = 2

export class Cursor {
  readonly bytes: Uint8Array
  readonly end: number
  at: number

  constructor(bytes: Uint8Array, at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get done(): boolean {
    return this.at >= this.end
  }

  /** An unsigned number of at most 2^53 - 1. */
  varint(): number {
    let value = 0
    let scale = 1
    for (let length = 1; ; length++) {
      const byte = this.at < this.end ? this.bytes[this.at++] : undefined
      if (byte === undefined) throw broken('a number is cut off')
      value += (byte & 0x7f) * scale
      if (value > Number.MAX_SAFE_INTEGER) throw broken('a number is larger than 2^53')
      if (byte < 0x80) return value
      if (length === 8) throw broken('a number never ends')
      scale *= 128
    }
  }

  /** A field's number and wire type, in one number as protobuf writes it. */
  tag(): number {
    const tag = this.varint()
    if (tag < 8) throw broken('field number 0')
    return tag
  }

  /** Start of a length-delimited field's content; the cursor moves behind it. */
  span(): { start: number; end: number } {
    const length = this.varint()
    const start = this.at
    if (length > this.end - start) throw broken('a field is longer than its message')
    this.at = start + length
    return { start, end: this.at }
  }

  /** Moves past a field that means nothing to us. Groups are not skipped but refused. */
  skip(wireType: number): void {
    if (wireType === VARINT) this.#skipVarint()
    else if (wireType === LENGTH_DELIMITED) this.span()
    else if (wireType === 1 || wireType === 5) {
      this.at += wireType === 1 ? 8 : 4
      if (this.at > this.end) throw broken('a field is cut off')
    } else throw broken('an unknown wire type')
  }

  #skipVarint(): void {
    for (let length = 1; length <= 10; length++) {
      const byte = this.at < this.end ? this.bytes[this.at++] : undefined
      if (byte === undefined) throw broken('a number is cut off')
      if (byte < 0x80) return
    }
    throw broken('a number never ends')
  }
}

export function broken(what: string): ManifestError {
  return new ManifestError('syntax', `The content is damaged or was made to deceive: ${what}.`)
}
