/**
 * The schedule of limits ("slow from 9 to 17"): whether its limits count at a moment, and when that changes next. Pure; the
 * timer is in settings.ts, the local calendar comes in. A period is from one wall-clock time to another, so it has 23 or
 * 25 hours where the clocks change in it; a time that the clocks leap over is the first one after the leap.
 * SPEC: [SE5].
 */
import type { Schedule } from '../../../shared/contract/settings.ts'

/** Local time, as far as a schedule needs it. */
export interface Calendar {
  /** 0 Sunday … 6 Saturday, of the local day that is `days` after the one that holds `atMs`. */
  weekday(atMs: number, days: number): number
  /** The moment `minute` minutes after midnight by the wall clock, on the local day `days` after that of `atMs`. */
  moment(atMs: number, days: number, minute: number): number
}

/** The time zone of this process. */
export const systemCalendar: Calendar = {
  weekday(atMs, days) {
    const at = new Date(atMs)
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, 12).getDay()
  },
  moment(atMs, days, minute) {
    const at = new Date(atMs)
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days, 0, minute).getTime()
  },
}

export interface ScheduleNow {
  readonly active: boolean
  /** Absent: never, unless the schedule is changed. */
  readonly changesAt?: number
}

/** A period may have begun yesterday; the next one begins within a week; one more day for its end. */
const FIRST_DAY = -1
const LAST_DAY = 8

export function scheduleAt(schedule: Schedule, nowMs: number, calendar: Calendar): ScheduleNow {
  if (!schedule.enabled) return { active: false }
  const periods = periodsAround(schedule, nowMs, calendar)
  const current = periods.find(({ from, to }) => from <= nowMs && nowMs < to)
  if (current === undefined) {
    const next = periods.find(({ from }) => from > nowMs)
    return next === undefined ? { active: false } : { active: false, changesAt: next.from }
  }
  // Days that touch each other are one period; what reaches to the end of what was looked at has no end.
  let { to } = current
  for (const period of periods) if (period.from <= to && period.to > to) to = period.to
  const horizon = calendar.moment(nowMs, LAST_DAY, schedule.fromMinute)
  return to > horizon ? { active: true } : { active: true, changesAt: to }
}

function periodsAround({ fromMinute, toMinute, days }: Schedule, nowMs: number, calendar: Calendar) {
  const overMidnight = toMinute <= fromMinute ? 1 : 0
  const periods: { from: number; to: number }[] = []
  for (let day = FIRST_DAY; day <= LAST_DAY; day++) {
    if (!days.includes(calendar.weekday(nowMs, day))) continue
    const from = calendar.moment(nowMs, day, fromMinute)
    const to = calendar.moment(nowMs, day + overMidnight, toMinute)
    // The clocks may leap over all of it.
    if (to > from) periods.push({ from, to })
  }
  return periods
}
