/**
 * How large the parts are in which a chunk is sent: a cancel or a choke stops it between two of them. Pure. SPEC: [TR7].
 */
import type { TokenBucket } from '../swarm/token-bucket.ts'
import { MAX_PIECE_BYTES, PACED_PIECE_BYTES } from './limits.ts'

/** Under a limit a part is this much of it, in ms: small enough to flow, large enough not to cost the receiver a frame each 32 KiB. */
const PACED_PIECE_MS = 10

/** How large the next part may be, by the narrowest limit and the line: a cancel must not have to wait for long. */
export function pieceBytes(buckets: readonly TokenBucket[], rate: number): number {
  let narrowest = rate
  for (const { rate } of buckets) narrowest = Math.min(narrowest, rate ?? Number.POSITIVE_INFINITY)
  return Math.min(Math.max(Math.floor((narrowest * PACED_PIECE_MS) / 1_000), PACED_PIECE_BYTES), MAX_PIECE_BYTES)
}
