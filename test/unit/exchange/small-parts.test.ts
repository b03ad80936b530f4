/** The small decisions of a session, as numeric tables: allowance, heartbeat, stall watch, admission, buffers. */
import { describe, expect, it } from 'vitest'
import { Admission } from '../../../main/engine/exchange/admission.ts'
import { Allowance } from '../../../main/engine/exchange/allowance.ts'
import { BufferPool } from '../../../main/engine/exchange/buffer-pool.ts'
import { GoodbyeCode } from '../../../main/engine/exchange/exchange.pb.js'
import { Heartbeat } from '../../../main/engine/exchange/heartbeat.ts'
import { MAX_SESSIONS_PER_SHARE } from '../../../main/engine/exchange/limits.ts'
import { Session } from '../../../main/engine/exchange/session.ts'
import type { SessionEvents } from '../../../main/engine/exchange/session-events.ts'
import { StallWatch } from '../../../main/engine/exchange/stall-watch.ts'
import { FakeLink, ManualClock, open } from './support.ts'

describe('allowance', () => {
  it('[EX6] a burst, then so many a second', () => {
    const allowance = new Allowance(3, 2, 0)
    const spent = [0, 0, 0, 0, 100, 499, 500, 501, 999, 1_000].map((nowMs) => allowance.spend(nowMs))
    expect(spent).toEqual([true, true, true, false, false, false, true, false, false, true])
  })

  it('[EX6] rest never earns more than the burst', () => {
    const allowance = new Allowance(2, 1_000, 0)
    expect([1, 2, 3].map(() => allowance.spend(1e9))).toEqual([true, true, false])
  })
})

describe('heartbeat', () => {
  const HEARD_NOW = [
    // now, last heard, last sent, due
    [1_999, 0, 0, false],
    [2_000, 0, 0, true],
    [7_999, 7_000, 0, false],
    [8_000, 7_000, 0, true], // Heard, but we said nothing for 8 s: the peer must hear something too.
  ] as const
  it.each(HEARD_NOW)('[LV1] at %d ms, heard at %d, sent at %d: %s', (nowMs, heardMs, sentMs, due) => {
    expect(new Heartbeat().due(nowMs, heardMs, sentMs) !== undefined).toBe(due)
  })

  it('[LV1] one at a time, the next after 4 s without an answer', () => {
    const beat = new Heartbeat()
    expect([2_000, 3_000, 5_999, 6_000].map((nowMs) => beat.due(nowMs, 0, 0))).toEqual([1, undefined, undefined, 2])
  })

  it('[EX18] the answer to an older ping says nothing about the round trip', () => {
    const beat = new Heartbeat()
    beat.due(2_000, 0, 0)
    beat.due(6_000, 0, 0)
    beat.answered(1, 6_010)
    expect(beat.roundTripMs).toBeUndefined()
    beat.answered(2, 6_040)
    expect(beat.roundTripMs).toBe(40)
    beat.answered(2, 9_999)
    expect(beat.roundTripMs).toBe(40)
  })
})

describe('stall watch', () => {
  it('[LV5] asked for chunks and no byte for more than 3 s: stalled', () => {
    const watch = new StallWatch()
    watch.asked('a', 0)
    expect([1_000, 3_000, 3_001].map((nowMs) => watch.check('a', 2, nowMs, undefined))).toEqual([
      'moving',
      'moving',
      'stalled',
    ])
  })

  it('[LV5] nothing asked, nothing expected', () => {
    const watch = new StallWatch()
    expect([0, 60_000, 62_000].map((nowMs) => watch.check('a', 0, nowMs, undefined))).toEqual([
      'moving',
      'moving',
      'moving',
    ])
    expect(watch.check('a', 1, 64_000, undefined)).toBe('moving')
  })

  it('[LV6] is tried again after 3, 6, 12, 24, 48 and then every 60 s', () => {
    const watch = new StallWatch()
    watch.asked('a', 0)
    const pausesMs: number[] = []
    let stalledAtMs = 0
    for (let nowMs = 0; pausesMs.length < 7; nowMs += 100) {
      const verdict = watch.check('a', 1, nowMs, undefined)
      if (verdict === 'stalled' && stalledAtMs === 0) stalledAtMs = nowMs
      if (verdict === 'retry') {
        pausesMs.push(nowMs - stalledAtMs)
        stalledAtMs = 0
      }
    }
    expect(pausesMs).toEqual([3_000, 6_000, 12_000, 24_000, 48_000, 60_000, 60_000])
  })

  it('[LV6] one byte makes it as good as new', () => {
    const watch = new StallWatch()
    watch.asked('a', 0)
    watch.check('a', 1, 4_000, undefined)
    watch.progressed('a', 4_100)
    expect(watch.check('a', 1, 7_100, undefined)).toBe('moving')
    expect(watch.check('a', 1, 7_200, undefined)).toBe('stalled')
    expect(watch.check('a', 1, 10_200, undefined)).toBe('retry')
  })

  it('[LV5] more patience where all that is asked takes longer at the present rate, up to 15 s', () => {
    const stalledAfterMs = (drainMs: number) => {
      const watch = new StallWatch()
      watch.asked('a', 0)
      let nowMs = 0
      while (watch.check('a', 1, nowMs, drainMs) === 'moving') nowMs += 100
      return nowMs
    }
    expect([0, 3_000, 8_000, 60_000].map(stalledAfterMs)).toEqual([3_100, 3_100, 8_100, 15_100])
  })

  it('[LV5] forgets who left', () => {
    const watch = new StallWatch()
    watch.asked('a', 0)
    watch.left('a')
    expect(watch.size).toBe(0)
  })
})

describe('admission', () => {
  const session = (initiator: boolean, ageMs: number, silentMs: number, isOpen = true) => {
    const clock = new ManualClock()
    const link = new FakeLink('peer', initiator)
    const made = new Session(link, clock, { opened: () => {} } as unknown as SessionEvents)
    made.start()
    clock.advance(ageMs - silentMs)
    if (isOpen) link.deliver(open())
    clock.advance(silentMs)
    return { made, nowMs: clock.now() }
  }
  const TABLE = [
    // we are smaller, old was opened by us, new is opened by us, age, silent, admitted
    ['opened by the same end again', true, false, false, 60_000, 0, true],
    ['both at once, ours came first, we are smaller: ours stays', true, true, false, 100, 100, false],
    ['both at once, theirs came first, we are smaller: ours replaces it', true, false, true, 100, 100, true],
    ['both at once, ours came first, they are smaller: theirs replaces it', false, true, false, 100, 100, true],
    ['both at once, theirs came first, they are smaller: theirs stays', false, false, true, 100, 100, false],
    ['the other is old and in use', false, true, false, 60_000, 100, false],
    ['the other is old and silent, and they are smaller', false, true, false, 60_000, 4_000, true],
    ['the other is old and silent, and we are smaller', true, true, false, 60_000, 4_000, false],
  ] as const
  it.each(TABLE)('[EX15] %s', (_, smaller, oldIsOurs, newIsOurs, ageMs, silentMs, admitted) => {
    const { made, nowMs } = session(oldIsOurs, ageMs, silentMs)
    const verdict = new Admission(() => smaller).verdict(new FakeLink('peer', newIsOurs), made, 1, nowMs)
    expect(verdict.admitted).toBe(admitted)
    if (!verdict.admitted) expect(verdict.code).toBe(GoodbyeCode.DUPLICATE)
  })

  it('[EX15] both ends keep the same one of two links opened at once, whatever they see first', () => {
    for (const smaller of [true, false]) {
      const kept = (weAreSmaller: boolean, first: 'ours' | 'theirs') => {
        const { made, nowMs } = session(first === 'ours', 100, 100)
        const second = new FakeLink('peer', first !== 'ours')
        const { admitted } = new Admission(() => weAreSmaller).verdict(second, made, 1, nowMs)
        return (first === 'ours') === admitted ? 'theirs' : 'ours'
      }
      for (const a of ['ours', 'theirs'] as const) {
        for (const b of ['ours', 'theirs'] as const) expect(kept(smaller, a)).not.toBe(kept(!smaller, b))
      }
    }
  })

  it('[EX16] refuses the banned, with the reason, and more than enough peers', () => {
    const admission = new Admission(() => true)
    admission.ban('bad', 'delivered 3 chunks with wrong bytes')
    expect(admission.verdict(new FakeLink('bad'), undefined, 0, 0)).toEqual({
      admitted: false,
      code: GoodbyeCode.BANNED,
      text: 'delivered 3 chunks with wrong bytes',
    })
    const full = admission.verdict(new FakeLink('x'), undefined, MAX_SESSIONS_PER_SHARE, 0)
    expect(full).toMatchObject({ admitted: false, code: GoodbyeCode.TOO_BUSY })
    expect(admission.verdict(new FakeLink('x'), undefined, MAX_SESSIONS_PER_SHARE - 1, 0).admitted).toBe(true)
  })

  it('[EX16] the list of the banned is bounded', () => {
    const admission = new Admission(() => true)
    for (let i = 0; i < 10_050; i++) admission.ban(`peer ${i}`, 'bad')
    expect(admission.banned.size).toBe(10_000)
    expect(admission.banned.has('peer 10049')).toBe(true)
  })
})

describe('buffers', () => {
  it('are used again when they are whole chunks, and kept to a number', () => {
    const pool = new BufferPool()
    const buffer = pool.take(1 << 20)
    pool.give(buffer)
    expect(pool.take(1 << 20)).toBe(buffer)
    const small = pool.take(100)
    pool.give(small)
    expect(pool.take(100)).not.toBe(small)
    const many = Array.from({ length: 40 }, () => pool.take(1 << 20))
    for (const each of many) pool.give(each)
    const again = new Set(Array.from({ length: 40 }, () => pool.take(1 << 20)))
    expect(many.filter((each) => again.has(each))).toHaveLength(16)
  })
})
