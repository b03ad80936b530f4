/** Events of the chunk map, made as the engine makes them, for the tests of what shows it. */
import type { ChunkMapEvent, ChunkMove } from '../../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN, CHUNK_STATES, type ChunkState } from '../../../shared/contract/chunk-states.ts'

export type MapEvent = Extract<ChunkMapEvent, { type: 'map' }>
export type ChangesEvent = Extract<ChunkMapEvent, { type: 'changes' }>

export const STARTED_AT = 1_000_000

export function base64(array: Uint8Array | Uint16Array | Uint32Array): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

export interface ChunkSpec {
  readonly state: ChunkState
  /** 0 nobody, else 1 + index into peers. */
  readonly supplier?: number
  readonly copies?: number
  readonly arrivedSeconds?: number
}

export function mapEvent(chunks: readonly ChunkSpec[], peers: readonly string[] = []): MapEvent {
  return {
    type: 'map',
    at: STARTED_AT + 60_000,
    chunkCount: chunks.length,
    states: base64(Uint8Array.from(chunks, ({ state }) => CHUNK_STATES.indexOf(state))),
    suppliers: base64(Uint16Array.from(chunks, ({ supplier }) => supplier ?? 0)),
    peers: [...peers],
    availability: base64(Uint8Array.from(chunks, ({ copies }) => copies ?? 1)),
    arrivals: base64(Uint32Array.from(chunks, ({ arrivedSeconds }) => arrivedSeconds ?? AGE_UNKNOWN)),
    startedAt: STARTED_AT,
  }
}

export function changesEvent(
  chunks: readonly (readonly [index: number, state: ChunkState, supplier: number])[],
  more: { at?: number; newPeers?: string[]; availability?: string; moves?: ChunkMove[] } = {},
): ChangesEvent {
  return {
    type: 'changes',
    at: more.at ?? STARTED_AT + 61_000,
    newPeers: more.newPeers ?? [],
    chunks: chunks.flatMap(([index, state, supplier]) => [index, CHUNK_STATES.indexOf(state), supplier]),
    moves: more.moves ?? [],
    ...(more.availability === undefined ? {} : { availability: more.availability }),
  }
}
