/**
 * A peer's line, up or down: its links take turns in small parts, as TCP connections share a bottleneck. So a peer that
 * sends to nine others is heard by each of them all the time, and a small frame waits only for its own link.
 */
import type { VirtualClock } from './virtual-clock.ts'

/** Bytes of one turn: a handful of packets; on fast lines what 5 ms bring, to keep events few. */
const QUANTUM_BYTES = 8 * 1024
const QUANTUM_MS = 5

interface Part {
  readonly bytes: number
  readonly passed: () => void
}

export class Line {
  readonly bytesPerMs: number
  readonly quantumBytes: number
  private readonly clock: VirtualClock
  /** Parts that wait, by link, in turn. */
  private readonly waiting = new Map<object, Part[]>()
  private isBusy = false
  private heldUntilMs = 0

  constructor(clock: VirtualClock, bytesPerSecond: number) {
    this.clock = clock
    this.bytesPerMs = bytesPerSecond / 1_000
    this.quantumBytes = Math.max(QUANTUM_BYTES, this.bytesPerMs * QUANTUM_MS)
  }

  /** `bytes` are at most a quantum. */
  pass(link: object, bytes: number, passed: () => void): void {
    const parts = this.waiting.get(link)
    if (parts === undefined) this.waiting.set(link, [{ bytes, passed }])
    else parts.push({ bytes, passed })
    if (!this.isBusy) this.next()
  }

  /** Nothing passes for so long. */
  hold(ms: number): void {
    this.heldUntilMs = this.clock.now() + ms
  }

  private next(): void {
    const turn = this.waiting.entries().next().value
    this.isBusy = turn !== undefined
    if (turn === undefined) return
    const [link, parts] = turn
    const part = parts.shift()
    this.waiting.delete(link)
    if (parts.length > 0) this.waiting.set(link, parts)
    if (part === undefined) return
    const waitMs = Math.max(this.heldUntilMs - this.clock.now(), 0)
    this.clock.after(waitMs + part.bytes / this.bytesPerMs, () => {
      part.passed()
      this.next()
    })
  }
}
