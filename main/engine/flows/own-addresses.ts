/** The node's own addresses as text, made once a second at most: a thousand links are made of them at a time. */
import type { Clock } from '../exchange/ports.ts'

const KEEP_MS = 1_000

export function ownAddresses(clock: Clock, read: () => readonly { toString(): string }[]): () => readonly string[] {
  let kept: readonly string[] = []
  let untilMs = Number.NEGATIVE_INFINITY
  return () => {
    const nowMs = clock.now()
    if (nowMs >= untilMs) {
      kept = read().map(String)
      // A node that has none yet is just starting.
      untilMs = kept.length === 0 ? nowMs : nowMs + KEEP_MS
    }
    return kept
  }
}
