/**
 * What several things that are shared in one go become: one share of all of them, or one of each. Pure. Rule [UI18].
 */
import { MAX_SHARE_NAME_LENGTH } from '../../shared/contract/limits.ts'
import { baseName, type Source } from './share-tasks.ts'

/** Of the first name; the words after it, in any language, fit beside it. */
const MAX_FIRST_NAME_LENGTH = MAX_SHARE_NAME_LENGTH - 55

/** `nameOf` words "<first> and <more> more". Copies stay as they are: one drop is one copy already. */
export function together(sources: readonly Source[], nameOf: (first: string, more: number) => string): Source[] {
  const paths = new Set<string>()
  for (const source of sources) {
    if (source.kind !== 'path') return [...sources]
    paths.add(source.path)
  }
  const [first] = paths
  if (first === undefined) return []
  if (paths.size === 1) return [{ kind: 'path', path: first }]
  const name = nameOf([...baseName(first)].slice(0, MAX_FIRST_NAME_LENGTH / 2).join(''), paths.size - 1)
  return [{ kind: 'together', paths: [...paths], name: name.slice(0, MAX_SHARE_NAME_LENGTH) }]
}

export function oneEach(paths: readonly string[]): Source[] {
  return paths.map((path) => ({ kind: 'path', path }))
}
