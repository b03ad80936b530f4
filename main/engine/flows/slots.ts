/** Deals the upload slots of this node to the interested peers of all shares, regularly and when somebody comes or goes. */

import type { Clock } from '../exchange/ports.ts'
import type { Session } from '../exchange/session.ts'
import { type Candidate, DEFAULT_UPLOAD_SLOTS, dealSlots, RECHOKE_MS, type Slots } from '../swarm/choker.ts'
import { weightOf } from '../swarm/priority.ts'
import type { Share } from './share.ts'

/** Changes within this time are dealt with together, in ms. */
const GATHER_MS = 5

export class SlotDealer {
  private readonly clock: Clock
  private readonly shares: () => Iterable<Share>
  private slots: Slots = { unchoke: new Set(), optimistic: undefined }
  private cancelSoon: (() => void) | undefined
  private cancel = () => {}
  private slotCount: number

  constructor(clock: Clock, shares: () => Iterable<Share>, count = DEFAULT_UPLOAD_SLOTS) {
    this.clock = clock
    this.shares = shares
    this.slotCount = count
  }

  get count(): number {
    return this.slotCount
  }

  /** Another number of slots, dealt at once. */
  setCount(count: number): void {
    if (count === this.slotCount) return
    this.slotCount = count
    this.changed()
  }

  start(): void {
    const again = () => {
      this.cancel = this.clock.after(RECHOKE_MS, again)
      this.deal()
    }
    this.cancel = this.clock.after(RECHOKE_MS, again)
  }

  stop(): void {
    this.cancel()
    this.cancelSoon?.()
  }

  /** Somebody became interested, or a slot was given back. */
  changed(): void {
    this.cancelSoon ??= this.clock.after(GATHER_MS, () => {
      this.cancelSoon = undefined
      this.deal()
    })
  }

  private deal(): void {
    const nowMs = this.clock.now()
    const candidates: Candidate[] = []
    const sessions: [string, Session, boolean][] = []
    for (const share of this.shares()) {
      for (const session of share.exchange.sessions.values()) {
        const key = `${share.key} ${session.remote}`
        const eligible = session.theyAreInterested && share.exchange.isServing && session.isOpen
        sessions.push([key, session, eligible])
        if (!eligible) continue
        candidates.push({
          key,
          givesBytesPerSecond: session.down.rate(nowMs),
          unchokedAtMs: session.unchokedAtMs,
          waitingSinceMs: session.waitingSinceMs,
          isBarren: session.isBarren,
          weight: weightOf(share.row.priority),
        })
      }
    }
    this.slots = dealSlots(candidates, this.slotCount, this.slots.optimistic, nowMs, Math.random)
    for (const [key, session, eligible] of sessions) session.setChoked(!eligible || !this.slots.unchoke.has(key), nowMs)
  }
}
