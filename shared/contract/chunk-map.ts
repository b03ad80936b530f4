/**
 * The chunks of one share, for those who watch it: the whole map once, then what changed, at most ten times a second.
 * Arrays of small numbers travel as base64 of little-endian bytes: a hundred thousand chunks are 0.9 MB once, and a change
 * costs three numbers. Facts about chunks only; their bytes never cross the contract.
 */
import { z } from 'zod'
import { CHUNK_STATES } from './chunk-states.ts'

export const ChunkMove = z.object({
  /** Index into `peers`. */
  peer: z.number().int(),
  chunk: z.number().int(),
  direction: z.enum(['down', 'up']),
  what: z.enum(['asked', 'delivered', 'cancelled', 'rejected']),
})
export type ChunkMove = z.infer<typeof ChunkMove>

export const ChunkMapEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('map'),
    at: z.number(),
    chunkCount: z.number().int(),
    /** One byte each: index into CHUNK_STATES. */
    states: z.string(),
    /** Two bytes each: 0 nobody known, else 1 + index into `peers` of who delivered it (of who is asked, in flight). */
    suppliers: z.string(),
    peers: z.array(z.string()),
    /** One byte each: reachable copies, ours included, at most 255. */
    availability: z.string(),
    /** Four bytes each: whole seconds between the start of the engine and its arrival, or AGE_UNKNOWN. */
    arrivals: z.string(),
    /** What `arrivals` counts from, ms since the epoch. */
    startedAt: z.number(),
  }),
  z.object({
    type: z.literal('changes'),
    at: z.number(),
    /** Peers not in the table yet, appended to it. */
    newPeers: z.array(z.string()),
    /** Flat triples: chunk, state, supplier (as in the map). A chunk that turned `have` arrived at `at`. */
    chunks: z.array(z.number().int()),
    /** All of it again, when it changed; at most once a second. */
    availability: z.string().optional(),
    /** Newest last; the oldest are left out when there were more than MAX_MOVES. */
    moves: z.array(ChunkMove),
  }),
  /** The map is not known (no manifest yet) or no more (removed). A `map` may follow. */
  z.object({ type: z.literal('none') }),
])
export type ChunkMapEvent = z.infer<typeof ChunkMapEvent>

export const ChunkDetail = z.object({
  index: z.number().int(),
  cid: z.string(),
  sizeBytes: z.number().int(),
  state: z.enum(CHUNK_STATES),
  /** Where it lies; identical content may lie in many files: at most 16 are told. */
  places: z.array(z.object({ path: z.string(), offsetBytes: z.number().int() })),
  weHave: z.boolean(),
  /** Peers with a session that have it; at most 100. */
  holders: z.array(z.string()),
  askedOf: z.array(z.string()),
  supplier: z.string().optional(),
  arrivedAt: z.number().optional(),
  /** Times that it came and failed verification, since the engine started. */
  rejections: z.number().int(),
})
export type ChunkDetail = z.infer<typeof ChunkDetail>
