/**
 * Writes the three UnixFS messages that an import makes. By hand, although ipfs-unixfs would: the protobuf writer under
 * it (protons-runtime 7.1.2) garbles numbers from 2^31 to 2^32 - 1, and with them every file of 2 to 4 GiB. Field order
 * and form are those of Kubo and of ipfs-unixfs. SPEC: [CO1].
 */
import { HAMT_FANOUT } from './limits.ts'

const FILE = 2
const DIRECTORY = 1
const HAMT_SHARD = 5
/** multicodec murmur3-x64-64. */
const MURMUR3 = 0x22

const TYPE_TAG = 0x08
const DATA_TAG = 0x12
const FILESIZE_TAG = 0x18
const BLOCKSIZE_TAG = 0x20
const HASH_TYPE_TAG = 0x28
const FANOUT_TAG = 0x30

/** An inner node of a file: the bytes below each of its links. */
export function fileData(sizes: readonly number[]): Uint8Array {
  const bytes = [TYPE_TAG, FILE, FILESIZE_TAG]
  pushVarint(
    bytes,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  for (const size of sizes) {
    bytes.push(BLOCKSIZE_TAG)
    pushVarint(bytes, size)
  }
  return Uint8Array.from(bytes)
}

export function directoryData(): Uint8Array {
  return Uint8Array.of(TYPE_TAG, DIRECTORY)
}

export function shardData(bitfield: Uint8Array): Uint8Array {
  const bytes = [TYPE_TAG, HAMT_SHARD, DATA_TAG, bitfield.length, ...bitfield, HASH_TYPE_TAG, MURMUR3, FANOUT_TAG]
  pushVarint(bytes, HAMT_FANOUT)
  return Uint8Array.from(bytes)
}

function pushVarint(bytes: number[], value: number): void {
  let left = value
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128)
  bytes.push(left)
}
