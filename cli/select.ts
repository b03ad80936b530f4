/**
 * Choosing files of a share by pattern. `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is either. A
 * pattern without a slash is matched against the last part of a path at any depth; a pattern that fits a folder takes
 * everything in it. Pure; no brackets, no negation. Matching takes time proportional to pattern times path, never more:
 * the paths are a stranger's. Rule [CL8].
 */

const MAX_PATTERN_LENGTH = 1_024
/** Alternatives that the braces of one pattern may stand for. */
const MAX_ALTERNATIVES = 256

export function matcher(patterns: readonly string[]): (path: string) => boolean {
  const tests = patterns.flatMap((pattern) => {
    if (pattern.length > MAX_PATTERN_LENGTH) {
      throw new RangeError(`A pattern has at most ${MAX_PATTERN_LENGTH} characters.`)
    }
    return expandBraces(pattern.replace(/^\.?\//, '').replace(/\/$/, '')).map(one)
  })
  return (path) => {
    const parts = path.split('/')
    return tests.some((test) => test(parts))
  }
}

function one(pattern: string): (parts: readonly string[]) => boolean {
  if (!pattern.includes('/')) return (parts) => parts.some((part) => fitsName(pattern, part))
  const wanted = pattern.split('/')
  return (parts) => fitsStart(wanted, parts)
}

/** Whether the pattern fits the path or a folder above it. Row by row: which numbers of parts are used up so far. */
function fitsStart(wanted: readonly string[], parts: readonly string[]): boolean {
  let reached = new Set([0])
  for (const pattern of wanted) {
    const next = new Set<number>()
    for (const used of reached) {
      if (pattern === '**') for (let more = used; more <= parts.length; more++) next.add(more)
      else if (used < parts.length && fitsName(pattern, parts[used] ?? '')) next.add(used + 1)
    }
    reached = next
  }
  // "a/**" is what is in a, not a file of the name a.
  reached.delete(0)
  return reached.size > 0
}

/** One name against a pattern of `*` and `?`: on a mismatch the last star takes one character more. */
function fitsName(pattern: string, name: string): boolean {
  const wanted = [...pattern]
  const given = [...name]
  let p = 0
  let n = 0
  let star = -1
  let starTook = 0
  while (n < given.length) {
    if (wanted[p] === '*') {
      star = p
      starTook = n
      p += 1
    } else if (p < wanted.length && (wanted[p] === '?' || wanted[p] === given[n])) {
      p += 1
      n += 1
    } else if (star >= 0) {
      starTook += 1
      n = starTook
      p = star + 1
    } else return false
  }
  while (wanted[p] === '*') p += 1
  return p === wanted.length
}

/** "*.{jpg,png}" -> "*.jpg", "*.png"; braces do not nest, and one that is not closed is a character. */
function expandBraces(pattern: string): string[] {
  const group = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(pattern)
  if (group === null) return [pattern]
  const [, before = '', choices = '', after = ''] = group
  const rest = expandBraces(after)
  const all = choices.split(',').flatMap((choice) => rest.map((end) => before + choice + end))
  if (all.length > MAX_ALTERNATIVES)
    throw new RangeError(`A pattern stands for at most ${MAX_ALTERNATIVES} alternatives.`)
  return all
}
