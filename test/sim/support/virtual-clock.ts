/** Virtual time: nothing waits, events happen in the order of their times, promises settle between two events. */
import type { Clock } from '../../../main/engine/exchange/ports.ts'

interface Event {
  readonly atMs: number
  readonly order: number
  callback: (() => void) | undefined
}

export class VirtualClock implements Clock {
  private nowMs = 0
  private order = 0
  private readonly heap: Event[] = []

  now(): number {
    return this.nowMs
  }

  after(ms: number, callback: () => void): () => void {
    const event: Event = { atMs: this.nowMs + Math.max(ms, 0), order: this.order++, callback }
    this.push(event)
    return () => {
      event.callback = undefined
    }
  }

  every(ms: number, callback: () => void): () => void {
    let stopped = false
    const again = () => {
      if (stopped) return
      callback()
      this.after(ms, again)
    }
    this.after(ms, again)
    return () => {
      stopped = true
    }
  }

  /** Runs events until `done()` or until virtual time passes `limitMs`. Returns the virtual time. */
  async run(done: () => boolean, limitMs: number): Promise<number> {
    for (;;) {
      await settle()
      if (done()) return this.nowMs
      const event = this.pop()
      if (event === undefined || event.atMs > limitMs) throw new Error(`not done after ${limitMs} ms of virtual time`)
      this.nowMs = event.atMs
      event.callback?.()
    }
  }

  private push(event: Event): void {
    const { heap } = this
    heap.push(event)
    let at = heap.length - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(event, heap[parent])) break
      heap[at] = heap[parent] as Event
      at = parent
    }
    heap[at] = event
  }

  private pop(): Event | undefined {
    const { heap } = this
    const top = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Event, heap[child])) child += 1
      if (!before(heap[child] as Event, last)) break
      heap[at] = heap[child] as Event
      at = child
    }
    heap[at] = last
    return top
  }
}

function before(a: Event, b: Event | undefined): boolean {
  return b === undefined || a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)
}

/** Lets promise reactions run; chains here are short. */
async function settle(): Promise<void> {
  for (let i = 0; i < 8; i++) await undefined
}

/** mulberry32: a small seeded generator, uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
