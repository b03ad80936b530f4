/** Sizes, rates, durations, and text that came from somebody else. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatBytes, parseBytes, parseRate } from '../../../shared/format/bytes.ts'
import { formatAgo, formatDuration, parseDuration } from '../../../shared/format/time.ts'
import { displayWidth, pad, truncate, visible } from '../../../shared/format/visible.ts'

describe('sizes', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [1_536, '1.54 kB'],
    [9_994, '9.99 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [1_048_576, '1.05 MB'],
    [1_073_741_824, '1.07 GB'],
    [4e15, '4.00 PB'],
  ])('[CL6] %i is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text)
  })

  test.each([
    ['0', 0],
    ['1500', 1_500],
    ['5MB', 5_000_000],
    ['5 MB', 5_000_000],
    ['1M', 1_000_000],
    ['1MiB', 1_048_576],
    ['1Mi', 1_048_576],
    ['64k', 64_000],
    ['64kb', 64_000],
    ['64KiB', 65_536],
    ['1.5GiB', 1_610_612_736],
    ['.5k', 500],
    ['10B', 10],
    ['10b', 10],
  ])('[CL6] "%s" is %i bytes', (text, value) => {
    expect(parseBytes(text)).toEqual({ ok: true, value })
  })

  test.each(['', 'abc', '-5', '5XB', '5Mb', '5Gbit', '1e9', '5iB', '5 5', '9999999P', '0x10', 'NaN'])(
    '[CL6] "%s" is refused with a reason',
    (text) => {
      const parsed = parseBytes(text)
      expect(parsed.ok).toBe(false)
      expect(parsed.ok ? '' : parsed.reason.length).toBeGreaterThan(10)
    },
  )

  test.each([
    ['5MB/s', 5_000_000],
    ['1M', 1_000_000],
    ['500 kB / s', 500_000],
    ['1MiB/sec', 1_048_576],
  ])('[CL6] the rate "%s" is %i', (text, value) => {
    expect(parseRate(text)).toEqual({ ok: true, value })
  })
  test.each(['0', '0/s', '5Mbit/s', '5MB/min', '5Mbps'])('[CL6] the rate "%s" is refused', (text) => {
    expect(parseRate(text).ok).toBe(false)
  })

  const SEED = 7
  test(`[CL6] what is printed reads back to within its three digits (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9e14 }), (bytes) => {
        const back = parseBytes(formatBytes(bytes))
        expect(back.ok && Math.abs(back.value - bytes) <= bytes * 0.0051).toBe(true)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })
})

describe('durations', () => {
  test.each([
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_960, '10 s'],
    [59_000, '59 s'],
    [60_000, '1 min'],
    [80_000, '1 min 20 s'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [90_000_000, '1 d 1 h'],
  ])('[CL6] %i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
  })
  test.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['0', 0],
  ])('[CL6] "%s" is %i ms', (text, value) => {
    expect(parseDuration(text)).toEqual({ ok: true, value })
  })
  test.each(['', '5x', '-1', 'soon'])('[CL6] "%s" is refused', (text) => {
    expect(parseDuration(text).ok).toBe(false)
  })
  test('[CL6] moments', () => {
    expect(formatAgo(0, 1_000)).toBe('just now')
    expect(formatAgo(0, 200_000)).toBe('3 min ago')
  })
})

describe('text from somebody else', () => {
  test.each([
    ['plain name.txt', 'plain name.txt'],
    ['Ünïcödé 日本語 עברית', 'Ünïcödé 日本語 עברית'],
    ['👩‍👩‍👧 family', '👩‍👩‍👧 family'],
    ['\u001b[31mred\u001b[0m', '\\u{1b}[31mred\\u{1b}[0m'],
    ['\u009b31m', '\\u{9b}31m'],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['invoice\u202efdp.exe', 'invoice\\u{202e}fdp.exe'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['soft\u00adhyphen', 'soft\\u{ad}hyphen'],
    ['\u{e0041}', '\\u{e0041}'],
    ['a\u2028b', 'a\\u{2028}b'],
    ['\ud800x', '\\u{d800}x'],
    ['\u0000', '\\u{0}'],
  ])('[CL7] %j prints as %s', (text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  const SEED = 11
  test(`[CL7] nothing a terminal obeys is left in any text (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const obeyed = (code: number) =>
          code < 0x20 ||
          (code >= 0x7f && code < 0xa0) ||
          (code >= 0x202a && code <= 0x202e) ||
          (code >= 0x2066 && code <= 0x2069)
        expect([...visible(text)].filter((character) => obeyed(character.codePointAt(0) ?? 0))).toEqual([])
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  test('[CL7] widths, cuts and pads count columns and not characters', () => {
    expect(displayWidth('日本')).toBe(4)
    expect(displayWidth('e\u0301')).toBe(1)
    expect(truncate('日本語テキスト', 7)).toBe('日本語…')
    expect(truncate('abcdef', 6)).toBe('abcdef')
    expect(truncate('a very long file name.tar.gz', 20, 6)).toBe('a very long f…tar.gz')
    expect(truncate('abc', 0)).toBe('')
    expect(pad('日本', 6)).toBe('日本  ')
    expect(displayWidth(pad('日本語テキスト', 9))).toBe(9)
  })
})
