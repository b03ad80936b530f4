/**
 * The state of every chunk of a download: not wanted, missing, requested (of whom), received, had; and the transitions
 * between them, which keep the picker to exactly those chunks that may be asked for. It does not choose peers or chunks.
 * Memory: a bit per chunk and state, and what is in flight. Implements SPEC [TR4] and [TR9].
 */
import { Bitfield } from '../content/bitfield.ts'
import type { ChunkPicker } from './chunk-picker.ts'
import type { ChunkTap } from './chunk-tap.ts'
import type { PeerState } from './peer-state.ts'

/** Refusals remembered; beyond, all are forgotten: it is a thing to show, nothing is decided by it. */
const MAX_REJECTED = 65_536

export class ChunkStates {
  readonly have: Bitfield
  readonly wanted: Bitfield
  /** Wanted chunks not yet held. */
  missing = 0
  /** Chunks that are asked of more than one peer. */
  askedTwice = 0
  /** Told of what happens to single chunks. */
  tap: ChunkTap | undefined
  private readonly picker: ChunkPicker
  private readonly chunkLength: (index: number) => number
  /** Peers each requested chunk was asked of: one, in endgame two, and suspects. */
  private readonly holders = new Map<number, PeerState[]>()
  /** Received whole, being verified and written. */
  private readonly received = new Set<number>()
  /** Asked of a peer that left, choked us or fell silent: asked of others before anything else. At most what was in flight. */
  private readonly returned = new Set<number>()

  /** What came last was wrong, or the request was refused; until asked for again. */
  private readonly rejected = new Set<number>()

  constructor(have: Bitfield, picker: ChunkPicker, chunkLength: (index: number) => number) {
    this.have = have
    this.wanted = new Bitfield(have.length)
    this.picker = picker
    this.chunkLength = chunkLength
  }

  needs(index: number): boolean {
    return this.wanted.has(index) && !this.have.has(index)
  }

  holdersOf(index: number): readonly PeerState[] {
    return this.holders.get(index) ?? []
  }

  /** Asked for, or here and being verified and written. */
  isInFlight(index: number): boolean {
    return this.holders.has(index) || this.received.has(index)
  }

  wasRejected(index: number): boolean {
    return this.rejected.has(index)
  }

  get requested(): number[] {
    return [...this.holders.keys()]
  }

  /** Returns whom it was asked of and is not any more. */
  setWanted(index: number, wanted: boolean, nowMs: number): readonly PeerState[] {
    if (wanted === this.wanted.has(index)) return []
    if (!this.have.has(index)) this.missing += wanted ? 1 : -1
    if (wanted) {
      this.wanted.set(index)
      this.offer(index)
      return []
    }
    this.wanted.clear(index)
    this.picker.remove(index)
    return this.release(index, nowMs)
  }

  /** missing -> requested. */
  request(peer: PeerState, index: number, nowMs: number): void {
    this.picker.remove(index)
    this.returned.delete(index)
    this.rejected.delete(index)
    peer.ask(index, this.chunkLength(index), nowMs)
    const holders = this.holders.get(index)
    if (holders === undefined) this.holders.set(index, [peer])
    else if (holders.push(peer) === 2) this.askedTwice += 1
    this.tap?.observer?.moved('down', 'asked', peer.key, index)
  }

  /** Takes one request back from one peer: requested -> missing, unless it is asked of another too. */
  forget(peer: PeerState, index: number, nowMs: number): boolean {
    this.drop(peer, index, nowMs, 'cancelled')
    return this.offer(index)
  }

  /** The peer does not give it: requested -> missing. `broken`: its copy is; else it is only busy, or lacks it. */
  refused(peer: PeerState, index: number, nowMs: number, broken: boolean): void {
    if (broken) this.reject(index)
    this.drop(peer, index, nowMs, 'rejected')
    this.offer(index)
  }

  /** All that was asked of the peer is missing again, and urgent. Returns how much that was. */
  giveBack(peer: PeerState, nowMs: number): number {
    const indices = [...peer.requests.keys()]
    for (const index of indices) if (this.forget(peer, index, nowMs)) this.returned.add(index)
    return indices.length
  }

  /** The peer fell silent (or was heard again): what was asked of it may (not) be asked of others too. */
  doubt(peer: PeerState): void {
    for (const index of peer.requests.keys()) {
      if (!peer.suspect) this.picker.remove(index)
      else if (this.offer(index)) this.returned.add(index)
    }
  }

  /** Takes a chunk back from everybody it was asked of. */
  release(index: number, nowMs: number, unless?: string): readonly PeerState[] {
    const holders = this.holdersOf(index)
    for (const holder of holders) this.drop(holder, index, nowMs, holder.key === unless ? undefined : 'cancelled')
    return holders
  }

  /** requested -> received. Returns whom it was asked of. `by`: who brought it. */
  arrived(index: number, nowMs: number, by?: string): readonly PeerState[] {
    const holders = this.release(index, nowMs, by)
    this.picker.remove(index)
    this.received.add(index)
    return holders
  }

  /** received -> had. True when that is one fewer missing. */
  written(index: number): boolean {
    this.received.delete(index)
    this.rejected.delete(index)
    this.tap?.observer?.touched(index)
    if (!this.have.set(index) || !this.wanted.has(index)) return false
    this.missing -= 1
    return true
  }

  /** received -> missing. */
  discarded(index: number, corrupt = false): void {
    this.received.delete(index)
    if (corrupt) this.reject(index)
    this.tap?.observer?.touched(index)
    this.offer(index)
  }

  /** had -> missing. True when that is one more missing. */
  lost(index: number): boolean {
    if (!this.have.clear(index) || !this.wanted.has(index)) return false
    this.missing += 1
    this.tap?.observer?.touched(index)
    this.offer(index)
    return true
  }

  /** Pickable: needed, not being verified, asked of nobody (or of suspects only). */
  offer(index: number): boolean {
    const free = this.holdersOf(index).every((holder) => holder.suspect)
    if (!free || !this.needs(index) || this.received.has(index)) return false
    this.picker.add(index)
    return true
  }

  /** What to ask the peer for next: of the chunks that came back, then the picker's choice. */
  next(peer: PeerState, nowMs: number): number | undefined {
    const { additions } = this.picker
    if (peer.nothingAtAdditions === additions) return undefined
    const found = this.firstReturned(peer, nowMs) ?? this.picker.pick((index) => peer.offers(index, nowMs))
    if (found === undefined && !peer.hasRefused) peer.nothingAtAdditions = additions
    return found
  }

  private firstReturned(peer: PeerState, nowMs: number): number | undefined {
    for (const index of this.returned) {
      if (!this.picker.isPickable(index)) this.returned.delete(index)
      else if (peer.offers(index, nowMs)) return index
    }
    return undefined
  }

  private reject(index: number): void {
    if (this.rejected.size >= MAX_REJECTED) this.rejected.clear()
    this.rejected.add(index)
  }

  /** `told`: what it looks like to those who watch; undefined: something else tells them. */
  private drop(peer: PeerState, index: number, nowMs: number, told: 'cancelled' | 'rejected' | undefined): void {
    if (!peer.requests.has(index)) return
    if (told === undefined) this.tap?.observer?.touched(index)
    else this.tap?.observer?.moved('down', told, peer.key, index)
    peer.unask(index, this.chunkLength(index), nowMs)
    const rest = this.holdersOf(index).filter((holder) => holder !== peer)
    if (rest.length === 1) this.askedTwice -= 1
    if (rest.length > 0) this.holders.set(index, rest)
    else this.holders.delete(index)
  }
}
