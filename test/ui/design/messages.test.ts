/** Every message of every language is formatted by the very library that the window formats it with; test/unit/renderer compares the languages. */
import { createTranslator } from 'use-intl/core'
import { expect, test } from 'vitest'
import en from '../../../renderer/messages/en/index.ts'
import es from '../../../renderer/messages/es/index.ts'
import ptBR from '../../../renderer/messages/pt-BR/index.ts'

interface Words {
  readonly [key: string]: string | Words
}

function flat(words: Words, before = ''): Map<string, string> {
  const all = new Map<string, string>()
  for (const [key, value] of Object.entries(words)) {
    if (typeof value === 'string') all.set(before + key, value)
    else for (const [inner, text] of flat(value, `${before}${key}.`)) all.set(inner, text)
  }
  return all
}

const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name ?? '')

test.each([
  ['en', en],
  ['pt-BR', ptBR],
  ['es', es],
] as const)('[UI80] all words of %s can be formatted', (locale, messages) => {
  const broken: string[] = []
  const translate = createTranslator({
    locale,
    messages,
    timeZone: 'UTC',
    onError: (error) => broken.push(error.message.slice(0, 200)),
  })
  // The compiler knows keys one by one; here all of them are gone through.
  const format = translate.markup as unknown as (key: string, values: object) => string
  for (const [key, text] of flat(messages)) {
    const facts = namesIn(text, /\{(\w+)\s*[,}]/g).map((name) => [name, 1])
    const tags = namesIn(text, /<(\w+)>/g).map((name) => [name, (inner: string) => inner])
    const said = format(key, Object.fromEntries([...facts, ...tags]))
    if (/[{}]/.test(said)) broken.push(`${key}: ${said}`)
  }
  expect(broken).toEqual([])
})
