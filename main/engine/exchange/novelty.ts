/**
 * What a giver under a limit should send first: chunks that nobody has from it yet. Counts how often each was sent, and
 * says when a session's want can wait for a newer chunk of another session, and which wants it had better ask of others:
 * of what is sent twice the second copy costs as much as a chunk that nobody has, and the first receiver can pass it on. It
 * sends nothing and keeps no order among wants (upload-queue.ts). Implements SPEC [TR11].
 */
import type { Bitfield } from '../content/bitfield.ts'
import type { Session } from './session.ts'

/** A limit that made somebody wait this recently is what holds us back, in ms; who waits says so every 250 ms. */
const LIMITED_MS = 300
/** Chunks looked at for one that was never sent; what is not found among them is not there, and nobody is sent away. */
const MAX_SCAN = 1_024
/** Wants that one session was sent away with; beyond, it is sent away no more. */
const MAX_REFERRED = 4_096

export class Novelty {
  /** How often each chunk was sent or began to be; saturates. */
  private counts = new Uint16Array(0)
  /** No chunk below it is unsent. */
  private firstUnsent = 0
  private limitedAtMs = Number.NEGATIVE_INFINITY
  /** Sessions that stand in line at a limit now. */
  private inLine = 0
  /** Each chunk once: who comes back for it gets it. */
  private readonly referred = new WeakMap<Session, Set<number>>()

  reset(chunkCount: number): void {
    // A download that has become a seed serves the same chunks from other files: what was sent stays sent.
    if (this.counts.length === chunkCount) return
    this.counts = new Uint16Array(chunkCount)
    this.firstUnsent = 0
  }

  readonly times = (index: number): number => this.counts[index] ?? 0

  began(index: number): void {
    this.counts[index] = Math.min(this.times(index) + 1, 0xffff)
  }

  /** It was cancelled before its end. */
  undone(index: number): void {
    const times = this.times(index) - 1
    if (times < 0) return
    this.counts[index] = times
    if (times === 0) this.firstUnsent = Math.min(this.firstUnsent, index)
  }

  /** A limit made somebody wait. */
  limited(nowMs: number): void {
    this.limitedAtMs = nowMs
  }

  async inTurn(turn: Promise<void>): Promise<void> {
    this.inLine += 1
    await turn
    this.inLine -= 1
  }

  /** All the session's wants were sent before, and somebody else gets or awaits what nobody had. */
  shouldYield(session: Session, active: Iterable<Session>, nowMs: number): boolean {
    if (session.theyAreChoked || !this.isHeldBack(nowMs)) return false
    if ((session.wants.best(this.times)?.times ?? 0) === 0) return false
    for (const other of active) {
      if (other === session) continue
      if (other.wants.best(this.times)?.times === 0) return true
      for (const index of other.serving.keys()) if (this.times(index) === 1) return true
    }
    return false
  }

  /**
   * Wants of the session to be rejected with ELSEWHERE: another session has the chunk or is getting it, and there is
   * something that nobody was sent and that this peer does not have.
   */
  refer(session: Session, others: Iterable<Session>, ours: Bitfield, nowMs: number): number[] {
    if (session.theyAreChoked || session.have === undefined || !this.isHeldBack(nowMs)) return []
    const before = this.referred.get(session) ?? new Set<number>()
    const sent = session.wants
      .sentBefore(this.times)
      .filter((index) => !before.has(index) && !session.serving.has(index))
    if (sent.length === 0 || before.size >= MAX_REFERRED || !this.hasUnsentFor(session.have, ours)) return []
    const known = [...others].filter((other) => other !== session && !other.ended)
    const elsewhere = sent.filter((index) => known.some((other) => hasOrGets(other, index)))
    for (const index of elsewhere) before.add(index)
    this.referred.set(session, before)
    return elsewhere
  }

  private isHeldBack(nowMs: number): boolean {
    return this.inLine > 0 || nowMs - this.limitedAtMs <= LIMITED_MS
  }

  private hasUnsentFor(theirs: Bitfield | 'all', ours: Bitfield): boolean {
    if (theirs === 'all') return false
    const { length } = this.counts
    while (this.firstUnsent < length && this.times(this.firstUnsent) > 0) this.firstUnsent += 1
    const end = Math.min(this.firstUnsent + MAX_SCAN, length)
    for (let index = this.firstUnsent; index < end; index++) {
      if (this.times(index) === 0 && ours.has(index) && !theirs.has(index)) return true
    }
    return false
  }
}

function hasOrGets(session: Session, index: number): boolean {
  if (session.serving.get(index) === false) return true
  return session.have !== undefined && (session.have === 'all' || session.have.has(index))
}
