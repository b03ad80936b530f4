/**
 * Digests: the one place that compares them, and that makes CIDs of them. Whole blocks only. It does not read or keep bytes.
 * SPEC: [CO2].
 */
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { DIGEST_BYTES } from './limits.ts'
import { sha256 } from './sha256.ts'

export const RAW = 0x55
export const DAG_PB = 0x70
export const SHA2_256 = 0x12
export type Codec = typeof RAW | typeof DAG_PB

/** Whether `bytes` is the chunk whose digest stands at `index` of a manifest's digests. */
export function digestMatches(bytes: Uint8Array, digests: Uint8Array, index: number): boolean {
  const start = index * DIGEST_BYTES
  if (index < 0 || start + DIGEST_BYTES > digests.length) return false
  const actual = sha256(bytes)
  for (let i = 0; i < DIGEST_BYTES; i++) if (actual[i] !== digests[start + i]) return false
  return true
}

export function cidOf(codec: Codec, bytes: Uint8Array): CID {
  return cidOfDigest(codec, sha256(bytes))
}

/** The CID of a sha2-256 digest. The digest is copied: a CID outlives the table it was read from. */
export function cidOfDigest(codec: Codec, digest: Uint8Array): CID {
  return CID.createV1(codec, Digest.create(SHA2_256, Uint8Array.from(digest)))
}
