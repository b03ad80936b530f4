/** Durations and moments for people, and durations from people. Rule [CL6]. */
import type { Parsed } from './bytes.ts'

/** "0.4 s", "12 s", "1 min 20 s", "3 h 5 min", "2 d 4 h": two units at most. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 24 * 60) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(seconds / 3600)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
}

/** "3 min ago", "just now". */
export function formatAgo(at: number, now: number): string {
  const ms = now - at
  return ms < 2_000 ? 'just now' : `${formatDuration(ms).split(' ').slice(0, 2).join(' ')} ago`
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  '': 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** "30", "30s", "5m", "1.5h" -> milliseconds; a bare number is seconds. */
export function parseDuration(text: string): Parsed {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|min|h|d|)\s*$/i.exec(text)
  const unit = match === null ? undefined : UNIT_MS[(match[2] ?? '').toLowerCase()]
  if (match === null || unit === undefined) {
    return { ok: false, reason: `"${text}" is not a duration. Write for example 30s, 5m or 1h.` }
  }
  return { ok: true, value: Math.round(Number(match[1]) * unit) }
}
