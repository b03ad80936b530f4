/** Arithmetic over traffic samples: continuing a series, minutes of it, and what part of it is overhead. Pure. */
import type { TrafficSample } from '../../shared/contract/network-view.ts'

/** As many as the engine keeps: a quarter of an hour of seconds. */
export const MAX_SHOWN = 900

const MINUTE_MS = 60_000

/** Without repeating: only samples newer than the last one are taken. */
export function appendSamples(known: readonly TrafficSample[], fresh: readonly TrafficSample[]): TrafficSample[] {
  const lastAt = known.at(-1)?.at ?? Number.NEGATIVE_INFINITY
  return [...known, ...fresh.filter(({ at }) => at > lastAt)].slice(-MAX_SHOWN)
}

/** Sums per minute of the clock, newest first; `at` is when the minute began. */
export function perMinute(samples: readonly TrafficSample[]): TrafficSample[] {
  const minutes = new Map<number, TrafficSample>()
  for (const sample of samples) {
    const at = Math.floor(sample.at / MINUTE_MS) * MINUTE_MS
    const sum = minutes.get(at) ?? { at, payloadReceived: 0, payloadSent: 0, wireReceived: 0, wireSent: 0 }
    minutes.set(at, {
      at,
      payloadReceived: sum.payloadReceived + sample.payloadReceived,
      payloadSent: sum.payloadSent + sample.payloadSent,
      wireReceived: sum.wireReceived + sample.wireReceived,
      wireSent: sum.wireSent + sample.wireSent,
    })
  }
  return [...minutes.values()].sort((a, b) => b.at - a.at)
}

/** 0 to 1; undefined while nothing was carried. */
export function overheadShare(payloadBytes: number, wireBytes: number): number | undefined {
  return wireBytes <= 0 ? undefined : Math.max(0, 1 - payloadBytes / wireBytes)
}
