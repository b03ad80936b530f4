/** Arithmetic of the traffic card: a series that continues without repeating, minutes, overhead. */
import { describe, expect, it } from 'vitest'
import { appendSamples, MAX_SHOWN, overheadShare, perMinute } from '../../../renderer/network/traffic-samples.ts'
import type { TrafficSample } from '../../../shared/contract/network-view.ts'

const sample = (at: number, payloadReceived = 1, wireReceived = 2): TrafficSample => ({
  at,
  payloadReceived,
  payloadSent: 0,
  wireReceived,
  wireSent: 0,
})

describe('[UI62] traffic', () => {
  it('a sample that was known already is not taken twice', () => {
    const known = appendSamples([], [sample(1000), sample(2000)])
    expect(appendSamples(known, [sample(2000), sample(3000)]).map(({ at }) => at)).toEqual([1000, 2000, 3000])
  })

  it('keeps a quarter of an hour', () => {
    const many = Array.from({ length: MAX_SHOWN + 50 }, (_, at) => sample(at))
    const kept = appendSamples([], many)
    expect(kept).toHaveLength(MAX_SHOWN)
    expect(kept.at(-1)?.at).toBe(MAX_SHOWN + 49)
  })

  it('sums minutes of the clock, newest first', () => {
    const minutes = perMinute([sample(59_000, 10), sample(60_000, 20), sample(119_000, 30)])
    expect(minutes.map(({ at, payloadReceived }) => [at, payloadReceived])).toEqual([
      [60_000, 50],
      [0, 10],
    ])
  })

  it.each([
    [0, 0, undefined],
    [90, 100, 0.1],
    [0, 100, 1],
    [110, 100, 0],
  ])('of %i payload in %i bytes on the wire, %s is overhead', (payload, wire, share) => {
    const result = overheadShare(payload, wire)
    if (share === undefined) expect(result).toBeUndefined()
    else expect(result).toBeCloseTo(share)
  })
})
