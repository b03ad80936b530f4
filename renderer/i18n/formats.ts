/** Numbers, sizes, rates, durations and moments in the user's language. Sizes are decimal: 1 MB = 1,000,000 bytes. */
import { useMemo } from 'react'
import { useLocale } from 'use-intl'

export interface Formats {
  number(value: number): string
  percent(fraction: number, digits?: number): string
  /** Whole percents, rounded down: 100 % is said of what is whole. */
  percentDone(fraction: number): string
  bytes(bytes: number): string
  rate(bytesPerSecond: number): string
  /** Two units at most: "3 h 5 min". */
  duration(ms: number): string
  /** Round trips: "0.42 ms", "35 ms". */
  latency(ms: number): string
  /** "3 minutes ago". */
  ago(at: number, now: number): string
  dateTime(at: number): string
  time(at: number): string
}

const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const
const AGO_UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

export function formatsOf(locale: string): Formats {
  const plain = new Intl.NumberFormat(locale)
  const sized = BYTE_UNITS.map((unit) =>
    [0, 1, 2].map(
      (digits) =>
        new Intl.NumberFormat(locale, {
          style: 'unit',
          unit,
          unitDisplay: 'short',
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        }),
    ),
  )
  const seconds = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'second',
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  })
  const millis = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: 'millisecond',
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  })
  const whole = (['second', 'minute', 'hour', 'day'] as const).map(
    (unit) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }),
  )
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
  const percents = [0, 1, 2].map(
    (digits) =>
      new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }),
  )

  const percent = (fraction: number, digits = 0): string =>
    percents[digits]?.format(fraction) ?? plain.format(fraction * 100)
  const bytes = (value: number): string => {
    let scaled = Math.max(0, value)
    let unit = 0
    // 999.5 would print as "1000": go to the next unit where rounding would.
    while (unit < BYTE_UNITS.length - 1 && scaled >= (unit === 0 ? 1000 : 999.5)) {
      scaled /= 1000
      unit += 1
    }
    const digits = unit === 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2
    // Of bytes Intl has "0B" and "0 byte"; B is the symbol in all of our languages.
    if (unit === 0) return `${plain.format(Math.round(scaled))}\u00a0B`
    return sized[unit]?.[digits]?.format(scaled) ?? plain.format(value)
  }
  const unitText = (unit: number, value: number) => whole[unit]?.format(value) ?? plain.format(value)
  const pair = (unit: number, value: number, rest: number) =>
    rest === 0 ? unitText(unit, value) : `${unitText(unit, value)} ${unitText(unit - 1, rest)}`
  return {
    number: (value) => plain.format(value),
    percent,
    percentDone: (fraction) => percent(Math.floor(fraction * 100) / 100),
    bytes,
    rate: (value) => `${bytes(value)}/s`,
    duration(ms) {
      const exact = Math.max(0, ms) / 1000
      if (exact < 9.95) return seconds.format(Math.round(exact * 10) / 10)
      const s = Math.round(exact)
      if (s < 60) return unitText(0, s)
      if (s < 3600) return pair(1, Math.floor(s / 60), s % 60)
      const minutes = Math.round(exact / 60)
      if (minutes < 24 * 60) return pair(2, Math.floor(minutes / 60), minutes % 60)
      const hours = Math.round(exact / 3600)
      return pair(3, Math.floor(hours / 24), hours % 24)
    },
    latency: (ms) => millis.format(ms >= 100 ? Math.round(ms) : ms),
    ago(at, now) {
      const s = Math.max(0, (now - at) / 1000)
      for (const [unit, length] of AGO_UNITS) if (s >= length) return relative.format(-Math.floor(s / length), unit)
      return relative.format(0, 'second')
    },
    dateTime: (at) => dateTime.format(at),
    time: (at) => time.format(at),
  }
}

export function useFormats(): Formats {
  const locale = useLocale()
  return useMemo(() => formatsOf(locale), [locale])
}
