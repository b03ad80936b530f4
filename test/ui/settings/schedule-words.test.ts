/** Times as people write them, and what counts now. Rule [UI33]. */
import { describe, expect, test } from 'vitest'
import {
  dayName,
  momentText,
  readTime,
  timeText,
  weekdaysOf,
  whatCounts,
} from '../../../renderer/settings/schedule-words.ts'
import type { Schedule } from '../../../shared/contract/settings.ts'

const NARROW_SPACE = /\u202f/g

describe('[UI33] a time of day', () => {
  test.each<[string, number | undefined]>([
    ['9', 540],
    ['9:05', 545],
    ['09.30', 570],
    ['17h', 1_020],
    ['17h30', 1_050],
    ['12 am', 0],
    ['12:15 PM', 735],
    ['5 p.m.', 1_020],
    ['23:59', 1_439],
    ['24:00', undefined],
    ['9:60', undefined],
    ['13 pm', undefined],
    ['0 am', undefined],
    ['noon', undefined],
    ['', undefined],
    ['9:5', undefined],
  ])('%j', (text, minute) => {
    expect(readTime(text)).toBe(minute)
  })

  test.each(['en', 'pt-BR', 'es'])('what is shown in %s can be typed there', (locale) => {
    for (const minute of [0, 1, 59, 60, 540, 719, 720, 721, 1_020, 1_439])
      expect(readTime(timeText(minute, locale))).toBe(minute)
  })

  test('is written as it is there', () => {
    expect(timeText(1_020, 'pt-BR')).toBe('17:00')
    expect(timeText(1_020, 'en').replace(NARROW_SPACE, ' ')).toBe('05:00 PM')
  })
})

test('the week begins as it does there, and days have their names', () => {
  expect(weekdaysOf('es').map((day) => dayName(day, 'es', 'long'))[0]).toBe('lunes')
  expect(weekdaysOf('en').map((day) => dayName(day, 'en', 'long'))[0]).toBe('Sunday')
})

test('a moment of another day says which', () => {
  const now = new Date(2026, 10, 20, 12).getTime()
  expect(momentText(new Date(2026, 10, 20, 17).getTime(), now, 'pt-BR')).toBe('17:00')
  expect(momentText(new Date(2026, 10, 23, 9).getTime(), now, 'pt-BR')).toMatch(/segunda-feira.*09:00/)
})

describe('[UI33] what counts now', () => {
  const schedule: Schedule = { enabled: true, fromMinute: 540, toMinute: 1_020, days: [1], down: 1, up: null }
  test('is what the engine says', () => {
    expect(whatCounts(schedule, { scheduleActive: true, scheduleChangesAt: 5 })).toEqual({ kind: 'slow', changesAt: 5 })
    expect(whatCounts(schedule, { scheduleActive: false, scheduleChangesAt: 7 })).toEqual({
      kind: 'usual',
      changesAt: 7,
    })
    expect(whatCounts({ ...schedule, enabled: false }, { scheduleActive: false })).toEqual({ kind: 'off' })
    expect(whatCounts({ ...schedule, days: [] }, { scheduleActive: false })).toEqual({ kind: 'no-days' })
  })
})
