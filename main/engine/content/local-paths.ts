/**
 * Where each file and folder of a manifest goes below the folder that receives it: original paths in, safe local paths
 * out, a function of the root CID alone. Within a folder, names that need no change are given first, in DAG order,
 * so that an escaped name can never push a plain one aside. It creates nothing. SPEC: [CO31], [CO32].
 */
import type { Manifest } from './manifest.ts'
import { isPortable, localName } from './safe-name.ts'
import { inTurns } from './turns.ts'

interface LocalTree {
  readonly files: string[]
  readonly directories: string[]
}

/** Computed once per manifest; a tree of a million names is not worth computing twice. */
const trees = new WeakMap<Manifest, LocalTree>()

/** Names given without a look at the clock: about 2 ms. */
const NAMES_PER_STEP = 1_000

/**
 * Computes the paths without holding up the event loop: a million take some seconds. Not needed for the others to work,
 * but whoever is about to ask for the paths of a share of unknown size awaits this first.
 */
export async function prepareLocalPaths(manifest: Manifest, signal?: AbortSignal): Promise<void> {
  if (!trees.has(manifest) && manifest.type !== 'file')
    trees.set(manifest, await inTurns(computeTree(manifest), signal))
}

/** '/'-separated local paths, aligned with `manifest.files`; [''] when the share is one file (see `shareName`). */
export function localPaths(manifest: Manifest): readonly string[] {
  return treeOf(manifest).files
}

/** '/'-separated local paths, aligned with `manifest.directories`, parents before children. */
export function localDirectories(manifest: Manifest): readonly string[] {
  return treeOf(manifest).directories
}

function treeOf(manifest: Manifest): LocalTree {
  const known = trees.get(manifest)
  if (known !== undefined) return known
  const tree = manifest.type === 'file' ? { files: [''], directories: [] } : atOnce(computeTree(manifest))
  trees.set(manifest, tree)
  return tree
}

function atOnce<T>(work: Generator<void, T>): T {
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

function* computeTree(manifest: Manifest): Generator<void, LocalTree> {
  const tree: LocalTree = {
    files: new Array<string>(manifest.files.length).fill(''),
    directories: new Array<string>(manifest.directories.length).fill(''),
  }
  const names = yield* nameSiblings(manifest)
  const folders = new Map<string, string>([['', '']])
  for (const [index, path] of manifest.directories.entries()) {
    if (index % NAMES_PER_STEP === 0) yield
    const local = join(folders.get(parentOf(path)) ?? '', names.directories[index] ?? '')
    folders.set(path, local)
    tree.directories[index] = local
  }
  for (const [index, { path }] of manifest.files.entries()) {
    if (index % NAMES_PER_STEP === 0) yield
    tree.files[index] = join(folders.get(parentOf(path)) ?? '', names.files[index] ?? '')
  }
  return tree
}

/** Local names, each within its own folder: two rounds, the plain names before those that have to be escaped. */
function* nameSiblings(manifest: Manifest): Generator<void, LocalTree> {
  const names: LocalTree = { files: [], directories: [] }
  /** Per folder, the folded names in use. */
  const folders = new Map<string, Set<string>>()
  const takenIn = (parent: string): Set<string> => {
    const taken = folders.get(parent) ?? new Set<string>()
    folders.set(parent, taken)
    return taken
  }
  for (const plain of [true, false]) {
    const name = (path: string): string | undefined => {
      const original = path.slice(path.lastIndexOf('/') + 1)
      return isPortable(original) === plain ? localName(original, takenIn(parentOf(path))) : undefined
    }
    for (const [index, path] of manifest.directories.entries()) {
      if (index % NAMES_PER_STEP === 0) yield
      names.directories[index] = name(path) ?? names.directories[index] ?? ''
    }
    for (const [index, { path }] of manifest.files.entries()) {
      if (index % NAMES_PER_STEP === 0) yield
      names.files[index] = name(path) ?? names.files[index] ?? ''
    }
  }
  return names
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
