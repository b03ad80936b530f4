/**
 * Asking: turns the download's plans into Want, Cancel and Interest frames, one session at a time, within the bandwidth
 * limits and only while what arrives can be written. It decides nothing about chunks (download.ts) and sends no more than
 * one Want for many chunks where it can. Implements SPEC [EX8], [TR3], [TR7] and [TR15].
 */
import type { FairMember, FairQueue } from '../swarm/fair-queue.ts'
import { type TokenBucket, takeFrom } from '../swarm/token-bucket.ts'
import type { ChunkTap } from '../transfer/chunk-tap.ts'
import type { Download, Want } from '../transfer/download.ts'
import type { ChunkIntake } from './chunk-intake.ts'
import type { Clock, ShareContent } from './ports.ts'
import type { Session } from './session.ts'
import type { StallWatch } from './stall-watch.ts'

export interface RequesterDeps {
  readonly clock: Clock
  readonly sessions: ReadonlyMap<string, Session>
  readonly intake: ChunkIntake
  readonly stalls: StallWatch
  readonly downBuckets: readonly TokenBucket[]
  /** Turns at the limit that this share has in common with others; absent: it has none in common. */
  readonly downQueue?: FairQueue
  /** Its part of that limit, in proportion. */
  weight?(): number
  readonly tap?: ChunkTap
}

export class Requester {
  private readonly deps: RequesterDeps
  private turn: FairMember | undefined
  private content: ShareContent | undefined
  private current: Download | undefined
  /** When the limit was last spent on a session; one entry for each that is open. */
  private readonly paidAtMs = new WeakMap<Session, number>()

  constructor(deps: RequesterDeps) {
    this.deps = deps
  }

  get download(): Download | undefined {
    return this.current
  }

  setContent(content: ShareContent, download: Download): void {
    this.content = content
    this.current = download
    download.chunks.tap = this.deps.tap
  }

  fillAll(): void {
    for (const session of this.inTurn()) {
      this.updateInterest(session)
      this.ask(session)
    }
  }

  /** There is room at this peer. Under a limit others may have waited longer for what it leaves. */
  fill(session: Session): void {
    if (this.isLimited()) this.fillAll()
    else this.ask(session)
  }

  /** Under a limit whoever is asked first takes all there is: then whoever was paid longest ago comes first [TR15]. */
  private inTurn(): Iterable<Session> {
    const sessions = this.deps.sessions.values()
    if (!this.isLimited()) return sessions
    return [...sessions].sort((a, b) => (this.paidAtMs.get(a) ?? 0) - (this.paidAtMs.get(b) ?? 0))
  }

  private isLimited(): boolean {
    return this.deps.downBuckets.some((bucket) => bucket.rate !== undefined)
  }

  private ask(session: Session): void {
    const download = this.current
    const { clock, intake, stalls } = this.deps
    if (download === undefined || !download.running || session.ended || intake.isFull) return
    const nowMs = clock.now()
    const state = download.peer(session.remote)
    if (state === undefined) return
    const limited = this.isLimited()
    if (limited && this.turn !== undefined && download.wouldAsk(session.remote, nowMs)) {
      if (!this.isHeldUp(nowMs)) this.turn.letOthers()
      this.standInLine(session, download, nowMs)
    }
    const allowance = this.allowance(nowMs)
    if (allowance === 0) return
    if (session.roundTripMs !== undefined) state.roundTripMs = session.roundTripMs
    if (state.requests.size === 0) stalls.asked(session.remote, nowMs)
    // Under a limit the bytes asked for are paid in advance; the last chunk may run into debt, which is waited off.
    const plan = download.fill(session.remote, nowMs, allowance)
    // As one: who is in line loses no turn to a plan of many chunks.
    if (limited && plan.wants.length > 0) this.paidAtMs.set(session, nowMs)
    if (limited) this.pay(this.bytesOf(plan.wants), nowMs)
    if (limited) this.standInLine(session, download, nowMs)
    this.cancel(plan.cancels)
    session.want(plan.wants.map((want) => want.index))
  }

  cancel(cancels: readonly Want[]): void {
    const byPeer = new Map<string, number[]>()
    for (const { peer, index } of cancels) {
      const list = byPeer.get(peer)
      if (list === undefined) byPeer.set(peer, [index])
      else list.push(index)
    }
    for (const [peer, indices] of byPeer) this.deps.sessions.get(peer)?.cancel(indices)
  }

  updateInterest(session: Session): void {
    if (!session.isOpen || this.current === undefined) return
    const interested = this.current.isInterestedIn(session.remote)
    session.setInterest(interested, interested ? this.pace() : 0)
  }

  /** From here on it takes turns with other shares. */
  begin(): void {
    this.turn ??= this.deps.downQueue?.join(() => this.fillAll(), this.deps.weight)
  }

  end(): void {
    this.turn?.leave()
    this.turn = undefined
    this.deps.intake.pool.empty()
  }

  /** It wants more, and others have left nothing, or it has taken all: whoever comes next lets it take first if it had less. */
  private standInLine(session: Session, download: Download, nowMs: number): void {
    if (this.isHeldUp(nowMs) && download.wouldAsk(session.remote, nowMs)) this.turn?.waits()
  }

  /** By the limit that it has in common with others, and by no limit of its own. */
  private isHeldUp(nowMs: number): boolean {
    const [common, ...own] = this.deps.downBuckets
    return common?.available(nowMs) === 0 && own.every((bucket) => bucket.available(nowMs) > 0)
  }

  private allowance(nowMs: number): number {
    let allowance = Number.POSITIVE_INFINITY
    for (const bucket of this.deps.downBuckets) allowance = Math.min(allowance, bucket.available(nowMs))
    return allowance
  }

  private bytesOf(wants: readonly Want[]): number {
    return wants.reduce((sum, { index }) => sum + (this.content?.chunkLength(index) ?? 0), 0)
  }

  private pay(bytes: number, nowMs: number): void {
    if (bytes === 0) return
    takeFrom(this.deps.downBuckets, bytes, nowMs)
    this.turn?.took(bytes)
  }

  /** What each giver may send us so that all together keep to the limit; 0: no limit. */
  private pace(): number {
    let limit = Number.POSITIVE_INFINITY
    for (const bucket of this.deps.downBuckets) limit = Math.min(limit, bucket.rate ?? Number.POSITIVE_INFINITY)
    if (limit === Number.POSITIVE_INFINITY) return 0
    let givers = 0
    for (const state of this.current?.peerStates() ?? []) if (state.requests.size > 0) givers += 1
    return Math.max(Math.round(limit / Math.max(givers, 1)), 1)
  }
}
