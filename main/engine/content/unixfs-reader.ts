/**
 * Reads the UnixFS message inside a dag-pb node. Keeps what the profile uses (type, data, filesize, blocksizes, hash
 * type, fanout) and passes over mode and mtime. Allocates only for as many block sizes as the node has links.
 * SPEC: [CO23].
 */
import { ManifestError } from './manifest-error.ts'
import { broken, Cursor, LENGTH_DELIMITED, VARINT } from './protobuf.ts'

export const UNIXFS_TYPES = ['raw', 'directory', 'file', 'metadata', 'symlink', 'hamt'] as const
export type UnixfsType = (typeof UNIXFS_TYPES)[number]

export interface UnixfsData {
  readonly type: UnixfsType
  /** Inline bytes of a leaf, the bitfield of a HAMT shard, the target of a symlink; empty when absent. */
  readonly data: Uint8Array
  readonly filesize: number | undefined
  readonly blocksizes: Float64Array
  readonly hashType: number | undefined
  readonly fanout: number | undefined
}

const NOTHING = new Uint8Array(0)

export function readUnixfs(bytes: Uint8Array, linkCount: number): UnixfsData {
  const cursor = new Cursor(bytes)
  /** By field number: 1 type, 3 filesize, 5 hash type, 6 fanout. */
  const numbers = new Map<number, number>()
  const blocksizes = new Float64Array(linkCount)
  let sizeCount = 0
  let data: Uint8Array | undefined
  while (!cursor.done) {
    const tag = cursor.tag()
    const field = tag >>> 3
    const wireType = tag & 7
    if (field === 4) {
      if (wireType !== VARINT) throw broken('block sizes in an unknown form')
      if (sizeCount === linkCount) throw tooManySizes(linkCount)
      blocksizes[sizeCount++] = cursor.varint()
    } else if (field === 2) {
      if (wireType !== LENGTH_DELIMITED || data !== undefined)
        throw broken('data that is repeated or of the wrong type')
      const { start, end } = cursor.span()
      data = bytes.subarray(start, end)
    } else if (field === 1 || field === 3 || field === 5 || field === 6) {
      if (wireType !== VARINT || numbers.has(field))
        throw broken('a UnixFS field that is repeated or of the wrong type')
      numbers.set(field, cursor.varint())
    } else cursor.skip(wireType)
  }
  const type = UNIXFS_TYPES[numbers.get(1) ?? -1]
  if (type === undefined) throw new ManifestError('type', 'The content has a node of an unknown UnixFS type.')
  return {
    type,
    data: data ?? NOTHING,
    filesize: numbers.get(3),
    blocksizes: blocksizes.subarray(0, sizeCount),
    hashType: numbers.get(5),
    fanout: numbers.get(6),
  }
}

function tooManySizes(linkCount: number): ManifestError {
  return new ManifestError('size', `A file node has ${linkCount} links but more block sizes.`, { links: linkCount })
}
