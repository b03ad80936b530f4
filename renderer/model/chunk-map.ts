/**
 * The window's copy of a share's chunk map: typed arrays, filled once and then changed in place, with counts kept along the
 * way so that nobody counts a hundred thousand chunks per event. Pure: it neither subscribes nor draws. Whoever draws is
 * told which chunks changed. Rules [UI40] [UI41].
 */
import type { ChunkMapEvent, ChunkMove } from '../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN, CHUNK_STATES, type ChunkState } from '../../shared/contract/chunk-states.ts'

type MapEvent = Extract<ChunkMapEvent, { type: 'map' }>
type ChangesEvent = Extract<ChunkMapEvent, { type: 'changes' }>

/** What an event changed: these chunks, or so many that everything is drawn again. */
export type Dirty = 'all' | readonly number[]

/** More changed chunks than this are drawn as a whole. */
const MANY_DIRTY = 4_096

export const STATE_CODE = Object.fromEntries(CHUNK_STATES.map((state, code) => [state, code])) as Record<
  ChunkState,
  number
>
const HAVE = STATE_CODE.have
const SKIPPED = STATE_CODE.skipped

export class ChunkMap {
  readonly chunkCount: number
  /** One byte each: index into CHUNK_STATES. */
  readonly states: Uint8Array
  /** 0 nobody known, else 1 + index into `peers`. */
  readonly suppliers: Uint16Array
  /** Reachable copies, ours included. */
  readonly availability: Uint8Array
  /** Whole seconds after `startedAt`, or AGE_UNKNOWN. */
  readonly arrivals: Uint32Array
  readonly startedAt: number
  /** Peer ids, in the order in which the engine numbered them. At most 65,535: suppliers are two bytes. */
  readonly peers: string[]
  /** When the newest event was made, ms since the epoch. */
  at: number
  /** Chunks by state code. */
  readonly counts: number[] = CHUNK_STATES.map(() => 0)
  /** Chunks here by supplier number; at 0 those that nobody is known for. */
  readonly delivered: number[] = []

  constructor(event: MapEvent) {
    this.chunkCount = event.chunkCount
    this.states = bytesOf(event.states, event.chunkCount)
    this.suppliers = new Uint16Array(bytesOf(event.suppliers, event.chunkCount * 2).buffer)
    this.availability = bytesOf(event.availability, event.chunkCount)
    this.arrivals = new Uint32Array(bytesOf(event.arrivals, event.chunkCount * 4).buffer)
    this.startedAt = event.startedAt
    this.peers = [...event.peers]
    this.at = event.at
    for (let index = 0; index < this.chunkCount; index++) this.count(index, 1)
  }

  apply(event: ChangesEvent): Dirty {
    this.at = event.at
    this.peers.push(...event.newPeers)
    const dirty: number[] = []
    const { chunks } = event
    for (let at = 0; at + 2 < chunks.length; at += 3) {
      const index = chunks[at] ?? 0
      if (index < 0 || index >= this.chunkCount) continue
      const state = chunks[at + 1] ?? 0
      const had = this.states[index] === HAVE
      this.count(index, -1)
      this.states[index] = state
      this.suppliers[index] = chunks[at + 2] ?? 0
      this.count(index, 1)
      if (state !== HAVE) this.arrivals[index] = AGE_UNKNOWN
      else if (!had) this.arrivals[index] = Math.max(0, Math.floor((event.at - this.startedAt) / 1_000))
      dirty.push(index)
    }
    if (event.availability !== undefined) this.newAvailability(event.availability, dirty)
    return dirty.length > MANY_DIRTY ? 'all' : dirty
  }

  state(index: number): ChunkState {
    return CHUNK_STATES[this.states[index] ?? SKIPPED] ?? 'skipped'
  }

  /** Who delivered it, or of whom it is asked. */
  supplier(index: number): string | undefined {
    return this.peers[(this.suppliers[index] ?? 0) - 1]
  }

  /** Ms since the epoch. */
  arrivedAt(index: number): number | undefined {
    const seconds = this.arrivals[index] ?? AGE_UNKNOWN
    return seconds === AGE_UNKNOWN ? undefined : this.startedAt + seconds * 1_000
  }

  countOf(state: ChunkState): number {
    return this.counts[STATE_CODE[state]] ?? 0
  }

  /** Copies of the rarest chunk that is not skipped, and how many chunks have no more; undefined when all are skipped. */
  rarest(): { copies: number; chunks: number } | undefined {
    let copies = 256
    let chunks = 0
    for (let index = 0; index < this.chunkCount; index++) {
      if (this.states[index] === SKIPPED) continue
      const here = this.availability[index] ?? 0
      if (here < copies) {
        copies = here
        chunks = 1
      } else if (here === copies) chunks += 1
    }
    return copies === 256 ? undefined : { copies, chunks }
  }

  private newAvailability(text: string, dirty: number[]): void {
    const fresh = bytesOf(text, this.chunkCount)
    for (let index = 0; index < this.chunkCount; index++) {
      if (fresh[index] !== this.availability[index] && dirty.length <= MANY_DIRTY) dirty.push(index)
    }
    this.availability.set(fresh)
  }

  private count(index: number, by: 1 | -1): void {
    const state = this.states[index] ?? SKIPPED
    this.counts[state] = (this.counts[state] ?? 0) + by
    if (state !== HAVE) return
    const supplier = this.suppliers[index] ?? 0
    this.delivered[supplier] = (this.delivered[supplier] ?? 0) + by
  }
}

/** Base64 to exactly `length` bytes in a buffer of their own. Throws when the text holds another number. */
export function bytesOf(text: string, length: number): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  if (binary.length !== length)
    throw new Error(`The chunk map has ${binary.length} bytes where ${length} were announced.`)
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/** Chunks that these moves brought in: they are shown arriving. */
export function arrivedIn(moves: readonly ChunkMove[]): number[] {
  return moves.filter(({ direction, what }) => direction === 'down' && what === 'delivered').map(({ chunk }) => chunk)
}
