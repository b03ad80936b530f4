/**
 * Which peer holds which chunk: keeps the picker's counts right, and per peer how many of its chunks we still need, so
 * that "is it of any use to us?" costs nothing however large the share. Peers that hold everything stand apart: they
 * change no order among chunks. Decides nothing. Implements SPEC [TR2] and the counts behind [TR1].
 */
import { Bitfield } from '../content/bitfield.ts'
import type { ChunkPicker } from './chunk-picker.ts'
import type { PeerState } from './peer-state.ts'

export class Holdings {
  private readonly chunkCount: number
  private readonly peers: ReadonlyMap<string, PeerState>
  private readonly picker: ChunkPicker
  /** Another number when who holds what is another. */
  version = 0
  /** Wanted and not yet held by us. */
  private readonly isNeeded: (index: number) => boolean

  constructor(
    chunkCount: number,
    peers: ReadonlyMap<string, PeerState>,
    picker: ChunkPicker,
    isNeeded: (index: number) => boolean,
  ) {
    this.chunkCount = chunkCount
    this.peers = peers
    this.picker = picker
    this.isNeeded = isNeeded
  }

  /** The peer holds exactly these chunks. */
  replace(peer: PeerState, have: Bitfield | 'all'): void {
    this.withdraw(peer)
    peer.nothingAtAdditions = undefined
    peer.have = have !== 'all' && have.isFull ? 'all' : have
    if (peer.have === 'all') return
    peer.have.forEachSet((index) => {
      this.picker.adjust(index, 1)
    })
    this.count(peer)
  }

  /** One chunk more. */
  gained(peer: PeerState, index: number): void {
    if (peer.have === 'all' || !peer.have.set(index)) return
    this.version += 1
    if (this.picker.isPickable(index)) peer.nothingAtAdditions = undefined
    this.picker.adjust(index, 1)
    if (this.isNeeded(index)) peer.usefulChunks += 1
    if (peer.have.isFull) this.replace(peer, 'all')
  }

  /** It said that it does not hold the chunk after all. */
  gone(peer: PeerState, index: number): void {
    if (peer.have === 'all') this.replace(peer, fullExcept(this.chunkCount, index))
    else if (peer.have.clear(index)) {
      this.version += 1
      this.picker.adjust(index, -1)
      if (this.isNeeded(index)) peer.usefulChunks -= 1
    }
  }

  /** The peer leaves: its copies do not count any more. */
  withdraw(peer: PeerState): void {
    this.version += 1
    if (peer.have === 'all') return
    peer.have.forEachSet((index) => {
      this.picker.adjust(index, -1)
    })
    peer.usefulChunks = 0
  }

  /** We began to need the chunk, or need it no longer. */
  needChanged(index: number, needed: boolean): void {
    for (const peer of this.peers.values()) {
      if (peer.have !== 'all' && peer.have.has(index)) peer.usefulChunks += needed ? 1 : -1
    }
  }

  /** What is needed changed as a whole. */
  recount(): void {
    for (const peer of this.peers.values()) this.count(peer)
  }

  /** Copies of a chunk among peers, without our own. */
  copies(index: number): number {
    return this.fullCopies() + this.picker.availabilityOf(index)
  }

  /** Copies of every chunk among peers, without our own; at most 255. */
  fillCopies(into: Uint8Array): void {
    const full = this.fullCopies()
    for (let index = 0; index < this.chunkCount; index++)
      into[index] = Math.min(full + this.picker.availabilityOf(index), 0xff)
  }

  /** Copies of the rarest chunk, ours included; of a share without chunks: the peers that have it, and we. */
  rarestCopies(own: Bitfield): number {
    let rarest = this.chunkCount === 0 ? 1 : Number.POSITIVE_INFINITY
    for (let index = 0; index < this.chunkCount && rarest > 0; index++) {
      rarest = Math.min(rarest, this.picker.availabilityOf(index) + (own.has(index) ? 1 : 0))
    }
    return this.fullCopies() + rarest
  }

  private count(peer: PeerState): void {
    if (peer.have === 'all') return
    let useful = 0
    peer.have.forEachSet((index) => {
      if (this.isNeeded(index)) useful += 1
    })
    peer.usefulChunks = useful
  }

  private fullCopies(): number {
    let full = 0
    for (const peer of this.peers.values()) if (peer.have === 'all') full += 1
    return full
  }
}

function fullExcept(chunkCount: number, index: number): Bitfield {
  const have = Bitfield.full(chunkCount)
  have.clear(index)
  return have
}
