/**
 * Holds docs/SPEC.md and the tests together: a test that quotes a rule (`[CO3] …` in its title) quotes one that exists,
 * and an id stands for one rule. Rules that no test quotes are listed in the output, as work to do, not as a failure.
 */
import { describe, expect, it } from 'vitest'
import { readText, sourceFiles } from './sources.ts'

const RULE_ID = /\[((?:CO|LI|ST|NE|EX|TR|FL|LV|SE|DA|CL|UI|EL)\d+)\]/g
const spec = readText('docs/SPEC.md')
const defined = [...spec.matchAll(/^- \*\*\[([A-Z]{2}\d+)\]\*\* /gm)].map((match) => match[1] ?? '')

describe('docs/SPEC.md', () => {
  it('defines each rule once', () => {
    expect(defined.length).toBeGreaterThan(0)
    expect(defined.filter((id, index) => defined.indexOf(id) !== index)).toEqual([])
  })

  it('has every rule that a test or a source quotes', () => {
    const dangling = sourceFiles(['main', 'shared', 'cli', 'renderer', 'test'], ['.ts', '.tsx', '.mjs'])
      .filter(({ path }) => !path.startsWith('test/unit/repo/'))
      .flatMap(({ path, text }) => [...text.matchAll(RULE_ID)].map((match) => `${path}: ${match[1]}`))
      .filter((line) => !defined.includes(line.slice(line.lastIndexOf(' ') + 1)))
    expect([...new Set(dangling)], 'a rule, its test and its code change together').toEqual([])
  })

  it('lists the rules that no test quotes', () => {
    const quoted = new Set(
      sourceFiles(['test'], ['.test.ts', '.test.tsx']).flatMap(({ text }) =>
        [...text.matchAll(RULE_ID)].map((match) => match[1]),
      ),
    )
    const open = defined.filter((id) => !quoted.has(id))
    if (open.length > 0)
      console.log(`rules of docs/SPEC.md that no test quotes (${open.length} of ${defined.length}): ${open.join(' ')}`)
    expect(open.length).toBeLessThan(defined.length)
  })
})
