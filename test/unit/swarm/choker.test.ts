/** Who gets an upload slot, as tables of facts. */
import { describe, expect, it } from 'vitest'
import {
  type Candidate,
  dealSlots,
  OPTIMISTIC_MS,
  RECHOKE_MS,
  type Slots,
  TURN_MS,
} from '../../../main/engine/swarm/choker.ts'
import { seeded } from '../../sim/support/virtual-clock.ts'

const NOW = 1_000_000
const none = undefined

function peer(key: string, gives: number, unchokedForMs: number | undefined, waitedMs = 0): Candidate {
  return {
    key,
    givesBytesPerSecond: gives,
    unchokedAtMs: unchokedForMs === undefined ? undefined : NOW - unchokedForMs,
    waitingSinceMs: NOW - waitedMs,
  }
}

const first = () => 0

/** Who holds a slot, without the optimistic one. */
function earned(candidates: Candidate[], slots: number, optimistic: Slots['optimistic'] = none): string[] {
  const dealt = dealSlots(candidates, slots, optimistic, NOW, first)
  return [...dealt.unchoke].filter((key) => key !== dealt.optimistic?.key).sort()
}

describe('slots', () => {
  it('[TR12] none is left unused: fewer candidates than slots are all unchoked, none is optimistic', () => {
    const dealt = dealSlots([peer('a', 0, none), peer('b', 5, none)], 4, none, NOW, first)
    expect([...dealt.unchoke].sort()).toEqual(['a', 'b'])
    expect(dealt.optimistic).toBeUndefined()
  })

  const TABLE: [string, Candidate[], string[]][] = [
    ['to those who give most', [peer('a', 10, none), peer('b', 30, none), peer('c', 20, none)], ['b', 'c']],
    [
      'to a giver before one in the middle of its turn',
      [peer('a', 1, none), peer('b', 0, 1), peer('c', 5, none)],
      ['a', 'c'],
    ],
    [
      'less than a byte a second is no gift',
      [peer('a', 0.9, none, 1), peer('b', 0, none, 9), peer('c', 0, none, 5)],
      ['b', 'c'],
    ],
    [
      'in the middle of a turn before the waiting',
      [peer('a', 0, 100), peer('b', 0, 200), peer('c', 0, none, 1e6)],
      ['a', 'b'],
    ],
    [
      'to the waiting before a turn that is over',
      [peer('a', 0, TURN_MS), peer('b', 0, 100), peer('c', 0, none)],
      ['b', 'c'],
    ],
    ['to who waited longest', [peer('a', 0, none, 10), peer('b', 0, none, 30), peer('c', 0, none, 20)], ['b', 'c']],
    [
      'a turn that is over goes on while nobody waits',
      [peer('a', 0, TURN_MS * 9), peer('b', 0, TURN_MS * 8)],
      ['a', 'b'],
    ],
  ]
  it.each(TABLE)('[TR12] go %s', (_, candidates, expected) => {
    expect(earned(candidates, 2)).toEqual(expected)
  })
})

describe('the optimistic slot', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((key, i) => peer(key, 50 - i, 1))

  it('[TR12] is one more, for one who did not earn a slot', () => {
    const dealt = dealSlots(five, 3, none, NOW, first)
    expect(dealt.unchoke.size).toBe(4)
    expect(['d', 'e']).toContain(dealt.optimistic?.key)
  })

  it('[TR12] is kept for 30 s, then goes to another', () => {
    const kept = dealSlots(five, 3, { key: 'd', sinceMs: NOW - OPTIMISTIC_MS + 1 }, NOW, first)
    expect(kept.optimistic).toEqual({ key: 'd', sinceMs: NOW - OPTIMISTIC_MS + 1 })
    const next = dealSlots(five, 3, { key: 'd', sinceMs: NOW - OPTIMISTIC_MS }, NOW, first)
    expect(next.optimistic).toEqual({ key: 'e', sinceMs: NOW })
  })

  it('[TR12] is given anew when its holder earns a slot or leaves', () => {
    expect(dealSlots(five, 3, { key: 'a', sinceMs: NOW }, NOW, first).optimistic?.key).toBe('d')
    expect(dealSlots(five, 3, { key: 'gone', sinceMs: NOW }, NOW, first).optimistic?.key).toBe('d')
  })

  it('[TR12] comes to everybody in time (seed 30)', () => {
    const random = seeded(30)
    const many = Array.from({ length: 20 }, (_, i) => peer(`p${i}`, i < 4 ? 100 : 0, i < 4 ? 1 : none))
    const lucky = new Set<string>()
    let optimistic: Slots['optimistic']
    for (let nowMs = NOW; nowMs < NOW + 200 * OPTIMISTIC_MS; nowMs += OPTIMISTIC_MS) {
      optimistic = dealSlots(many, 4, optimistic, nowMs, random).optimistic
      if (optimistic !== undefined) lucky.add(optimistic.key)
    }
    expect(lucky.size).toBe(16)
  })
})

it('[TR12] while nothing is given in return, 20 peers share 4 slots by turns: none waits longer than four turns and a deal', () => {
  let nowMs = NOW
  let slots: Slots = { unchoke: new Set(), optimistic: none }
  const states = new Map(
    Array.from({ length: 20 }, (_, i): [string, Candidate] => [
      `p${i}`,
      { key: `p${i}`, givesBytesPerSecond: 0, unchokedAtMs: none, waitingSinceMs: NOW },
    ]),
  )
  const longestWaitMs = new Map<string, number>()
  for (let round = 0; round < 200; round++, nowMs += RECHOKE_MS) {
    slots = dealSlots([...states.values()], 4, slots.optimistic, nowMs, seeded(round))
    for (const [key, state] of states) {
      const isUnchoked = slots.unchoke.has(key)
      if (isUnchoked && state.unchokedAtMs === undefined) {
        longestWaitMs.set(key, Math.max(longestWaitMs.get(key) ?? 0, nowMs - state.waitingSinceMs))
        states.set(key, { ...state, unchokedAtMs: nowMs })
      } else if (!isUnchoked && state.unchokedAtMs !== undefined) {
        states.set(key, { ...state, unchokedAtMs: none, waitingSinceMs: nowMs })
      }
    }
  }
  expect(longestWaitMs.size).toBe(20)
  expect(Math.max(...longestWaitMs.values())).toBeLessThanOrEqual(4 * TURN_MS + RECHOKE_MS)
})

it('[TR14] peers of a share that weighs more have slots for longer, and those of the others are never left out', () => {
  let nowMs = NOW
  let slots: Slots = { unchoke: new Set(), optimistic: none }
  const states = new Map(
    Array.from({ length: 20 }, (_, i): [string, Candidate] => [
      `p${i}`,
      { key: `p${i}`, givesBytesPerSecond: 0, unchokedAtMs: none, waitingSinceMs: NOW, weight: i < 10 ? 9 : 1 },
    ]),
  )
  const heldMs = { heavy: 0, light: 0 }
  let longestWaitMs = 0
  for (let round = 0; round < 2_000; round++, nowMs += RECHOKE_MS) {
    slots = dealSlots([...states.values()], 4, slots.optimistic, nowMs, seeded(round))
    for (const [key, state] of states) {
      const isUnchoked = slots.unchoke.has(key)
      if (isUnchoked) heldMs[state.weight === 9 ? 'heavy' : 'light'] += RECHOKE_MS
      else longestWaitMs = Math.max(longestWaitMs, nowMs - state.waitingSinceMs)
      if (isUnchoked && state.unchokedAtMs === undefined) states.set(key, { ...state, unchokedAtMs: nowMs })
      else if (!isUnchoked && state.unchokedAtMs !== undefined)
        states.set(key, { ...state, unchokedAtMs: none, waitingSinceMs: nowMs })
    }
  }
  expect(heldMs.heavy).toBeGreaterThan(2 * heldMs.light)
  expect(heldMs.light).toBeGreaterThan(0)
  // Nine times as long as those who weigh nine times as much, at most.
  expect(longestWaitMs).toBeLessThan(9 * 4 * TURN_MS)
})

it('[TR14] what a peer gives counts by the weight of its share', () => {
  const candidates = [{ ...peer('a', 10, none), weight: 9 }, { ...peer('b', 50, none), weight: 1 }, peer('c', 60, none)]
  expect(earned(candidates, 2)).toEqual(['a', 'c'])
})
