/**
 * A digest as it is kept in memory by the hundred thousand: a string of 32 characters, one per byte. It takes 48 bytes
 * and can be a key; a CID object with its views takes ten times that.
 */
import type { CID } from 'multiformats/cid'
import { DIGEST_BYTES } from './limits.ts'
import { type Codec, cidOfDigest } from './verify.ts'

export type NodeKey = string

/** The key of the digest at `index` of a table of digests. */
export function keyAt(digests: Uint8Array, index: number): NodeKey {
  return Buffer.from(digests.buffer, digests.byteOffset + index * DIGEST_BYTES, DIGEST_BYTES).toString('latin1')
}

export function keyOf(cid: CID): NodeKey {
  return keyAt(cid.multihash.digest, 0)
}

export function cidOfKey(codec: Codec, key: NodeKey): CID {
  return cidOfDigest(codec, Buffer.from(key, 'latin1'))
}
