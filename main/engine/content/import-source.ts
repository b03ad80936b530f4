/**
 * What an import begins with: one file, one folder, or several of them that become the children of a folder which is on no
 * disk. Only what was named is looked at here; folders are walked by walk.ts. Links in a named path are followed, for the
 * user has named them; nothing else is. Nothing is copied, moved or renamed. SPEC: [CO3], [CO8], [CO9].
 */
import { lstat, realpath } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { MAX_PATHS_TOGETHER } from '../../../shared/contract/limits.ts'
import { failureOf } from './failure.ts'
import { type FileFacts, factsOf } from './file-facts.ts'
import { importError } from './import-error.ts'
import { foldName, hostileName } from './safe-name.ts'

/** A file or folder that the user named. */
export interface Named {
  /** As the user named it. */
  readonly name: string
  /** Where it really is: absolute, with links in the given path resolved. */
  readonly path: string
  /** Of a file. */
  readonly facts: FileFacts | undefined
}

export type ImportSource =
  | ({ readonly kind: 'one' } & Named)
  /** `children` by the bytes of their names. */
  | { readonly kind: 'several'; readonly name: string; readonly children: readonly Named[] }

/** Paths looked at together: they may lie on a disk that answers slowly. */
const LOOKS_AT_ONCE = 32

export async function oneSource(givenPath: string): Promise<ImportSource> {
  return { kind: 'one', ...(await look(resolve(givenPath))) }
}

export async function severalSource(
  name: string,
  givenPaths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<ImportSource> {
  const paths = distinctPaths(givenPaths)
  const children: Named[] = []
  for (let at = 0; at < paths.length; at += LOOKS_AT_ONCE) {
    signal?.throwIfAborted()
    children.push(...(await Promise.all(paths.slice(at, at + LOOKS_AT_ONCE).map(look))))
  }
  refuseOverlap(children)
  const ordered = children
    .map((child) => ({ child, bytes: Buffer.from(child.name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ child }) => child)
  return { kind: 'several', name, children: ordered }
}

/** What nobody means to share is refused by name, also behind a link. */
export function refusePrivate(source: ImportSource, isPrivate: ((path: string) => boolean) | undefined): void {
  const named = source.kind === 'one' ? [source] : source.children
  for (const { path } of named) {
    if (isPrivate?.(path) !== true) continue
    throw new ShoalError(
      'NOT_ALLOWED',
      `“${path}” is what Shoal keeps for itself, the key of this node among it. It is never shared.`,
      { path },
    )
  }
}

/** The file or folder of this machine that a path of the share stands for. */
export function locatorOf(source: ImportSource): (path: string) => string {
  if (source.kind === 'one') return (path) => (path === '' ? source.path : join(source.path, path))
  const byName = new Map(source.children.map(({ name, path }) => [name, path]))
  return (path) => {
    const slash = path.indexOf('/')
    const child = byName.get(slash < 0 ? path : path.slice(0, slash))
    if (child === undefined) throw new Error('a path that is below nothing that was named')
    return slash < 0 ? child : join(child, path.slice(slash + 1))
  }
}

/** Pure: each path once, in the order given. Refuses what cannot be a folder's children, before any disk is asked. */
export function distinctPaths(givenPaths: readonly string[]): string[] {
  if (givenPaths.length > MAX_PATHS_TOGETHER) {
    throw new ShoalError(
      'BAD_INPUT',
      `At most ${MAX_PATHS_TOGETHER} paths can be shared together. Share the folder they lie in.`,
      { paths: givenPaths.length, limit: MAX_PATHS_TOGETHER },
    )
  }
  const paths = [...new Set(givenPaths.map((path) => resolve(path)))]
  if (paths.length === 0) throw new ShoalError('BAD_INPUT', 'There is no path to share.')
  const named = new Map<string, string>()
  for (const path of paths) {
    const name = basename(path)
    const hostile = hostileName(name)
    if (hostile !== undefined) {
      throw new ShoalError(
        'BAD_INPUT',
        `“${path}” cannot be part of a share: ${hostile}. Rename it, or leave it out.`,
        { path },
      )
    }
    const folded = foldName(name)
    const other = named.get(folded)
    if (other !== undefined) {
      throw new ShoalError(
        'BAD_INPUT',
        `“${other}” and “${path}” have the same name, and one folder cannot hold both. Rename one of them, or share them with a link each.`,
        { path, other },
      )
    }
    named.set(folded, path)
  }
  return paths
}

/** What lies inside of another would be in the share twice, and nobody can tell which of the two was meant. */
function refuseOverlap(children: readonly Named[]): void {
  const byPath = new Map<string, Named>()
  for (const child of children) {
    const same = byPath.get(child.path)
    if (same !== undefined) {
      throw new ShoalError(
        'BAD_INPUT',
        `“${same.name}” and “${child.name}” are the same: ${child.path}. Leave one of them out.`,
        { path: child.path },
      )
    }
    byPath.set(child.path, child)
  }
  for (const { path } of children) {
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      if (folder !== path && byPath.has(folder)) {
        throw new ShoalError(
          'BAD_INPUT',
          `“${path}” lies inside of “${folder}”, which is to be shared too. Leave one of them out.`,
          { path, other: folder },
        )
      }
      if (folder === dirname(folder)) break
    }
  }
}

async function look(givenPath: string): Promise<Named> {
  const name = basename(givenPath)
  try {
    const path = await realpath(givenPath)
    const stats = await lstat(path, { bigint: true })
    if (stats.isDirectory()) return { name, path, facts: undefined }
    if (stats.isFile()) return { name, path, facts: factsOf(stats) }
  } catch (error) {
    throw importError(failureOf(error, givenPath))
  }
  throw new ShoalError('BAD_INPUT', `“${givenPath}” is neither a file nor a folder. Only those can be shared.`, {
    path: givenPath,
  })
}
