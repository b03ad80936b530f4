/** Speeds as people type them. Rule [UI30]. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draftOf, readRate } from '../../../renderer/design/rate-input.ts'

const rate = (bytesPerSecond: number) => ({ type: 'rate', bytesPerSecond })
const refused = (reason: string) => ({ type: 'refused', reason })

describe('[UI30] a typed speed', () => {
  test.each<[string, 'kB' | 'MB', string, object]>([
    ['5', 'MB', 'en', rate(5_000_000)],
    ['1.5', 'MB', 'en', rate(1_500_000)],
    ['1,5', 'MB', 'en', rate(1_500_000)],
    ['1.500', 'MB', 'en', rate(1_500_000)],
    ['1,500', 'MB', 'en', refused('ambiguous')],
    ['1.500', 'MB', 'es', refused('ambiguous')],
    ['1,500', 'MB', 'pt-BR', rate(1_500_000)],
    ['0.125', 'MB', 'es', rate(125_000)],
    ['250', 'kB', 'en', rate(250_000)],
    ['', 'MB', 'en', { type: 'none' }],
    ['  ', 'MB', 'en', { type: 'none' }],
    ['0', 'MB', 'en', refused('zero')],
    ['0.0000001', 'kB', 'en', refused('zero')],
    ['-5', 'MB', 'en', refused('not-a-number')],
    ['5 MB', 'MB', 'en', refused('not-a-number')],
    ['1.000,5', 'MB', 'es', refused('not-a-number')],
    ['1e3', 'MB', 'en', refused('not-a-number')],
    ['9999999', 'MB', 'en', refused('too-much')],
  ])('%j %s in %s', (text, unit, locale, read) => {
    expect(readRate({ text, unit }, locale)).toEqual(read)
  })

  test('what is shown is what would be typed, in every language', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e12 }), fc.constantFrom('en', 'es', 'pt-BR'), (bytesPerSecond, locale) => {
        const read = readRate(draftOf(bytesPerSecond, locale), locale)
        expect(read.type).toBe('rate')
        // Six decimals of a megabyte are whole bytes.
        expect(read).toEqual(rate(bytesPerSecond))
      }),
      { seed: 11 },
    )
    expect(draftOf(null, 'en').text).toBe('')
  })
})
