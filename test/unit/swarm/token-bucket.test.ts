/** The token bucket as numbers: what passes in a given time, and what a change of the limit does. */
import { describe, expect, it } from 'vitest'
import { TokenBucket, takeFrom, waitMsOf } from '../../../main/engine/swarm/token-bucket.ts'

/** Takes parts whenever allowed for `ms`; returns the bytes that passed. */
function pour(buckets: readonly TokenBucket[], partBytes: number, fromMs: number, ms: number): number {
  let passed = 0
  for (let nowMs = fromMs; nowMs < fromMs + ms; ) {
    const waitMs = waitMsOf(buckets, nowMs)
    if (waitMs > 0) {
      nowMs += waitMs
      continue
    }
    takeFrom(buckets, partBytes, nowMs)
    passed += partBytes
  }
  return passed
}

describe('token bucket', () => {
  const TABLE = [
    // bytes/s, part, ms
    [1e6, 32 * 1024, 10_000],
    [20e6, 256 * 1024, 10_000],
    [100_000, 32 * 1024, 60_000],
    [1_000, 32 * 1024, 3_600_000],
    [300e6, 256 * 1024, 2_000],
  ] as const
  it.each(TABLE)('[TR7] %d B/s in parts of %d for %d ms: rate x time, the burst and one part', (rate, part, ms) => {
    const passed = pour([new TokenBucket(rate)], part, 0, ms)
    const burst = Math.max(rate / 10, 32 * 1024)
    expect(passed).toBeGreaterThan((rate * ms) / 1_000 - part)
    expect(passed).toBeLessThanOrEqual((rate * ms) / 1_000 + burst + part)
  })

  it('[TR7] without a limit nothing waits', () => {
    const bucket = new TokenBucket()
    bucket.take(1e12, 0)
    expect(bucket.waitMs(0)).toBe(0)
  })

  it('[TR7] a limit of 0 waits for ever', () => {
    expect(new TokenBucket(0).waitMs(1e9)).toBe(Number.POSITIVE_INFINITY)
  })

  it('[TR7] taking may overdraw once; the debt is waited off', () => {
    const bucket = new TokenBucket(1e6)
    bucket.take(1_100_000, 0)
    expect(bucket.waitMs(0)).toBe(1_001)
    expect(bucket.waitMs(500)).toBe(501)
    expect(bucket.waitMs(1_001)).toBe(0)
  })

  it('[TR7] idle time earns no more than the burst', () => {
    expect(pour([new TokenBucket(1e6)], 10_000, 3_600_000, 1_000)).toBeLessThan(1.12e6)
  })

  it('[TR7] a new rate keeps the debt and counts from now', () => {
    const bucket = new TokenBucket(1e6)
    bucket.take(2_100_000, 0)
    bucket.setRate(10e6, 1_000)
    expect(bucket.waitMs(1_000)).toBe(101)
    bucket.setRate(1e5, 1_000)
    expect(bucket.waitMs(1_000)).toBe(10_001)
  })

  it('[TR7] a limit that comes back starts empty, without a gift for the time it was away', () => {
    const bucket = new TokenBucket(1e6)
    bucket.setRate(undefined, 0)
    bucket.setRate(1e6, 60_000)
    expect(pour([bucket], 10_000, 60_000, 1_000)).toBeLessThanOrEqual(1_010_000)
  })

  it('[TR7] a refund undoes a take, and earns no more than the burst', () => {
    const bucket = new TokenBucket(1e6)
    bucket.take(600_000, 0)
    bucket.refund(600_000)
    expect(bucket.waitMs(0)).toBe(0)
    bucket.refund(1e9)
    bucket.take(100_000, 0)
    expect(bucket.waitMs(0)).toBe(1)
  })

  it('[TR7] a chain passes what its narrowest bucket allows, and charges all of them', () => {
    const [global, share] = [new TokenBucket(5e6), new TokenBucket(1e6)]
    expect(pour([global, share], 50_000, 0, 10_000) / 10e6).toBeCloseTo(1, 1)
    expect(pour([global, new TokenBucket(50e6)], 50_000, 10_000, 10_000) / 50e6).toBeCloseTo(1, 1)
  })

  it('[TR7] two shares under one global limit share it', () => {
    const global = new TokenBucket(4e6)
    const [a, b] = [
      [global, new TokenBucket()],
      [global, new TokenBucket(1e6)],
    ]
    let [passedA, passedB] = [0, 0]
    for (let nowMs = 0; nowMs < 10_000; nowMs++) {
      if (waitMsOf(a, nowMs) === 0) {
        takeFrom(a, 1_000, nowMs)
        passedA += 1_000
      }
      if (waitMsOf(b, nowMs) === 0) {
        takeFrom(b, 1_000, nowMs)
        passedB += 1_000
      }
    }
    expect(passedB).toBeLessThanOrEqual(10.2e6)
    expect(passedA + passedB).toBeLessThanOrEqual(40.5e6)
  })
})
