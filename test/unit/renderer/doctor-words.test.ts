/** The words of the doctor cover every outcome that the specification lists, with the facts that it has. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readText } from '../repo/sources.ts'
import { argumentsOf } from './icu.ts'

const ROWS = [
  ...readText('docs/SPEC.md').matchAll(/^\| `([\w-]+)` \| `([\w-]+)` \| (ok|warning|problem|skipped) \| (.*) \|$/gm),
].map(([, id = '', code = '', result = '', facts = '']) => ({
  id,
  code,
  result,
  facts: [...facts.matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''),
}))

interface Outcome {
  readonly reason: string
  readonly next?: string
}
interface Words {
  readonly titles: Readonly<Record<string, string>>
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, Outcome>>>>
}

describe.each(['en', 'pt-BR', 'es'])('[UI71] the doctor in %s', (locale) => {
  const file = fileURLToPath(new URL(`../../../renderer/messages/${locale}/doctor.json`, import.meta.url))
  const words: Words = JSON.parse(readFileSync(file, 'utf8'))

  it('has words for every outcome of the specification, and for no other', () => {
    expect(ROWS.length).toBeGreaterThan(30)
    const worded = Object.entries(words.outcomes).flatMap(([id, codes]) =>
      Object.keys(codes).map((code) => `${id}/${code}`),
    )
    expect(worded.sort()).toEqual(ROWS.map(({ id, code }) => `${id}/${code}`).sort())
    expect(Object.keys(words.titles).sort()).toEqual([...new Set(ROWS.map(({ id }) => id))].sort())
  })

  it.each(ROWS.map((row) => [`${row.id}/${row.code}`, row] as const))(
    '%s uses only facts that it is given',
    (_, row) => {
      const outcome = words.outcomes[row.id]?.[row.code]
      const used = argumentsOf(`${outcome?.reason} ${outcome?.next ?? ''}`)
      expect(used.filter((name) => !row.facts.includes(name))).toEqual([])
    },
  )

  it.each(ROWS.filter(({ result }) => result === 'problem' || result === 'warning'))(
    '$id/$code says what would help',
    ({ id, code }) => {
      expect(words.outcomes[id]?.[code]?.next ?? '').not.toBe('')
    },
  )
})
