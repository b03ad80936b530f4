/**
 * When somebody was last heard, to the second: a finer number would differ each time it is read, and be published each
 * time, although nothing has happened.
 */
const GRAIN_MS = 1_000

export function seenAt(agoMs: number, nowAt = Date.now()): number {
  return Math.floor((nowAt - agoMs) / GRAIN_MS) * GRAIN_MS
}
