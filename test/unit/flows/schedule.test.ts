/** The schedule of limits, hour by hour: over midnight, on some days, all day, and where the clocks change. */
import { describe, expect, it } from 'vitest'
import { type Calendar, scheduleAt, systemCalendar } from '../../../main/engine/flows/schedule.ts'
import type { Schedule } from '../../../shared/contract/settings.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A place without summer time, so that a day has 24 hours. */
const utc: Calendar = {
  weekday: (at, days) => new Date(at + days * DAY).getUTCDay(),
  moment: (at, days, minute) => Math.floor(at / DAY) * DAY + days * DAY + minute * 60_000,
}
/** 2026-11-16 is a Monday. */
const MONDAY = Date.UTC(2026, 10, 16)
const at = (day: number, hour: number, minute = 0) => MONDAY + day * DAY + hour * HOUR + minute * 60_000

const schedule = (from: number, to: number, days: number[], enabled = true): Schedule => ({
  enabled,
  fromMinute: from * 60,
  toMinute: to * 60,
  days,
  down: 1,
  up: 1,
})
const WEEKDAYS = [1, 2, 3, 4, 5]
const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]

describe('schedule', () => {
  it.each([
    ['before it begins', 0, 8, false, at(0, 9)],
    ['at its first moment', 0, 9, true, at(0, 17)],
    ['in the middle', 0, 12, true, at(0, 17)],
    ['at its end', 0, 17, false, at(1, 9)],
    ['on Friday evening, until Monday', 4, 18, false, at(7, 9)],
    ['on Sunday', 6, 12, false, at(7, 9)],
  ])('[SE5] from 9 to 17 on weekdays: %s', (_, day, hour, active, changesAt) => {
    expect(scheduleAt(schedule(9, 17, WEEKDAYS), at(day, hour), utc)).toEqual({ active, changesAt })
  })

  it.each([
    ['on Friday before midnight', 4, 23, true, at(5, 6)],
    ['on Saturday morning it still is the night of Friday', 5, 5, true, at(5, 6)],
    ['on Saturday night it does not begin', 5, 23, false, at(6, 22)],
  ])('[SE5] over midnight, from 22 to 6, not on Saturdays: %s', (_, day, hour, active, changesAt) => {
    expect(scheduleAt(schedule(22, 6, [0, 1, 2, 3, 4, 5]), at(day, hour), utc)).toEqual({ active, changesAt })
  })

  it('[SE5] equal times are a whole day', () => {
    expect(scheduleAt(schedule(8, 8, [1]), at(0, 7), utc)).toEqual({ active: false, changesAt: at(0, 8) })
    expect(scheduleAt(schedule(8, 8, [1]), at(1, 7), utc)).toEqual({ active: true, changesAt: at(1, 8) })
  })

  it('[SE5] days that touch are one period, and every day has no end', () => {
    expect(scheduleAt(schedule(0, 0, [1, 2]), at(0, 12), utc)).toEqual({ active: true, changesAt: at(2, 0) })
    expect(scheduleAt(schedule(0, 0, EVERY_DAY), at(3, 12), utc)).toEqual({ active: true })
    expect(scheduleAt(schedule(8, 8, EVERY_DAY), at(3, 12), utc)).toEqual({ active: true })
  })

  it('[SE5] off, or without a day, it never counts', () => {
    expect(scheduleAt(schedule(9, 17, WEEKDAYS, false), at(0, 12), utc)).toEqual({ active: false })
    expect(scheduleAt(schedule(9, 17, []), at(0, 12), utc)).toEqual({ active: false })
  })

  it('[SE5] one day a week is found a week ahead', () => {
    expect(scheduleAt(schedule(9, 17, [1]), at(0, 18), utc)).toEqual({ active: false, changesAt: at(7, 9) })
  })

  it('[SE5] looked at when it says so, it has changed, for two weeks', () => {
    let now = at(0, 0)
    let state = scheduleAt(schedule(22, 6, WEEKDAYS), now, utc)
    const changes: [number, boolean][] = []
    for (;;) {
      now = state.changesAt ?? Number.POSITIVE_INFINITY
      if (now >= at(14, 0)) break
      const next = scheduleAt(schedule(22, 6, WEEKDAYS), now, utc)
      expect(next.active).toBe(!state.active)
      changes.push([now, next.active])
      state = next
    }
    expect(changes.filter(([, active]) => active)).toHaveLength(10)
  })
})

describe('where the clocks change', () => {
  const zone = process.env.TZ
  /** The zone is the process's, as in the product. */
  function inBerlin<T>(run: () => T): T {
    process.env.TZ = 'Europe/Berlin'
    try {
      return run()
    } finally {
      if (zone === undefined) delete process.env.TZ
      else process.env.TZ = zone
    }
  }
  // Clocks went from 2:00 to 3:00 on 2026-03-29 (1:00 UTC), and from 3:00 back to 2:00 on 2026-10-25 (1:00 UTC).
  it('[SE5] a night in spring has an hour less', () => {
    inBerlin(() => {
      const evening = Date.UTC(2026, 2, 28, 22) // 23:00
      expect(scheduleAt(schedule(22, 6, EVERY_DAY), evening, systemCalendar)).toEqual({
        active: true,
        changesAt: Date.UTC(2026, 2, 29, 4),
      })
    })
  })
  it('[SE5] a night in autumn has an hour more', () => {
    inBerlin(() => {
      const evening = Date.UTC(2026, 9, 24, 21) // 23:00
      expect(scheduleAt(schedule(22, 6, EVERY_DAY), evening, systemCalendar)).toEqual({
        active: true,
        changesAt: Date.UTC(2026, 9, 25, 5),
      })
    })
  })
  it('[SE5] a time that the clocks leap over is the first one after the leap', () => {
    inBerlin(() => {
      const before = Date.UTC(2026, 2, 29, 0, 30) // 1:30
      const half = { ...schedule(2, 9, EVERY_DAY), fromMinute: 150 } // 2:30 to 9:00
      const { active, changesAt } = scheduleAt(half, before, systemCalendar)
      expect([active, changesAt]).toEqual([false, Date.UTC(2026, 2, 29, 1, 30)]) // 3:30, an hour by the sun
    })
  })
  it('[SE5] what lies within the leap altogether is left out that day', () => {
    inBerlin(() => {
      const inside = { ...schedule(2, 3, [0]), fromMinute: 150, toMinute: 180 } // Sunday 2:30 to 3:00
      const { active, changesAt } = scheduleAt(inside, Date.UTC(2026, 2, 29, 0, 30), systemCalendar)
      expect([active, changesAt]).toEqual([false, Date.UTC(2026, 3, 5, 0, 30)]) // a week later
    })
  })
})
