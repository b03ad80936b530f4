/**
 * Speeds as they are shown: whole bytes a second, and nothing once nothing has moved for some seconds. The meter's average
 * fades for ever; what is left of it after a rest is arithmetic, not movement, and would be published four times a second.
 */
import type { RateMeter } from '../swarm/rate-meter.ts'

/** Without a byte for this long it stands still, in ms. A chunk of 1 MiB at 200 kB/s still moves. */
const STILL_AFTER_MS = 5_000

const looks = new WeakMap<RateMeter, { total: number; movedAtMs: number }>()

export function speedOf(meter: RateMeter, nowMs: number): number {
  const last = looks.get(meter)
  if (last?.total !== meter.total) looks.set(meter, { total: meter.total, movedAtMs: nowMs })
  else if (nowMs - last.movedAtMs >= STILL_AFTER_MS) return 0
  return Math.round(meter.rate(nowMs))
}
