/** The words and numbers of the chunk map (chunk-map.ts), apart from its schemas so that a window loads no schema. */

/**
 * `skipped`: not selected and not here. `missing`: wanted, and no reachable peer has it. `wanted`: somebody has it, not
 * asked for yet. `in-flight`: asked for. `have`: verified, here. `rejected`: what came last failed verification, or the
 * peer could not read its copy; will be asked for again. That a peer is busy is no rejection.
 */
export const CHUNK_STATES = ['skipped', 'missing', 'wanted', 'in-flight', 'have', 'rejected'] as const
export type ChunkState = (typeof CHUNK_STATES)[number]

/** In `arrivals`: when it came is not known (it was here before the engine started, or is not here). */
export const AGE_UNKNOWN = 0xffff_ffff

/** Moves told in one event. */
export const MAX_MOVES = 256
