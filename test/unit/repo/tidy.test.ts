/** What a reviewer would otherwise say twice, each with its reason. */
import { describe, expect, it } from 'vitest'
import { type SourceFile, sourceFiles } from './sources.ts'

/** Lines. STYLE: 60 to 150, 300 at the very most. */
const MAX_LINES = 300

const product = sourceFiles(['main', 'shared', 'cli', 'renderer', 'bench', 'scripts'], ['.ts', '.tsx', '.mjs'])
const everything = [...product, ...sourceFiles(['test'], ['.ts', '.tsx', '.mjs'])]

interface Rule {
  readonly title: string
  readonly reason: string
  readonly files: readonly SourceFile[]
  readonly breach: (file: SourceFile) => boolean
  /** A text that breaks the rule: a rule that finds nothing in it is no rule. */
  readonly broken: string
}

const RULES: readonly Rule[] = [
  {
    title: `a file of the product has at most ${MAX_LINES} lines`,
    reason: 'longer, it holds more than one idea: split it by idea',
    files: product,
    breach: ({ text }) => text.split('\n').length - 1 > MAX_LINES,
    broken: '\n'.repeat(MAX_LINES + 1),
  },
  {
    title: 'a file opens with a paragraph',
    reason:
      'the first thing a reader needs is what the file is and what it deliberately does not do: start it with /** … */',
    files: everything,
    breach: ({ text }) => !/^(#!.*\n)?\/\*\*[\s\S]{30,}?\*\//.test(text),
    broken: `import { a } from './a.ts'`,
  },
  {
    title: 'no compiler error silenced for good',
    reason: 'it also hides the next mistake on that line; @ts-expect-error with a reason at least ends with its cause',
    files: everything,
    breach: ({ text }) => new RegExp(`@ts-(${['ig', 'nore'].join('')}|no${'check'})\\b`).test(text),
    broken: `// @ts-${'ig'}${'nore'}`,
  },
  {
    title: 'no notes to self',
    reason: 'what is not done belongs into an issue, where somebody sees it',
    files: everything,
    breach: ({ text }) => new RegExp(`\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')}|X{3})\\b`).test(text),
    broken: `// ${['TO', 'DO'].join('')}: later`,
  },
  {
    title: 'no test left alone or switched off',
    reason:
      '.only silences all others, a bare .skip hides a defect: a test that cannot run says why with ctx.skip(reason)',
    files: everything.filter(({ path }) => /\.test\.tsx?$/.test(path)),
    breach: ({ text }) => /\b(it|test|describe)\.(only|skip|todo|fails)\b/.test(text.replace(/\.(only|skip) /g, '')),
    broken: `${'it'}.only('x', () => {})`,
  },
]

describe('tidy', () => {
  it.each(RULES.map((rule) => [rule.title, rule] as const))('%s', (_, { reason, files, breach }) => {
    expect(files.length).toBeGreaterThan(0)
    expect(
      files.filter((file) => breach(file)).map(({ path }) => path),
      reason,
    ).toEqual([])
  })

  it.each(RULES.map((rule) => [rule.title, rule] as const))(
    'the check itself finds a breach of: %s',
    (_, { breach, broken }) => {
      expect(breach({ path: 'main/x.ts', text: broken })).toBe(true)
    },
  )
})
