/**
 * A download as a state machine over chunks: missing -> requested -> received -> had. Pure: facts and `nowMs` come in,
 * requests and cancels come out; no sockets, files or clocks.
 *
 * Who is asked for what: what came back from a peer that left, then rarest first (chunk-picker.ts), within a window per
 * peer (request-window.ts). When a peer has room but nothing is left to pick, it takes over chunks that would arrive much
 * later where they were asked (take-over.ts). Chunks of a peer that chokes us or leaves are missing again at once; those
 * of a suspect are asked elsewhere too, and whoever is first wins. Bytes reach nobody from here: the caller verifies and
 * writes. Implements SPEC [TR1] to [TR9].
 */
import { Bitfield } from '../content/bitfield.ts'
import { ChunkPicker } from './chunk-picker.ts'
import { ChunkStates } from './chunk-states.ts'
import { Holdings } from './holdings.ts'
import { inFlight, LineEstimate } from './line-estimate.ts'
import { PeerState } from './peer-state.ts'
import { isClearlySooner, lateChunks, MAX_ASKED_TWICE } from './take-over.ts'

/** Takeovers look at everything in flight: at most this often per peer, in ms. */
const TAKEOVER_PAUSE_MS = 20

export interface Want {
  readonly peer: string
  readonly index: number
}

export interface Plan {
  readonly wants: Want[]
  readonly cancels: Want[]
}

export interface DownloadFacts {
  readonly chunkCount: number
  chunkLength(index: number): number
  /** Uniform in [0, 1). */
  random(): number
}

export class Download {
  readonly have: Bitfield
  private readonly facts: DownloadFacts
  private readonly picker: ChunkPicker
  readonly chunks: ChunkStates
  private readonly peers = new Map<string, PeerState>()
  readonly holdings: Holdings
  private readonly line = new LineEstimate()
  private active = false

  /** @param have what is on disk and verified; kept up to date by this class from now on */
  constructor(facts: DownloadFacts, have: Bitfield) {
    this.facts = facts
    this.have = have
    this.picker = new ChunkPicker(facts.chunkCount, () => facts.random())
    this.chunks = new ChunkStates(have, this.picker, (index) => facts.chunkLength(index))
    this.holdings = new Holdings(facts.chunkCount, this.peers, this.picker, (index) => this.chunks.needs(index))
  }

  /** Wanted chunks not yet held. */
  get missing(): number {
    return this.chunks.missing
  }

  get isComplete(): boolean {
    return this.chunks.missing === 0
  }

  get running(): boolean {
    return this.active
  }

  set sequential(value: boolean) {
    this.picker.sequential = value
  }

  peer(key: string): PeerState | undefined {
    return this.peers.get(key)
  }

  isWanted(index: number): boolean {
    return this.chunks.wanted.has(index)
  }

  /** Peers the chunk is asked of now. */
  askedOf(index: number): readonly string[] {
    return this.chunks.holdersOf(index).map((peer) => peer.key)
  }

  /** Copies of a chunk among peers, without our own. */
  copies(index: number): number {
    return this.holdings.copies(index)
  }

  /** Copies of the rarest chunk, ours included: the share's availability. */
  rarestCopies(): number {
    return this.holdings.rarestCopies(this.have)
  }

  /** Replaces what is wanted; requests for chunks no longer wanted are cancelled. */
  want(indices: Iterable<number>, nowMs: number): Want[] {
    const next = new Bitfield(this.facts.chunkCount)
    for (const index of indices) next.set(index)
    const cancels: Want[] = []
    for (let index = 0; index < this.facts.chunkCount; index++) {
      for (const peer of this.chunks.setWanted(index, next.has(index), nowMs)) cancels.push({ peer: peer.key, index })
    }
    this.holdings.recount()
    return cancels
  }

  start(): void {
    this.active = true
  }

  /** Pause: everything asked is cancelled and becomes missing again. */
  stop(nowMs: number): Want[] {
    this.active = false
    const cancels: Want[] = []
    for (const index of this.chunks.requested) {
      for (const peer of this.chunks.release(index, nowMs)) cancels.push({ peer: peer.key, index })
      this.chunks.offer(index)
    }
    return cancels
  }

  addPeer(key: string): void {
    if (!this.peers.has(key)) this.peers.set(key, new PeerState(key, new Bitfield(this.facts.chunkCount)))
  }

  /** Its chunks are missing again: the next plan asks others. Returns how many were in flight. */
  removePeer(key: string, nowMs: number): number {
    const peer = this.peers.get(key)
    if (peer === undefined) return 0
    const lost = this.chunks.giveBack(peer, nowMs)
    this.holdings.withdraw(peer)
    this.peers.delete(key)
    return lost
  }

  /** The peer holds exactly these chunks. */
  peerHas(key: string, have: Bitfield | 'all'): void {
    const peer = this.peers.get(key)
    if (peer !== undefined) this.holdings.replace(peer, have)
  }

  /** The peer now holds one chunk more. */
  peerGained(key: string, index: number): void {
    const peer = this.peers.get(key)
    if (peer !== undefined) this.holdings.gained(peer, index)
  }

  /** Does the peer hold anything we still want? */
  isInterestedIn(key: string): boolean {
    const peer = this.peers.get(key)
    return peer !== undefined && this.active && this.isUseful(peer)
  }

  /** Choked: everything asked of it is missing again. Returns how many chunks that were. */
  choke(key: string, choked: boolean, nowMs: number): number {
    const peer = this.peers.get(key)
    if (peer === undefined) return 0
    peer.choked = choked
    return choked ? this.chunks.giveBack(peer, nowMs) : 0
  }

  /** Suspected: nothing more is asked of it; what was asked stays valid, and is asked elsewhere at once. */
  suspect(key: string, suspected: boolean): void {
    const peer = this.peers.get(key)
    if (peer === undefined || peer.suspect === suspected) return
    peer.suspect = suspected
    this.chunks.doubt(peer)
  }

  /** Everything asked of the peer is missing again, and it is to be told. */
  takeBack(key: string, nowMs: number): Want[] {
    const peer = this.peers.get(key)
    if (peer === undefined) return []
    const cancels = [...peer.requests.keys()].map((index) => ({ peer: key, index }))
    this.chunks.giveBack(peer, nowMs)
    return cancels
  }

  /** The peer refused a chunk that was asked of it. `held`: it holds it nevertheless; `broken`: its copy cannot be read. */
  refused(key: string, index: number, nowMs: number, { held = true, broken = false } = {}): void {
    const peer = this.peers.get(key)
    if (peer === undefined || !peer.requests.has(index)) return
    peer.refused(index, nowMs, held)
    if (!held) this.holdings.gone(peer, index)
    this.chunks.refused(peer, index, nowMs, broken)
  }

  /** Chunk `index` is not asked of this peer before `untilMs`. */
  avoid(key: string, index: number, untilMs: number): void {
    this.peers.get(key)?.avoid(index, untilMs)
  }

  /** Was chunk `index` asked of this peer? Pieces of others are not wanted. */
  isAskedOf(key: string, index: number): boolean {
    return this.peers.get(key)?.requests.has(index) ?? false
  }

  /** A part of a requested chunk arrived. */
  progress(key: string, index: number, bytes: number, nowMs: number): void {
    this.peers.get(key)?.progress(index, bytes, nowMs)
    this.line.arrived(bytes, nowMs)
  }

  /** requested -> received: all its bytes are here. Others it was asked of are to be told. */
  receivedWhole(key: string, index: number, nowMs: number): Want[] {
    const holders = this.chunks.arrived(index, nowMs, key)
    return holders.filter((peer) => peer.key !== key).map((peer) => ({ peer: peer.key, index }))
  }

  /** received -> had: verified and written. */
  verified(key: string, index: number): void {
    if (this.chunks.written(index)) this.holdings.needChanged(index, false)
    const peer = this.peers.get(key)
    if (peer !== undefined) peer.goodChunks += 1
  }

  /** received -> missing: wrong bytes (the peer is to blame) or a write that failed (nobody is). */
  discarded(key: string, index: number, corrupt: boolean): void {
    this.chunks.discarded(index, corrupt)
    const peer = this.peers.get(key)
    if (corrupt && peer !== undefined) peer.badChunks += 1
  }

  /** A chunk that was held turns out not to be (its file was damaged on disk). */
  lost(index: number): void {
    if (this.chunks.lost(index)) this.holdings.needChanged(index, true)
  }

  /** Is there room to ask something of the peer that it may have? */
  wouldAsk(key: string, nowMs: number): boolean {
    const peer = this.peers.get(key)
    return peer !== undefined && this.active && peer.isHungry(nowMs) && this.isUseful(peer)
  }

  /** What to ask of one peer now. At most `left` bytes may be asked (bandwidth limit); the last chunk may exceed them. */
  fill(key: string, nowMs: number, left = Number.POSITIVE_INFINITY): Plan {
    const plan: Plan = { wants: [], cancels: [] }
    const peer = this.peers.get(key)
    if (peer === undefined || !this.wouldAsk(key, nowMs)) return plan
    let totalRoom = this.line.roomBytes(inFlight(this.peers.values()).bytes, nowMs)
    while (left > 0 && peer.hasRoom(nowMs) && (totalRoom > 0 || peer.requests.size === 0)) {
      const picked = this.chunks.next(peer, nowMs)
      if (picked === undefined) break
      const bytes = this.request(peer, picked, nowMs, plan)
      left -= bytes
      totalRoom -= bytes
    }
    if (left > 0 && peer.hasRoom(nowMs)) this.takeOver(peer, nowMs, left, plan)
    return plan
  }

  /** In joining order. */
  peerStates(): Iterable<PeerState> {
    return this.peers.values()
  }

  /** How long all that is asked of everybody will take at the present rate, in ms; undefined while nothing comes. */
  drainMs(nowMs: number): number | undefined {
    return this.line.drainMs(inFlight(this.peers.values()).bytes, nowMs)
  }

  private takeOver(peer: PeerState, nowMs: number, allowance: number, plan: Plan): void {
    if (nowMs - peer.takeOverAtMs < TAKEOVER_PAUSE_MS) return
    peer.takeOverAtMs = nowMs
    const length = (index: number) => this.facts.chunkLength(index)
    const late = lateChunks(peer, this.peers.values(), length, (index) => this.chunks.holdersOf(index), nowMs)
    let left = allowance
    for (const { index, holder, dueMs } of late) {
      if (left <= 0 || !peer.hasRoom(nowMs)) return
      // Who has brought nothing yet is tried with one chunk; more would be taken from those who do bring something.
      if (!peer.isProven && peer.requests.size > 0) return
      const { senders } = inFlight(this.peers.values())
      const sharedMs = peer.isProven ? this.line.sharedArrivalMs(length(index), senders, nowMs) : 0
      if (!isClearlySooner(Math.max(peer.arrivalMs(length(index), nowMs), sharedMs), dueMs)) return
      const request = holder.requests.get(index)
      if (request === undefined || peer.requests.has(index)) continue
      const isBegun = request.receivedBytes > 0
      if ((isBegun || holder.suspect) && this.chunks.askedTwice >= MAX_ASKED_TWICE) continue
      if (!isBegun && !holder.suspect) {
        this.chunks.forget(holder, index, nowMs)
        plan.cancels.push({ peer: holder.key, index })
      }
      left -= this.request(peer, index, nowMs, plan)
    }
  }

  /** Returns the bytes that were asked. */
  private request(peer: PeerState, index: number, nowMs: number, plan: Plan): number {
    this.chunks.request(peer, index, nowMs)
    plan.wants.push({ peer: peer.key, index })
    return this.facts.chunkLength(index)
  }

  private isUseful(peer: PeerState): boolean {
    return peer.have === 'all' ? this.chunks.missing > 0 : peer.usefulChunks > 0
  }
}
