/** A reader's own picture of a share's chunks, built from the events alone: what a window shows. */
import type { ChunkMapEvent, ChunkMove } from '../../../shared/contract/chunk-map.ts'
import { CHUNK_STATES, type ChunkState } from '../../../shared/contract/chunk-states.ts'

type MapEvent = Extract<ChunkMapEvent, { type: 'map' }>

export class ChunkReplica {
  readonly states: number[]
  readonly suppliers: number[]
  readonly peers: string[]
  readonly arrivals: number[]
  readonly startedAt: number
  availability: number[]
  /** When each chunk turned `have` before our eyes, ms since the epoch. */
  readonly arrivedAt = new Map<number, number>()
  readonly moves: (Omit<ChunkMove, 'peer'> & { peer: string })[] = []

  constructor(map: MapEvent) {
    this.states = [...decode(map.states)]
    this.suppliers = [...new Uint16Array(aligned(map.suppliers))]
    this.arrivals = [...new Uint32Array(aligned(map.arrivals))]
    this.availability = [...decode(map.availability)]
    this.peers = [...map.peers]
    this.startedAt = map.startedAt
  }

  apply(event: Extract<ChunkMapEvent, { type: 'changes' }>): void {
    this.peers.push(...event.newPeers)
    for (let at = 0; at < event.chunks.length; at += 3) {
      const [index = -1, state = -1, supplier = -1] = event.chunks.slice(at, at + 3)
      if (state === CHUNK_STATES.indexOf('have')) this.arrivedAt.set(index, event.at)
      this.states[index] = state
      this.suppliers[index] = supplier
    }
    if (event.availability !== undefined) this.availability = [...decode(event.availability)]
    for (const move of event.moves) this.moves.push({ ...move, peer: this.peers[move.peer] ?? 'nobody' })
  }

  state(index: number): ChunkState | undefined {
    return CHUNK_STATES[this.states[index] ?? -1]
  }

  supplier(index: number): string | undefined {
    return this.peers[(this.suppliers[index] ?? 0) - 1]
  }

  count(state: ChunkState): number {
    return this.states.filter((one) => CHUNK_STATES[one] === state).length
  }
}

function decode(text: string): Buffer {
  return Buffer.from(text, 'base64')
}

function aligned(text: string): ArrayBuffer {
  return Uint8Array.from(decode(text)).buffer
}
