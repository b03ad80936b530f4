/** Turns at a limit that shares have in common: everybody gets an even part, whoever asks first or most. */
import { expect, test } from 'vitest'
import { FairQueue } from '../../../main/engine/swarm/fair-queue.ts'

interface Taker {
  taken: number
  wants: boolean
  ask(): void
}

/** Takers of a budget that is refilled in rounds; each takes `bytes` at a time. */
function makeTakers(
  queue: FairQueue,
  sizes: readonly number[],
  weights: readonly number[] = [],
): { takers: Taker[]; refill(bytes: number): void } {
  let budget = 0
  const takers = sizes.map((bytes, at) => {
    const taker: Taker = {
      taken: 0,
      wants: true,
      ask() {
        while (taker.wants) {
          if (budget <= 0) return member.waits()
          member.letOthers()
          if (budget <= 0) return member.waits()
          budget -= bytes
          taker.taken += bytes
          member.took(bytes)
        }
      },
    }
    const member = queue.join(
      () => taker.ask(),
      () => weights[at] ?? 1,
    )
    return taker
  })
  return {
    takers,
    refill(bytes) {
      budget += bytes
    },
  }
}

test('[TR7] the one that asks first every time gets no more than the others', () => {
  const { takers, refill } = makeTakers(new FairQueue(), [10, 10, 10])
  for (let round = 0; round < 300; round++) {
    refill(10)
    for (const taker of takers) taker.ask()
  }
  for (const { taken } of takers) expect(Math.abs(taken - 1_000)).toBeLessThanOrEqual(20)
})

test('[TR7] larger chunks do not get more bytes', () => {
  const { takers, refill } = makeTakers(new FairQueue(), [1, 10, 100])
  for (let round = 0; round < 3_000; round++) {
    refill(10)
    for (const taker of takers) taker.ask()
  }
  for (const { taken } of takers) expect(Math.abs(taken - 10_000)).toBeLessThanOrEqual(200)
})

test('[TR14] those with more weight get more, in proportion, whatever the size of their chunks', () => {
  const weights = [9, 3, 1]
  const { takers, refill } = makeTakers(new FairQueue(), [10, 20, 5], weights)
  for (let round = 0; round < 1_300; round++) {
    refill(10)
    for (const taker of takers) taker.ask()
  }
  for (const [at, { taken }] of takers.entries())
    expect(Math.abs(taken - 1_000 * (weights[at] ?? 0))).toBeLessThanOrEqual(60)
})

test('[TR14] a weight that changes counts from the next take on', () => {
  const weights = [1, 9]
  const { takers, refill } = makeTakers(new FairQueue(), [10, 10], weights)
  const rounds = (count: number) => {
    const before = takers.map(({ taken }) => taken)
    for (let round = 0; round < count; round++) {
      refill(10)
      for (const taker of takers) taker.ask()
    }
    return takers.map(({ taken }, at) => taken - (before[at] ?? 0))
  }
  expect(rounds(100)).toEqual([expect.closeTo(100, -2), expect.closeTo(900, -2)])
  weights.reverse()
  const [first = 0, second = 0] = rounds(100)
  expect(first).toBeGreaterThan(5 * second)
  expect(second).toBeGreaterThan(0)
})

test('[TR7] resting earns nothing: who comes back gets its part from then on, not what it missed', () => {
  const { takers, refill } = makeTakers(new FairQueue(), [10, 10])
  const [busy, resting] = takers
  if (busy === undefined || resting === undefined) throw new Error('two takers')
  resting.wants = false
  for (let round = 0; round < 100; round++) {
    refill(10)
    for (const taker of takers) taker.ask()
  }
  expect(busy.taken).toBe(1_000)
  resting.wants = true
  for (let round = 0; round < 100; round++) {
    refill(10)
    for (const taker of takers) taker.ask()
  }
  expect(Math.abs(resting.taken - 500)).toBeLessThanOrEqual(20)
})

test('[TR7] one that waits and then cannot take does not hold up the others', () => {
  const queue = new FairQueue()
  let woken = 0
  const stuck = queue.join(() => {
    woken += 1
    stuck.waits()
  })
  stuck.waits()
  const other = queue.join(() => {})
  for (let turn = 0; turn < 5; turn++) {
    other.letOthers()
    other.took(10)
  }
  // Asked once a turn, and no more than that.
  expect(woken).toBeLessThanOrEqual(5)
})
