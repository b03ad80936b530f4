/**
 * A download as a state machine over chunks: missing -> requested -> received -> have. Pure: facts and `nowMs` come in,
 * requests and cancels come out; no sockets, files or clocks.
 *
 * Who asks whom: rarest first (chunk-picker.ts), per-peer window (request-window.ts). When a peer has room but nothing
 * is left to pick, it takes over chunks that would arrive much later where they were asked: not begun there, they are
 * moved; begun, they are asked twice (endgame), and the copy that loses is cancelled. Chunks of a peer that chokes us,
 * leaves or falls silent go back at once. Bytes reach nobody from here: the caller verifies and writes.
 * Implements SPEC chapter TR.
 */
import { Bitfield } from '../content/bitfield.ts'
import { ChunkPicker } from './chunk-picker.ts'
import { PeerState } from './peer-state.ts'
import { MAX_WINDOW_REQUESTS } from './request-window.ts'

/** A peer that refused a chunk is not asked for it again before this, in ms. */
const REFUSAL_MS = 5_000
/** Refusals remembered per peer; beyond, all are forgotten and may be asked (and refused) again. */
const REFUSALS_MAX = 65_536
/** A chunk is taken over only where that brings it clearly sooner: by this factor and this many ms. */
const TAKEOVER_FACTOR = 2
const TAKEOVER_MARGIN_MS = 200
/** A chunk not begun this long after it was asked for is late whatever the peer's speed says, in ms. */
const OVERDUE_MS = 15_000
/** Takeovers look at everything in flight: at most this often per peer, in ms. */
const TAKEOVER_PAUSE_MS = 20
/** Peers that one chunk may be asked of at once. */
const MAX_HOLDERS = 2

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
  private readonly wanted: Bitfield
  private readonly picker: ChunkPicker
  private readonly peers = new Map<string, PeerState>()
  /** Peers each requested chunk was asked of; 1 or MAX_HOLDERS of them. */
  private readonly holders = new Map<number, PeerState[]>()
  /** Received whole, being verified and written. */
  private readonly received = new Set<number>()
  private missingWanted = 0
  private active = false

  constructor(facts: DownloadFacts, have: Bitfield) {
    this.facts = facts
    this.have = have
    this.wanted = new Bitfield(facts.chunkCount)
    this.picker = new ChunkPicker(facts.chunkCount, facts.random)
  }

  /** Wanted chunks not yet held. */
  get missing(): number {
    return this.missingWanted
  }

  get isComplete(): boolean {
    return this.missingWanted === 0
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
    return this.wanted.has(index)
  }

  /** Peers the chunk is asked of now. */
  askedOf(index: number): readonly string[] {
    return this.holders.get(index)?.map((peer) => peer.key) ?? []
  }

  /** Copies of a chunk among peers, without our own. */
  copies(index: number): number {
    return this.fullCopies() + this.picker.availabilityOf(index)
  }

  /** Copies of the rarest chunk, ours included: the share's availability. */
  rarestCopies(): number {
    let rarest = Number.POSITIVE_INFINITY
    for (let index = 0; index < this.facts.chunkCount && rarest > 0; index++) {
      rarest = Math.min(rarest, this.picker.availabilityOf(index) + (this.have.has(index) ? 1 : 0))
    }
    return this.fullCopies() + (rarest === Number.POSITIVE_INFINITY ? 1 : rarest)
  }

  /** Replaces what is wanted; requests for chunks no longer wanted are cancelled. */
  want(indices: Iterable<number>, nowMs: number): Want[] {
    const next = new Bitfield(this.facts.chunkCount)
    for (const index of indices) next.set(index)
    const cancels: Want[] = []
    this.missingWanted = 0
    for (let index = 0; index < this.facts.chunkCount; index++) {
      const wanted = next.has(index)
      const wasWanted = this.wanted.has(index)
      if (wanted && !this.have.has(index)) this.missingWanted += 1
      if (wanted === wasWanted) continue
      if (wanted) {
        this.wanted.set(index)
        this.offerToPicker(index)
      } else {
        this.wanted.clear(index)
        this.picker.remove(index)
        cancels.push(...this.release(index, nowMs))
      }
    }
    return cancels
  }

  start(): void {
    this.active = true
  }

  /** Pause: everything asked is cancelled and becomes missing again. */
  stop(nowMs: number): Want[] {
    this.active = false
    const cancels: Want[] = []
    for (const index of [...this.holders.keys()]) {
      cancels.push(...this.release(index, nowMs))
      this.offerToPicker(index)
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
    const lost = this.dropRequests(peer, nowMs)
    if (peer.have !== 'all') for (const index of indicesOf(peer.have)) this.picker.adjust(index, -1)
    this.peers.delete(key)
    return lost
  }

  /** The peer holds exactly these chunks. */
  peerHas(key: string, have: Bitfield | 'all'): void {
    const peer = this.peers.get(key)
    if (peer === undefined) return
    if (peer.have !== 'all') for (const index of indicesOf(peer.have)) this.picker.adjust(index, -1)
    peer.have = have !== 'all' && have.isFull ? 'all' : have
    if (peer.have !== 'all') for (const index of indicesOf(peer.have)) this.picker.adjust(index, 1)
  }

  /** The peer now holds one chunk more. */
  peerGained(key: string, index: number): void {
    const peer = this.peers.get(key)
    if (peer === undefined || peer.have === 'all') return
    if (!peer.have.set(index)) return
    this.picker.adjust(index, 1)
    if (peer.have.isFull) this.peerHas(key, 'all')
  }

  /** Does the peer hold anything we still want? */
  isInterestedIn(key: string): boolean {
    const peer = this.peers.get(key)
    if (peer === undefined || this.missingWanted === 0 || !this.active) return false
    if (peer.have === 'all') return true
    for (const index of indicesOf(peer.have)) if (this.wanted.has(index) && !this.have.has(index)) return true
    return false
  }

  /** Choked: everything asked of it is missing again. Returns how many chunks that were. */
  choke(key: string, choked: boolean, nowMs: number): number {
    const peer = this.peers.get(key)
    if (peer === undefined) return 0
    peer.choked = choked
    return choked ? this.dropRequests(peer, nowMs) : 0
  }

  /** Suspected: nothing more is asked of it; what was asked stays valid but may be asked elsewhere too. */
  suspect(key: string, suspected: boolean): void {
    const peer = this.peers.get(key)
    if (peer !== undefined) peer.suspect = suspected
  }

  /** The peer refused a chunk that was asked of it. */
  refused(key: string, index: number, nowMs: number): void {
    const peer = this.peers.get(key)
    if (peer === undefined || !peer.requests.has(index)) return
    this.avoid(key, index, nowMs + REFUSAL_MS)
    this.forget(peer, index, nowMs)
  }

  /** Chunk `index` is not asked of this peer before `untilMs`. */
  avoid(key: string, index: number, untilMs: number): void {
    const peer = this.peers.get(key)
    if (peer === undefined) return
    if (peer.refusedUntilMs.size >= REFUSALS_MAX) peer.refusedUntilMs.clear()
    peer.refusedUntilMs.set(index, untilMs)
  }

  /** Was chunk `index` asked of this peer? Pieces of others are not wanted. */
  isAskedOf(key: string, index: number): boolean {
    return this.peers.get(key)?.requests.has(index) ?? false
  }

  /** A part of a requested chunk arrived. */
  progress(key: string, index: number, bytes: number, nowMs: number): void {
    this.peers.get(key)?.progress(index, bytes, nowMs)
  }

  /** requested -> received: all its bytes are here. Others it was asked of are to be told. */
  receivedWhole(key: string, index: number, nowMs: number): Want[] {
    const cancels = this.release(index, nowMs).filter((want) => want.peer !== key)
    this.received.add(index)
    return cancels
  }

  /** received -> have: verified and written. */
  verified(key: string, index: number): void {
    this.received.delete(index)
    if (this.have.set(index) && this.wanted.has(index)) this.missingWanted -= 1
    const peer = this.peers.get(key)
    if (peer !== undefined) peer.goodChunks += 1
  }

  /** received -> missing: wrong bytes (the peer is to blame) or a write that failed (nobody is). */
  discarded(key: string, index: number, corrupt: boolean): void {
    this.received.delete(index)
    this.offerToPicker(index)
    const peer = this.peers.get(key)
    if (corrupt && peer !== undefined) peer.badChunks += 1
  }

  /** A chunk that was held turns out not to be (its file was damaged on disk). */
  lost(index: number): void {
    if (!this.have.has(index)) return
    this.have.clear(index)
    if (this.wanted.has(index)) this.missingWanted += 1
    this.offerToPicker(index)
  }

  /** What to ask of one peer now. `allowance` bytes at most may be asked (bandwidth limit). */
  fill(key: string, nowMs: number, allowance = Number.POSITIVE_INFINITY): Plan {
    const plan: Plan = { wants: [], cancels: [] }
    const peer = this.peers.get(key)
    if (peer === undefined || !this.active) return plan
    let left = allowance
    while (left > 0 && peer.hasRoom(nowMs)) {
      const picked = this.picker.pick((index) => peer.offers(index, nowMs))
      if (picked === undefined) break
      this.request(peer, picked, nowMs, plan)
      left -= this.facts.chunkLength(picked)
    }
    if (left > 0 && peer.hasRoom(nowMs)) this.takeOver(peer, nowMs, left, plan)
    return plan
  }

  /** For tests and pictures: peers in joining order. */
  peerStates(): Iterable<PeerState> {
    return this.peers.values()
  }

  /**
   * The peer is idle although chunks are missing: all that it could bring is asked elsewhere. Take the ones that would
   * arrive latest, where this peer brings them clearly sooner.
   */
  private takeOver(peer: PeerState, nowMs: number, allowance: number, plan: Plan): void {
    if (this.holders.size === 0 || nowMs - peer.takeOverAtMs < TAKEOVER_PAUSE_MS) return
    peer.takeOverAtMs = nowMs
    const late: { index: number; holder: PeerState; dueMs: number }[] = []
    for (const other of this.peers.values()) {
      if (other === peer) continue
      let aheadBytes = 0
      let seen = 0
      for (const [index, request] of other.requests) {
        aheadBytes += this.facts.chunkLength(index) - request.receivedBytes
        if (++seen > MAX_WINDOW_REQUESTS) break
        if ((this.holders.get(index)?.length ?? 0) >= MAX_HOLDERS || !peer.offers(index, nowMs)) continue
        const overdue = request.receivedBytes === 0 && nowMs - request.askedAtMs > OVERDUE_MS
        const dueMs = other.suspect || overdue ? Number.POSITIVE_INFINITY : other.arrivalMs(aheadBytes - other.queuedBytes, nowMs)
        late.push({ index, holder: other, dueMs })
      }
    }
    late.sort((a, b) => b.dueMs - a.dueMs)
    let left = allowance
    for (const { index, holder, dueMs } of late) {
      if (left <= 0 || !peer.hasRoom(nowMs)) return
      if (dueMs < peer.arrivalMs(this.facts.chunkLength(index), nowMs) * TAKEOVER_FACTOR + TAKEOVER_MARGIN_MS) return
      if (!holder.requests.has(index) || peer.requests.has(index)) continue
      const begun = (holder.requests.get(index)?.receivedBytes ?? 0) > 0
      if (!begun && !holder.suspect) {
        this.dropRequest(holder, index, nowMs)
        plan.cancels.push({ peer: holder.key, index })
      }
      this.request(peer, index, nowMs, plan)
      left -= this.facts.chunkLength(index)
    }
  }

  private request(peer: PeerState, index: number, nowMs: number, plan: Plan): void {
    this.picker.remove(index)
    peer.ask(index, this.facts.chunkLength(index), nowMs)
    const holders = this.holders.get(index)
    if (holders === undefined) this.holders.set(index, [peer])
    else holders.push(peer)
    plan.wants.push({ peer: peer.key, index })
  }

  /** Takes one request back from one peer; the chunk may still be asked of another. */
  private dropRequest(peer: PeerState, index: number, nowMs: number): void {
    if (!peer.requests.has(index)) return
    peer.unask(index, this.facts.chunkLength(index), nowMs)
    const rest = (this.holders.get(index) ?? []).filter((holder) => holder !== peer)
    if (rest.length > 0) this.holders.set(index, rest)
    else this.holders.delete(index)
  }

  private forget(peer: PeerState, index: number, nowMs: number): void {
    this.dropRequest(peer, index, nowMs)
    this.offerToPicker(index)
  }

  private dropRequests(peer: PeerState, nowMs: number): number {
    const indices = [...peer.requests.keys()]
    for (const index of indices) this.forget(peer, index, nowMs)
    return indices.length
  }

  /** Takes a chunk back from everybody. */
  private release(index: number, nowMs: number): Want[] {
    const holders = this.holders.get(index) ?? []
    for (const holder of holders) this.dropRequest(holder, index, nowMs)
    return holders.map((holder) => ({ peer: holder.key, index }))
  }

  private fullCopies(): number {
    let full = 0
    for (const peer of this.peers.values()) if (peer.have === 'all') full += 1
    return full
  }

  /** Pickable: wanted, missing, asked of nobody, not being verified. */
  private offerToPicker(index: number): void {
    if (this.wanted.has(index) && !this.have.has(index) && !this.holders.has(index) && !this.received.has(index)) this.picker.add(index)
  }
}

function* indicesOf(have: Bitfield): Generator<number> {
  for (let index = 0; index < have.length; index++) if (have.has(index)) yield index
}
