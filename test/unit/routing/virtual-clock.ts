/** A Clock whose time moves only when the test says so; timers due run in order, and what they start is waited for. */
import type { Clock } from '../../../main/engine/network/clock.ts'

export class VirtualClock implements Clock {
  private time: number
  private timers: { at: number; fn: () => void }[] = []

  constructor(startAt = 1_000_000) {
    this.time = startAt
  }

  now = (): number => this.time

  after = (delayMs: number, fn: () => void): (() => void) => {
    const timer = { at: this.time + Math.max(0, delayMs), fn }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((other) => other !== timer)
    }
  }

  get pending(): number {
    return this.timers.length
  }

  async advance(ms: number): Promise<void> {
    const end = this.time + ms
    await settle()
    while (true) {
      const next = this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.time = Math.max(this.time, next.at)
      this.timers = this.timers.filter((other) => other !== next)
      next.fn()
      await settle()
    }
    this.time = end
  }
}

/** Lets promises that are ready run to where they wait again. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
