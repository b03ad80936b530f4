/**
 * Who delivered which chunk of a share, and when: noted from the first chunk that arrives in this run of the engine,
 * whether somebody watches or not, because nobody can say it afterwards. Nothing of it is stored. Pure: time comes in.
 * SPEC: [FL12].
 */
import { AGE_UNKNOWN } from '../../../../shared/contract/chunk-states.ts'
import { PeerTable } from './peer-table.ts'

/** Chunks whose failed verifications are counted; a peer is banned after three, so more are hardly met. */
const MAX_REJECTED = 10_000

export class ChunkRecord {
  readonly peers = new PeerTable()
  /** 6 bytes a chunk, for shares that something arrived for in this run; a share has at most 4 million chunks. */
  private suppliers = new Uint16Array(0)
  private arrivals = new Uint32Array(0)
  private readonly rejections = new Map<number, number>()

  /** @param atSeconds whole seconds since the engine started */
  delivered(index: number, chunkCount: number, peer: string, atSeconds: number): void {
    if (this.suppliers.length !== chunkCount) {
      this.suppliers = new Uint16Array(chunkCount)
      this.arrivals = new Uint32Array(chunkCount).fill(AGE_UNKNOWN)
    }
    this.suppliers[index] = this.peers.numberOf(peer)
    this.arrivals[index] = Math.min(Math.max(Math.floor(atSeconds), 0), AGE_UNKNOWN - 1)
  }

  /** It came with wrong bytes. */
  rejected(index: number): void {
    const times = this.rejections.get(index)
    if (times !== undefined || this.rejections.size < MAX_REJECTED) this.rejections.set(index, (times ?? 0) + 1)
  }

  /** Number in `peers`; 0: nobody known. */
  supplierOf(index: number): number {
    return this.suppliers[index] ?? 0
  }

  /** Seconds since the engine started, or AGE_UNKNOWN. */
  arrivalOf(index: number): number {
    return this.arrivals[index] ?? AGE_UNKNOWN
  }

  rejectionsOf(index: number): number {
    return this.rejections.get(index) ?? 0
  }

  /** How many different peers delivered something that arrived in this run. */
  get supplierCount(): number {
    const seen = new Set(this.suppliers)
    seen.delete(0)
    return seen.size
  }
}
