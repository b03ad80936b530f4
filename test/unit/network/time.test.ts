/** Time and chance of network and routing come from outside: then a test can be the clock, and a failure can be repeated. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sourceFiles } from '../repo/sources.ts'

/** What makes waiting and guessing untestable. A limit on input and output (AbortSignal.timeout) only ends what hangs. */
const OWN_TIME = /\b(setTimeout|setInterval|Date\.now|new Date\(|Math\.random|performance\.now)\b/g
/** The clock itself, and what is only the default of a parameter. */
const ALLOWED = [
  'main/engine/network/clock.ts: Date.now',
  'main/engine/network/clock.ts: setTimeout',
  'main/engine/network/doctor.ts: performance.now',
  'main/engine/network/own-interfaces.ts: Date.now',
  'main/engine/routing/routing.ts: Math.random',
]

describe('network and routing', () => {
  const files = sourceFiles(['main/engine/network', 'main/engine/routing'], ['.ts'])
  const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')

  it('[NE17] have no clock and no dice of their own', () => {
    expect(files.length).toBeGreaterThan(30)
    const uses = files.flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(OWN_TIME)].map(([found]) => `${path}: ${found.replace('(', '')}`),
    )
    expect([...new Set(uses)].sort(), 'take a Clock or a `random` as a parameter').toEqual(ALLOWED)
  })

  it('[NE17] what is allowed is a default that whoever builds the part can replace', () => {
    expect(readFileSync('main/engine/network/doctor.ts', 'utf8')).toMatch(
      /monotonic: \(\) => number = \(\) => performance/,
    )
    expect(readFileSync('main/engine/routing/routing.ts', 'utf8')).toMatch(
      /random: Math\.random,.*\.\.\.options\.tools/,
    )
  })
})
