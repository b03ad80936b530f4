/** The schedule of limits in words: times, days, and what counts now. The engine decides what counts; this only says it. Pure. */
import type { Schedule, SettingsView } from '../../shared/contract/settings.ts'

/** "09:00", "9:00 AM": as it is written there. */
export function timeText(minute: number, locale: string): string {
  const at = new Date(Date.UTC(2023, 0, 1, Math.floor(minute / 60), minute % 60))
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }).format(at)
}

/** "9", "9:30", "17.30", "17h30", "5 pm" -> minutes after midnight; undefined for what is no time of day. */
export function readTime(text: string): number | undefined {
  const match = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2})?)?\s*(?:([ap])\.?\s*m\.?)?$/i.exec(text.trim())
  if (match === null) return undefined
  const hours = Number(match[1])
  const minutes = Number(match[2] ?? 0)
  const half = match[3]?.toLowerCase()
  if (minutes > 59) return undefined
  if (half === undefined) return hours < 24 ? hours * 60 + minutes : undefined
  if (hours < 1 || hours > 12) return undefined
  return ((hours % 12) + (half === 'p' ? 12 : 0)) * 60 + minutes
}

/** 0 Sunday … 6 Saturday, beginning with the day that a week begins with there. */
export function weekdaysOf(locale: string): readonly number[] {
  return locale === 'es' ? [1, 2, 3, 4, 5, 6, 0] : [0, 1, 2, 3, 4, 5, 6]
}

/** "Mon", "lun". */
export function dayName(day: number, locale: string, length: 'short' | 'long'): string {
  // 1 January 2023 was a Sunday.
  const date = new Date(Date.UTC(2023, 0, 1 + day))
  return new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' }).format(date)
}

/** "17:00", with the day where that is not today. */
export function momentText(at: number, now: number, locale: string): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString()
  return new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    ...(isToday ? {} : { weekday: 'long' }),
  }).format(at)
}

export type WhatCounts =
  | { readonly kind: 'off' }
  /** It is on, but there is no day on which it would begin. */
  | { readonly kind: 'no-days' }
  | { readonly kind: 'usual' | 'slow'; readonly changesAt: number | undefined }

export function whatCounts(
  schedule: Schedule,
  view: Pick<SettingsView, 'scheduleActive' | 'scheduleChangesAt'>,
): WhatCounts {
  if (!schedule.enabled) return { kind: 'off' }
  if (schedule.days.length === 0) return { kind: 'no-days' }
  return { kind: view.scheduleActive ? 'slow' : 'usual', changesAt: view.scheduleChangesAt }
}
