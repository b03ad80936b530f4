/** Back-off and the states of a re-dialled peer, in virtual time. */
import { describe, expect, it } from 'vitest'
import { lookupDelayMs, reannounceDelayMs, redialDelayMs } from '../../../main/engine/routing/backoff.ts'
import type { Candidate } from '../../../main/engine/routing/candidates.ts'
import * as candidates from '../../../main/engine/routing/candidates.ts'

const base = { attempt: 0, important: false, waitingMs: 0, random: 0 }

describe('back-off', () => {
  it('[NE60] 0.25 s, doubling to 5 min', () => {
    const delays = [0, 1, 2, 3, 10, 11, 100].map((attempt) => redialDelayMs({ ...base, attempt }))
    expect(delays).toEqual([250, 500, 1000, 2000, 256_000, 300_000, 300_000])
  })

  it('[NE61] at most a second for two minutes when a download waits', () => {
    const important = { ...base, important: true }
    expect([0, 1, 2, 3, 50].map((attempt) => redialDelayMs({ ...important, attempt }))).toEqual([
      250, 500, 1000, 1000, 1000,
    ])
    expect(redialDelayMs({ ...important, attempt: 50, waitingMs: 120_000 })).toBe(300_000)
  })

  it('[NE60] jitter shortens by up to a quarter and never lengthens', () => {
    for (const random of [0, 0.3, 0.999]) {
      const delayMs = redialDelayMs({ ...base, attempt: 2, random })
      expect(delayMs).toBeLessThanOrEqual(1000)
      expect(delayMs).toBeGreaterThan(749)
    }
  })

  it('[NE72] look-ups after 1, 2, 4 … 60 s; [NE83] announcements after 5, 10 … 600 s', () => {
    expect([0, 1, 2, 5, 6, 9].map((round) => lookupDelayMs(round, 0))).toEqual([
      1000, 2000, 4000, 32_000, 60_000, 60_000,
    ])
    expect([1, 2, 8, 30].map((failures) => reannounceDelayMs(failures, 0))).toEqual([5000, 10_000, 600_000, 600_000])
  })
})

const dueIn = ({ at }: Candidate, now: number): number => (at.state === 'waiting' ? at.dueAt - now : Number.NaN)
const fresh = (tie: candidates.Tie = 'remembered', peer = 'p', seen = 0): Candidate =>
  candidates.added(peer, tie, 0, seen, { spreadMs: 0, random: 0 })

/** Dials without success until the clock passes `untilMs`; returns the times of the dials. */
function dialTimes(start: Candidate, untilMs: number, dialMs = 1): number[] {
  const times: number[] = []
  let candidate = start
  while (candidate.at.state === 'waiting' && candidate.at.dueAt <= untilMs) {
    const now = candidate.at.dueAt
    times.push(now)
    candidate = candidates.failed(candidates.dialled(candidate), now + dialMs, 0)
  }
  return times
}

describe('a candidate', () => {
  it('[NE61] that a download waits for is dialled at least once a second for two minutes after its loss', () => {
    const lost = candidates.lost({ ...candidates.connected(fresh(), 0), important: true }, 60_000, 0)
    const times = dialTimes(lost, 60_000 + 120_000)
    expect(times[0]).toBe(60_250)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1001)
    expect(times.at(-1)).toBeGreaterThan(178_000)
  })

  it('[NE60] that nobody waits for costs a handful of dials in the first minute', () => {
    const lost = candidates.lost(candidates.connected(fresh(), 0), 60_000, 0)
    expect(dialTimes(lost, 120_000)).toHaveLength(7)
  })

  it('[NE62] that is thrown out at once is not courted four times a second', () => {
    let candidate = fresh()
    let now = 0
    for (let round = 0; round < 6; round++) {
      now = candidate.at.state === 'waiting' ? candidate.at.dueAt : now
      candidate = candidates.lost(candidates.connected(candidates.dialled(candidate), now), now + 100, 0)
      now += 100
    }
    expect(dueIn(candidate, now)).toBe(16_000)
    const stable = candidates.lost(
      candidates.connected(candidates.dialled(candidate), now),
      now + candidates.STABLE_MS,
      0,
    )
    expect(dueIn(stable, now + candidates.STABLE_MS)).toBe(250)
  })

  it('becoming important while waiting for minutes is dialled at once', () => {
    let candidate = fresh()
    for (let round = 0; round < 12; round++) candidate = candidates.failed(candidates.dialled(candidate), 0, 0)
    expect(dueIn(candidate, 0)).toBe(300_000)
    const hurried = candidates.withImportance(candidate, true, 0, 0)
    expect(dueIn(hurried, 0)).toBe(250)
    expect(candidates.withImportance(hurried, true, 0, 0)).toBe(hurried)
  })

  it('news hastens but never delays', () => {
    const waiting = candidates.failed(candidates.dialled(fresh()), 0, 0)
    expect(dueIn(candidates.nudged(waiting, 100, 0), 0)).toBe(350)
    expect(dueIn(candidates.nudged(waiting, 400, 0), 0)).toBe(500)
    const connected = candidates.connected(fresh(), 0)
    expect(candidates.nudged(connected, 5, 0).at).toEqual(connected.at)
  })

  it('ignores transitions that are not its turn', () => {
    const connected = candidates.connected(fresh(), 0)
    expect(candidates.failed(connected, 1, 0)).toBe(connected)
    expect(candidates.dialled(connected)).toBe(connected)
    expect(candidates.connected(connected, 9)).toBe(connected)
    const waiting = fresh()
    expect(candidates.lost(waiting, 1, 0)).toBe(waiting)
  })
})

it('[NE64] too many: the unimportant, unconnected, loosely tied and long unseen go first', () => {
  const order = [
    fresh('told', 'told-old', 1),
    fresh('told', 'told-new', 2),
    fresh('met', 'met', 1),
    fresh('remembered', 'remembered', 1),
    fresh('neighbour', 'neighbour', 1),
    fresh('linked', 'linked', 1),
    fresh('bootstrap', 'bootstrap', 1),
    candidates.connected(fresh('told', 'connected'), 0),
    { ...fresh('told', 'important'), important: true },
  ]
  let left = [...order].reverse()
  const dropped: string[] = []
  while (left.length > 0) {
    const worst = candidates.mostDispensable(left)
    dropped.push(worst?.peer ?? '')
    left = left.filter((candidate) => candidate !== worst)
  }
  expect(dropped).toEqual(order.map(({ peer }) => peer))
})

it('[NE21] who came by itself, or was told of, is a stranger until a download needs it', () => {
  const known = (['bootstrap', 'linked', 'neighbour', 'remembered', 'met', 'told'] as const).filter((tie) =>
    candidates.isKnown(fresh(tie)),
  )
  expect(known).toEqual(['bootstrap', 'linked', 'neighbour', 'remembered'])
  expect(candidates.isKnown({ ...fresh('met'), important: true })).toBe(true)
})
