/**
 * The words of the window in every language: the same keys, the same arguments, nothing left empty, every message parses.
 * That a key exists where it is used is the compiler's business (i18n/messages.ts).
 */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { argumentsOf } from './icu.ts'

const FOLDER = fileURLToPath(new URL('../../../renderer/messages/', import.meta.url))
const OTHERS = ['pt-BR', 'es'] as const
const AREAS = readdirSync(`${FOLDER}en`).filter((name) => name.endsWith('.json'))

/** Dotted key -> message. */
function messagesOf(locale: string, area: string): Map<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value)) walk(inner, path === '' ? key : `${path}.${key}`)
  }
  walk(JSON.parse(readFileSync(`${FOLDER}${locale}/${area}`, 'utf8')), '')
  return found
}

describe.each(AREAS)('words of %s', (area) => {
  const english = messagesOf('en', area)

  it('every English message is there and parses', () => {
    expect(english.size).toBeGreaterThan(0)
    for (const [key, message] of english) {
      expect(message.trim(), key).not.toBe('')
      expect(() => argumentsOf(message), key).not.toThrow()
    }
  })

  it.each(OTHERS)('[UI80] %s has the same keys with the same arguments', (locale) => {
    const other = messagesOf(locale, area)
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [key, message] of english) {
      expect(argumentsOf(other.get(key) ?? ''), `${locale} ${area} ${key}`).toEqual(argumentsOf(message))
      expect(other.get(key)?.trim(), `${locale} ${area} ${key}`).not.toBe('')
    }
  })

  it.each(OTHERS)('[UI80] %s is translated, not copied', (locale) => {
    const other = messagesOf(locale, area)
    // Units and names may be the same; a sentence is not. What ICU writes around the words is none of them.
    const words = (message: string) =>
      message.replace(/\{\w+, \w+,|\{\w+\}|\b(one|other|=\d) \{|[{}#]/g, ' ').match(/\p{L}{3,}/gu) ?? []
    const sentences = [...english].filter(([, message]) => words(message).length >= 4)
    const copied = sentences.filter(([key, message]) => other.get(key) === message)
    expect(copied.map(([key]) => key)).toEqual([])
  })
})
