/**
 * What one reader of one share's chunks has been told, and what of it is different now. Pure: facts and time come in,
 * events come out.
 *
 * Chunks that something happened to are marked; an event looks at the marked ones only. What concerns all chunks (peers
 * came or went, other files are selected, more was marked than is worth counting) is looked at as a whole, at most once a
 * second when there are many chunks, and never for more than a fiftieth of the time. Memory: 4 bytes a chunk, MAX_MARKED
 * marks and the newest moves, however long nobody reads. SPEC: [FL12].
 */
import type { ChunkMapEvent } from '../../../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN } from '../../../../shared/contract/chunk-states.ts'
import type { MoveDirection, MoveKind } from '../../transfer/chunk-tap.ts'
import { type ChunkFacts, HAVE, stateOf, supplierOf } from './chunk-facts.ts'
import type { ChunkRecord } from './chunk-record.ts'
import { base64 } from './encode.ts'
import type { MoveRing } from './move-ring.ts'

/** More changed chunks than this are told as a new map, which is then shorter. */
const MAX_MARKED = 20_000
/** Up to so many chunks a look at all of them costs nothing that could be noticed. */
const FEW_CHUNKS = 8_192
/** Between looks at all of many chunks, and between two tellings of availability, in ms. */
const LOOK_EVERY_MS = 1_000
/** A look at everything may take this part of the time. */
const LOOK_SHARE = 1 / 50

export interface Told {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds, monotonic. */
  readonly nowMs: number
}

export class Watcher {
  private readonly facts: ChunkFacts
  private readonly record: ChunkRecord
  private readonly states: Uint8Array
  private readonly suppliers: Uint16Array
  private readonly isMarked: Uint8Array
  /** At most MAX_MARKED; beyond, `isAllMarked`. */
  private marked: number[] = []
  private isAllMarked = true
  private version = ''
  private heldCount = 0
  private isAvailabilityOld = false
  private availabilityToldMs = 0
  private nextLookMs = Number.NEGATIVE_INFINITY
  private peersTold = 0
  private readonly moves: MoveRing
  /** Milliseconds, to measure what a look takes. */
  private readonly clock: () => number
  private readonly peers: { delivered(index: number): number; numberOf(peer: string): number }

  /** @param moves not told yet; of the same reader and share */
  constructor(facts: ChunkFacts, record: ChunkRecord, moves: MoveRing, clock: () => number) {
    this.facts = facts
    this.record = record
    this.moves = moves
    this.clock = clock
    const { peers } = record
    this.peers = { delivered: (index) => record.supplierOf(index), numberOf: (peer) => peers.numberOf(peer) }
    this.states = new Uint8Array(facts.chunkCount)
    this.suppliers = new Uint16Array(facts.chunkCount)
    this.isMarked = new Uint8Array(facts.chunkCount)
  }

  mark(index: number): void {
    if (this.isAllMarked || this.isMarked[index] !== 0) return
    this.isMarked[index] = 1
    if (this.marked.push(index) > MAX_MARKED) this.markAll()
  }

  moved(direction: MoveDirection, what: MoveKind, peer: string, index: number): void {
    // Anybody can ask for a chunk that there is not.
    if (index >= this.facts.chunkCount) return
    const number = this.record.peers.numberOf(peer)
    if (number > 0) this.moves.add(number - 1, index, direction, what)
  }

  /** All of it. */
  map({ at, nowMs }: Told, startedAt: number): ChunkMapEvent {
    this.lookAtAll(nowMs)
    const { facts, record } = this
    const arrivals = new Uint32Array(facts.chunkCount)
    for (let index = 0; index < facts.chunkCount; index++) {
      arrivals[index] = this.states[index] === HAVE ? record.arrivalOf(index) : AGE_UNKNOWN
    }
    const availability = this.availability(nowMs)
    this.peersTold = record.peers.size
    return {
      type: 'map',
      at,
      chunkCount: facts.chunkCount,
      states: base64(this.states),
      suppliers: base64(this.suppliers),
      peers: record.peers.since(0),
      availability,
      arrivals: base64(arrivals),
      startedAt,
    }
  }

  /** What is different since the last event; undefined when nothing is; 'map' when all of it is to be told anew. */
  changes({ at, nowMs }: Told): ChunkMapEvent | 'map' | undefined {
    const chunks = this.changedChunks(nowMs)
    if (chunks.length > 3 * MAX_MARKED) return 'map'
    const tellsAvailability = this.isAvailabilityOld && nowMs - this.availabilityToldMs >= LOOK_EVERY_MS
    if (chunks.length === 0 && this.moves.isEmpty && !tellsAvailability) return undefined
    const moves = this.moves.take()
    const newPeers = this.record.peers.since(this.peersTold)
    this.peersTold += newPeers.length
    const event = { type: 'changes' as const, at, newPeers, chunks, moves }
    return tellsAvailability ? { ...event, availability: this.availability(nowMs) } : event
  }

  private changedChunks(nowMs: number): number[] {
    const { facts } = this
    if (facts.version !== this.version) this.isAvailabilityOld = true
    const changed: number[] = []
    const isDue = this.isAllMarked || facts.version !== this.version
    if (isDue && nowMs >= this.nextLookMs) {
      this.lookAtAll(nowMs, changed)
      return changed
    }
    const { marked } = this
    this.marked = []
    for (const index of marked) {
      this.isMarked[index] = 0
      this.look(index, facts.copies(index), changed)
    }
    // Chunks were withdrawn or came back without a word.
    if (!this.isAllMarked && facts.heldCount !== this.heldCount) this.markAll()
    return changed
  }

  private lookAtAll(nowMs: number, changed?: number[]): void {
    const { facts } = this
    const beganMs = this.clock()
    this.version = facts.version
    this.isAllMarked = false
    this.marked = []
    this.isMarked.fill(0)
    const copies = new Uint8Array(facts.chunkCount)
    facts.fillCopies(copies)
    for (let index = 0; index < facts.chunkCount; index++) this.look(index, copies[index] ?? 0, changed)
    // What was counted chunk by chunk and what is here are the same again, whatever happened meanwhile.
    this.heldCount = facts.heldCount
    const tookMs = this.clock() - beganMs
    this.nextLookMs = nowMs + Math.max(facts.chunkCount > FEW_CHUNKS ? LOOK_EVERY_MS : 0, tookMs / LOOK_SHARE)
  }

  private look(index: number, copies: number, changed: number[] | undefined): void {
    const { facts, states, suppliers } = this
    const before = states[index] ?? 0
    const supplierBefore = suppliers[index] ?? 0
    const state = stateOf(facts, index, copies)
    const supplier = supplierOf(facts, index, state, this.peers, supplierBefore)
    if (state === before && supplier === supplierBefore) return
    states[index] = state
    suppliers[index] = supplier
    if ((state === HAVE) !== (before === HAVE)) {
      this.heldCount += state === HAVE ? 1 : -1
      this.isAvailabilityOld = true
    }
    // One too many says that there are too many.
    if (changed !== undefined && changed.length <= 3 * MAX_MARKED) changed.push(index, state, supplier)
  }

  private availability(nowMs: number): string {
    const copies = new Uint8Array(this.facts.chunkCount)
    this.facts.fillCopies(copies)
    for (let index = 0; index < copies.length; index++) {
      if (this.states[index] === HAVE) copies[index] = Math.min((copies[index] ?? 0) + 1, 0xff)
    }
    this.isAvailabilityOld = false
    this.availabilityToldMs = nowMs
    return base64(copies)
  }

  private markAll(): void {
    this.isAllMarked = true
    for (const index of this.marked) this.isMarked[index] = 0
    this.marked = []
  }
}
