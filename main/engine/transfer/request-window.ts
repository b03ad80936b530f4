/**
 * How many bytes to have asked of one peer: enough that it is never idle between our requests, few enough that chunks
 * are not tied up at a peer that turns slow. Pure formulas over a measured rate and round trip.
 *
 * window = rate x (round trip + TARGET_QUEUE_MS), the bandwidth-delay product plus a fraction of a second, within
 * [MIN_WINDOW_BYTES, MAX_WINDOW_BYTES]. For a peer so slow that the minimum would take more than SLOW_QUEUE_MS the lower
 * bound is SLOW_WINDOW_BYTES. One chunk may be asked of any peer that has nothing to do.
 * Implements SPEC [TR3].
 */

/** Covers the jitter of both ends' scheduling; libtorrent uses 3 s because its requests are 16 KiB. */
export const TARGET_QUEUE_MS = 400
/** Two chunks: the next one must be asked while the first is on its way. */
export const MIN_WINDOW_BYTES = 2 * 1024 * 1024
/** Before anything was measured. */
export const INITIAL_WINDOW_BYTES = 4 * 1024 * 1024
/** More gained nothing on loopback (four to sixteen chunks in flight get most of it) and only ties chunks up. */
export const MAX_WINDOW_BYTES = 16 * 1024 * 1024
/** A queue longer than this at the measured rate is too long: the peer gets what it brings in TARGET_QUEUE_MS. */
export const SLOW_QUEUE_MS = 4_000
/** And at least this: one chunk of 1 MiB at a time, but several small ones, or their round trips would be all its speed. */
export const SLOW_WINDOW_BYTES = 64 * 1024
/** Small files: the window counts requests too. Bounded by MAX_OPEN_WANTS of the wire. */
export const MAX_WINDOW_REQUESTS = 1_024

/** More is asked once this much of the window is left: refilling it chunk by chunk would cost a message per small chunk. */
export const REFILL_FRACTION = 0.75
/** How long a peer that was asked may take to its first byte before doubt begins, in ms. */
const GRACE_MS = 500
/** Time constant of the doubt, in ms; the rate meter's, as if it had moved at the assumed rate until then. */
const DOUBT_MS = 1_000

/** What to think of a peer that has been asked for `busyMs` and has brought nothing: undefined (nothing) at first, then ever less. */
export function unprovenRate(busyMs: number): number | undefined {
  return busyMs <= GRACE_MS ? undefined : INITIAL_WINDOW_BYTES * Math.exp(-(busyMs - GRACE_MS) / DOUBT_MS)
}

/** What all peers together may have queued for us, in ms at the rate at which bytes come: our own line may be the narrow one. */
const TOTAL_QUEUE_MS = 2_000
/** And at least this, in bytes; before anything was measured INITIAL_TOTAL_BYTES. */
const MIN_TOTAL_BYTES = 4 * 1024 * 1024
const INITIAL_TOTAL_BYTES = 16 * 1024 * 1024

/**
 * @param rateBytesPerSecond what arrives from all peers together
 * @returns bytes that may be in flight from all of them, beyond one chunk each
 */
export function totalWindowBytes(rateBytesPerSecond: number | undefined): number {
  if (rateBytesPerSecond === undefined) return INITIAL_TOTAL_BYTES
  return Math.max((rateBytesPerSecond * TOTAL_QUEUE_MS) / 1_000, MIN_TOTAL_BYTES)
}

/** @returns bytes that may be in flight. */
export function windowBytes(rateBytesPerSecond: number | undefined, roundTripMs: number): number {
  if (rateBytesPerSecond === undefined) return INITIAL_WINDOW_BYTES
  const wanted = (rateBytesPerSecond * (roundTripMs + TARGET_QUEUE_MS)) / 1_000
  const isSlow = (MIN_WINDOW_BYTES / rateBytesPerSecond) * 1_000 > SLOW_QUEUE_MS
  return Math.min(Math.max(wanted, isSlow ? SLOW_WINDOW_BYTES : MIN_WINDOW_BYTES), MAX_WINDOW_BYTES)
}

/** When a queue of `bytes` at this peer will have arrived, in ms from now. */
export function arrivalMs(bytes: number, rateBytesPerSecond: number | undefined, roundTripMs: number): number {
  const rate = rateBytesPerSecond ?? INITIAL_WINDOW_BYTES
  return roundTripMs + (bytes / Math.max(rate, 1)) * 1_000
}
