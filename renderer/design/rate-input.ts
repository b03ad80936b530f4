/** A speed as it is typed: a number, in the writing of any of our languages, and a unit. Pure. Rule [UI30]. */

export const RATE_UNITS = ['kB', 'MB'] as const
export type RateUnit = (typeof RATE_UNITS)[number]

export interface RateDraft {
  readonly text: string
  readonly unit: RateUnit
}

const BYTES: Readonly<Record<RateUnit, number>> = { kB: 1e3, MB: 1e6 }
/** As in the contract: bytes per second. */
const MAX_RATE = 1e12

export type ReadRate =
  | { readonly type: 'rate'; readonly bytesPerSecond: number }
  /** Nothing was typed: no limit. */
  | { readonly type: 'none' }
  | { readonly type: 'refused'; readonly reason: 'not-a-number' | 'ambiguous' | 'zero' | 'too-much' }

/** "1,5" and "1.5" are the same in any language; "1,500" in English may be one and a half or fifteen hundred. */
export function readRate({ text, unit }: RateDraft, locale: string): ReadRate {
  const trimmed = text.trim()
  if (trimmed === '') return { type: 'none' }
  if (!/^\d+([.,]\d+)?$/.test(trimmed)) return { type: 'refused', reason: 'not-a-number' }
  const foreign = decimalSign(locale) === '.' ? ',' : '.'
  if (/^[1-9]\d{0,2}.\d{3}$/.test(trimmed) && trimmed.includes(foreign)) return { type: 'refused', reason: 'ambiguous' }
  const bytesPerSecond = Math.round(Number(trimmed.replace(',', '.')) * BYTES[unit])
  if (bytesPerSecond === 0) return { type: 'refused', reason: 'zero' }
  return bytesPerSecond > MAX_RATE ? { type: 'refused', reason: 'too-much' } : { type: 'rate', bytesPerSecond }
}

/** As it would be typed: without grouping, with the decimal sign of the language, in the unit that needs fewer digits. */
export function draftOf(bytesPerSecond: number | null | undefined, locale: string): RateDraft {
  if (bytesPerSecond === null || bytesPerSecond === undefined) return { text: '', unit: 'MB' }
  const unit: RateUnit = bytesPerSecond >= BYTES.MB ? 'MB' : 'kB'
  const format = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 6 })
  return { text: format.format(bytesPerSecond / BYTES[unit]), unit }
}

function decimalSign(locale: string): string {
  return new Intl.NumberFormat(locale).formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.'
}
