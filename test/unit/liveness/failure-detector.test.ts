/** The failure detector as a numeric table: silence in, state out. */
import { describe, expect, it } from 'vitest'
import {
  FailureDetector,
  GONE_MS,
  SUSPECT_MAX_MS,
  SUSPECT_MIN_MS,
} from '../../../main/engine/liveness/failure-detector.ts'

const HEARTBEAT_MS = 2_000

/** A detector that has heard something every `gapMs` for `rounds` times; now is 0 of the silence that follows. */
function heardEvery(gapMs: number, rounds: number): { detector: FailureDetector; nowMs: number } {
  const detector = new FailureDetector(0, HEARTBEAT_MS)
  let nowMs = 0
  for (let i = 0; i < rounds; i++) {
    nowMs += gapMs
    detector.heard(nowMs)
  }
  return { detector, nowMs }
}

describe('suspicion', () => {
  const TABLE = [
    // gap (ms), times heard, suspected after (ms)
    [2_000, 0, 4_000], // Nothing measured: the heartbeat and 4 quarters of it.
    [2_000, 50, 2_000], // Regular: hardly more than the heartbeat.
    [1_000, 50, 1_500], // SUSPECT_MIN_MS
    [100, 200, 1_500],
    [30, 500, 1_500],
    [4_000, 50, 4_000], // Slow but regular.
    [8_000, 50, 5_000], // SUSPECT_MAX_MS
  ] as const
  it.each(TABLE)('[LV2] heard every %d ms, %d times: suspected after %d ms', (gapMs, rounds, expectedMs) => {
    expect(heardEvery(gapMs, rounds).detector.suspectAfterMs()).toBeCloseTo(expectedMs, -2)
  })

  it('[LV2] jitter makes patient: gaps of 100 and 1,500 ms by turns', () => {
    const detector = new FailureDetector(0, HEARTBEAT_MS)
    let nowMs = 0
    for (let i = 0; i < 100; i++) {
      nowMs += i % 2 === 0 ? 100 : 1_500
      detector.heard(nowMs)
    }
    expect(detector.suspectAfterMs()).toBeGreaterThan(3_000)
    expect(detector.suspectAfterMs()).toBeLessThanOrEqual(SUSPECT_MAX_MS)
  })

  it('[LV2] the bytes of one read (gaps below 20 ms) teach nothing about silence', () => {
    const { detector } = heardEvery(1, 10_000)
    expect(detector.suspectAfterMs()).toBe(new FailureDetector(0, HEARTBEAT_MS).suspectAfterMs())
  })

  it('[LV2] is never outside its bounds, whatever the past', () => {
    for (const gapMs of [20, 50, 333, 2_000, 8_999]) {
      for (let rounds = 0; rounds < 60; rounds++) {
        const afterMs = heardEvery(gapMs, rounds).detector.suspectAfterMs()
        expect(afterMs).toBeGreaterThanOrEqual(SUSPECT_MIN_MS)
        expect(afterMs).toBeLessThanOrEqual(SUSPECT_MAX_MS)
      }
    }
  })
})

describe('states', () => {
  const STATES = [
    // silent for (ms), what check says, state after it
    [0, undefined, 'alive'],
    [1_999, undefined, 'alive'],
    [2_100, 'suspect', 'suspect'],
    [8_999, 'suspect', 'suspect'],
    [9_000, 'gone', 'gone'],
    [60_000, 'gone', 'gone'],
  ] as const
  it.each(STATES)('[LV3] [LV4] silent for %d ms: %s', (silentMs, change, state) => {
    const { detector, nowMs } = heardEvery(2_000, 100)
    expect(detector.check(nowMs + silentMs)).toBe(change)
    expect(detector.state).toBe(state)
  })

  it('[LV3] each change is told once; the first sound makes a suspect back, the next one alive', () => {
    const { detector, nowMs } = heardEvery(2_000, 100)
    const told = [
      detector.check(nowMs + 3_000),
      detector.check(nowMs + 3_100),
      detector.heard(nowMs + 3_200),
      detector.heard(nowMs + 3_300),
      detector.heard(nowMs + 3_400),
    ]
    expect(told).toEqual(['suspect', undefined, 'back', 'alive', undefined])
  })

  it('[LV3] one that is back may be suspected again', () => {
    const { detector, nowMs } = heardEvery(2_000, 100)
    detector.check(nowMs + 3_000)
    detector.heard(nowMs + 3_200)
    expect(detector.check(nowMs + 9_000)).toBe('suspect')
  })

  it('[LV4] gone is final: the session is over', () => {
    const { detector, nowMs } = heardEvery(2_000, 100)
    detector.check(nowMs + GONE_MS)
    expect(detector.heard(nowMs + GONE_MS + 1)).toBeUndefined()
    expect(detector.state).toBe('gone')
  })

  it('[LV4] checked every 100 ms, silence is noticed within 10 s, whatever the past', () => {
    for (const gapMs of [20, 500, 2_000, 8_000]) {
      const { detector, nowMs } = heardEvery(gapMs, 50)
      let silentMs = 0
      while (detector.check(nowMs + silentMs) !== 'gone') silentMs += 100
      expect(silentMs).toBeLessThanOrEqual(10_000)
    }
  })
})
