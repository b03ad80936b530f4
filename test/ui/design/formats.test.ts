/** Parts of something that is being fetched: never more on the screen than is there. */
import { describe, expect, it } from 'vitest'
import { formatsOf } from '../../../renderer/i18n/formats.ts'

describe('how much of it is done', () => {
  it.each([
    ['en', 0, '0%'],
    ['en', 0.296, '29%'],
    ['en', 0.996, '99%'],
    ['en', 0.999_999, '99%'],
    ['en', 1, '100%'],
    ['pt-BR', 0.996, '99%'],
    ['es', 0.996, '99\u00a0%'],
  ])('in %s, of %d: %s', (locale, fraction, text) => {
    expect(formatsOf(locale).percentDone(fraction)).toBe(text)
  })
})
