/**
 * Where each file and folder of a manifest goes below the folder that receives it: original paths in, safe local paths
 * out, a function of the root CID alone. Within a folder, names that need no change are given first, in DAG order,
 * so that an escaped name can never push a plain one aside. It creates nothing. SPEC: [CO31], [CO32].
 */
import type { Manifest } from './manifest.ts'
import { isPortable, localName } from './safe-name.ts'

interface LocalTree {
  readonly files: string[]
  readonly directories: string[]
}

/** Computed once per manifest; a tree of a million names is not worth computing twice. */
const trees = new WeakMap<Manifest, LocalTree>()

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
  const tree = manifest.type === 'file' ? { files: [''], directories: [] } : computeTree(manifest)
  trees.set(manifest, tree)
  return tree
}

function computeTree(manifest: Manifest): LocalTree {
  const tree: LocalTree = {
    files: new Array<string>(manifest.files.length).fill(''),
    directories: new Array<string>(manifest.directories.length).fill(''),
  }
  const names = nameSiblings(manifest)
  const folders = new Map<string, string>([['', '']])
  manifest.directories.forEach((path, index) => {
    const local = join(folders.get(parentOf(path)) ?? '', names.directories[index] ?? '')
    folders.set(path, local)
    tree.directories[index] = local
  })
  manifest.files.forEach(({ path }, index) => {
    tree.files[index] = join(folders.get(parentOf(path)) ?? '', names.files[index] ?? '')
  })
  return tree
}

/** Local names, each within its own folder: two rounds, the plain names before those that have to be escaped. */
function nameSiblings(manifest: Manifest): LocalTree {
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
    manifest.directories.forEach((path, index) => {
      names.directories[index] = name(path) ?? names.directories[index] ?? ''
    })
    manifest.files.forEach(({ path }, index) => {
      names.files[index] = name(path) ?? names.files[index] ?? ''
    })
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
