/**
 * Sizes and rates for people. Printed in decimal units (1 MB = 1,000,000 bytes), always; read in decimal (MB, M) and
 * binary (MiB, Mi) units. Bits are refused rather than guessed at. Rule [CL6].
 */

const PRINTED = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const
const DECIMAL: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 }
const BINARY: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 }

/** "0 B", "999 B", "1.00 kB", "12.3 MB", "123 GB": three digits, no more than is worth reading. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  // 999.5 would print as "1000": go to the next unit where rounding would.
  while (unit < PRINTED.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000
    unit += 1
  }
  if (unit === 0) return `${Math.round(value)} B`
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
  return `${value.toFixed(digits)} ${PRINTED[unit]}`
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

export type Parsed = { readonly ok: true; readonly value: number } | { readonly ok: false; readonly reason: string }

/** "1500", "5MB", "1.5 GiB", "64k" -> bytes. */
export function parseBytes(text: string): Parsed {
  const match = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*([kmgtp]?)(i?)(b?)\s*$/i.exec(text)
  if (match === null) {
    const bits = /bit|bps/i.test(text) ? ' Bits are not accepted: give bytes.' : ''
    return { ok: false, reason: `"${text}" is not a size. Write for example 500kB, 5MB or 1.5GiB.${bits}` }
  }
  const [, number = '', prefix = '', binary = '', byte = ''] = match
  if (byte === 'b' && prefix !== '' && prefix !== 'k') {
    return { ok: false, reason: `"${text}" could mean bits. Write ${prefix.toUpperCase()}B for bytes.` }
  }
  const unit = binary === '' ? DECIMAL[prefix.toLowerCase()] : BINARY[prefix.toLowerCase()]
  if (unit === undefined) return { ok: false, reason: `"${text}" has no such unit. Write for example 5MB or 5MiB.` }
  const value = Math.round(Number(number) * unit)
  return Number.isSafeInteger(value) ? { ok: true, value } : { ok: false, reason: `"${text}" is too large.` }
}

/** As parseBytes, with an optional "/s": "5MB/s", "1M". Zero is refused: it would mean "never". */
export function parseRate(text: string): Parsed {
  const parsed = parseBytes(text.replace(/\s*\/\s*s(ec)?\s*$/i, ''))
  if (!parsed.ok) return { ok: false, reason: parsed.reason.replace('is not a size', 'is not a rate') }
  if (parsed.value === 0)
    return { ok: false, reason: 'A rate of 0 would stop everything: use pause for that, or none to lift the limit.' }
  return parsed
}
