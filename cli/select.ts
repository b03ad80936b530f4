/**
 * Choosing files of a share by pattern. `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is either. A
 * pattern without a slash is matched against the last part of a path at any depth; a pattern that fits a folder takes
 * everything in it. Pure; no brackets, no negation. Rule [CL8].
 */

/** Patterns come from the person at the keyboard, but a share has up to millions of paths: keep the expression simple. */
const MAX_PATTERN_LENGTH = 1_024

export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.map(one)
  return (path) => tests.some((test) => test(path))
}

function one(pattern: string): (path: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH)
    throw new RangeError(`A pattern has at most ${MAX_PATTERN_LENGTH} characters.`)
  const plain = pattern.replace(/^\.?\//, '').replace(/\/$/, '')
  const expression = new RegExp(`^${translate(plain)}$`, 'u')
  const anywhere = !plain.includes('/')
  return (path) => {
    const parts = path.split('/')
    // The path itself, and each folder it lies in.
    for (let end = parts.length; end >= 1; end--) {
      const candidate = anywhere ? (parts[end - 1] ?? '') : parts.slice(0, end).join('/')
      if (expression.test(candidate)) return true
    }
    return false
  }
}

function translate(pattern: string): string {
  let source = ''
  let depth = 0
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? ''
    if (character === '*') {
      const double = pattern[i + 1] === '*'
      while (pattern[i + 1] === '*') i += 1
      // "a/**/b" also fits "a/b".
      if (double && pattern[i + 1] === '/') {
        i += 1
        source += '(?:[^/]+/)*'
      } else source += double ? '.*' : '[^/]*'
    } else if (character === '?') source += '[^/]'
    else if (character === '{' && pattern.indexOf('}', i) > i) {
      depth += 1
      source += '(?:'
    } else if (character === '}' && depth > 0) {
      depth -= 1
      source += ')'
    } else if (character === ',' && depth > 0) source += '|'
    else source += character.replace(/[\\^$.|+()[\]{}/-]/gu, '\\$&')
  }
  return source + ')'.repeat(depth)
}
