/**
 * The chunk map that the double tells: 100,000 chunks, of which every tenth of a second 60 arrive and 60 more are asked for,
 * with as many moves as one event holds, and all copies anew once a second. Pure.
 */
import type { ChunkMapEvent, ChunkMove } from '../../shared/contract/chunk-map.ts'
import { AGE_UNKNOWN, CHUNK_STATES, MAX_MOVES } from '../../shared/contract/chunk-states.ts'
import { randomOf } from './random.ts'

const HAVE = CHUNK_STATES.indexOf('have')
const WANTED = CHUNK_STATES.indexOf('wanted')
const IN_FLIGHT = CHUNK_STATES.indexOf('in-flight')
const MISSING = CHUNK_STATES.indexOf('missing')
const PER_EVENT = 60
const AVAILABILITY_EVERY = 10

export class SyntheticChunks {
  private readonly random = randomOf(11)
  private readonly peers: readonly string[]
  private readonly startedAt: number
  private readonly states: Uint8Array
  private readonly suppliers: Uint16Array
  private readonly availability: Uint8Array
  private readonly arrivals: Uint32Array
  private inFlight: number[] = []
  private told = 0

  constructor(chunkCount: number, peers: readonly string[], startedAt: number) {
    this.peers = peers
    this.startedAt = startedAt
    this.states = new Uint8Array(chunkCount).fill(WANTED)
    this.suppliers = new Uint16Array(chunkCount)
    this.availability = new Uint8Array(chunkCount)
    this.arrivals = new Uint32Array(chunkCount).fill(AGE_UNKNOWN)
    for (let index = 0; index < chunkCount; index++) {
      this.availability[index] = Math.floor(this.random() * 9)
      if (this.random() < 0.3) {
        this.states[index] = HAVE
        this.suppliers[index] = 1 + this.peerAt()
        this.arrivals[index] = Math.floor(this.random() * 3_000)
      } else if (this.availability[index] === 0) this.states[index] = MISSING
    }
    for (let at = 0; at < PER_EVENT; at++) this.ask()
  }

  map(nowAt: number): ChunkMapEvent {
    return {
      type: 'map',
      at: nowAt,
      chunkCount: this.states.length,
      states: base64(this.states),
      suppliers: base64(this.suppliers),
      peers: [...this.peers],
      availability: base64(this.availability),
      arrivals: base64(this.arrivals),
      startedAt: this.startedAt,
    }
  }

  changes(nowAt: number): ChunkMapEvent {
    this.told += 1
    const chunks: number[] = []
    const moves: ChunkMove[] = []
    for (const index of this.inFlight.splice(0, PER_EVENT)) {
      const supplier = this.suppliers[index] ?? 1
      this.states[index] = HAVE
      chunks.push(index, HAVE, supplier)
      moves.push({ peer: supplier - 1, chunk: index, direction: 'down', what: 'delivered' })
    }
    for (let at = 0; at < PER_EVENT; at++) {
      const index = this.ask()
      if (index === undefined) continue
      const supplier = this.suppliers[index] ?? 1
      chunks.push(index, IN_FLIGHT, supplier)
      moves.push({ peer: supplier - 1, chunk: index, direction: 'down', what: 'asked' })
    }
    while (moves.length < MAX_MOVES) {
      const what = moves.length % 2 === 0 ? 'asked' : 'delivered'
      moves.push({ peer: this.peerAt(), chunk: moves.length, direction: 'up', what })
    }
    const event = { type: 'changes' as const, at: nowAt, newPeers: [], chunks, moves }
    if (this.told % AVAILABILITY_EVERY !== 0) return event
    for (let at = 0; at < 2_000; at++) {
      const index = Math.floor(this.random() * this.availability.length)
      this.availability[index] = Math.floor(this.random() * 9)
    }
    return { ...event, availability: base64(this.availability) }
  }

  private ask(): number | undefined {
    for (let tries = 0; tries < 50; tries++) {
      const index = Math.floor(this.random() * this.states.length)
      if (this.states[index] !== WANTED) continue
      this.states[index] = IN_FLIGHT
      this.suppliers[index] = 1 + this.peerAt()
      this.inFlight.push(index)
      return index
    }
    return undefined
  }

  private peerAt(): number {
    return Math.floor(this.random() * this.peers.length)
  }
}

function base64(array: Uint8Array | Uint16Array | Uint32Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64')
}
