/**
 * Files of a share as a tree of folders, and which of them are chosen. Every folder covers one run of `files`, so that
 * choosing a folder of a hundred thousand files is one fill and its three states are a count. Pure; no React here.
 * Rule [UI13].
 */
export interface TreeFile {
  /** Number of the file in the manifest. */
  readonly index: number
  /** Relative, with `/`. */
  readonly path: string
  readonly sizeBytes: number
}

export interface FileNode {
  readonly kind: 'file'
  readonly name: string
  readonly depth: number
  /** Among its parent's children, from 1. */
  readonly position: number
  readonly parent: FolderNode
  readonly sizeBytes: number
  /** Place in `FileTree.files`. */
  readonly at: number
}

export interface FolderNode {
  readonly kind: 'folder'
  readonly name: string
  readonly depth: number
  readonly position: number
  readonly parent: FolderNode | undefined
  readonly children: readonly TreeNode[]
  /** The files below it: `files[from]` to before `files[to]`. */
  readonly from: number
  readonly to: number
  readonly sizeBytes: number
}

export type TreeNode = FileNode | FolderNode

export interface FileTree {
  /** Has no name and is not drawn. */
  readonly root: FolderNode
  /** In the order in which they are drawn when everything is open. */
  readonly files: readonly TreeFile[]
}

interface Draft {
  readonly name: string
  readonly folders: Map<string, Draft>
  readonly files: { readonly name: string; readonly file: TreeFile }[]
}

/** Names are put in order by a person's rules up to here; a larger folder keeps the order of the manifest. */
const MAX_SORTED = 5_000
const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })

export function fileTree(files: Iterable<TreeFile>): FileTree {
  const top = emptyDraft('')
  for (const file of files) {
    const parts = file.path.split('/')
    const name = parts.pop() ?? ''
    let folder = top
    for (const part of parts) {
      let next = folder.folders.get(part)
      if (next === undefined) {
        next = emptyDraft(part)
        folder.folders.set(part, next)
      }
      folder = next
    }
    folder.files.push({ name, file })
  }
  const ordered: TreeFile[] = []
  return { root: finish(top, undefined, 1, ordered), files: ordered }
}

function emptyDraft(name: string): Draft {
  return { name, folders: new Map(), files: [] }
}

/** A manifest has at most 64 folders in folders [CO20]: the recursion ends there. */
function finish(draft: Draft, parent: FolderNode | undefined, position: number, ordered: TreeFile[]): FolderNode {
  const children: TreeNode[] = []
  const depth = parent === undefined ? -1 : parent.depth + 1
  const from = ordered.length
  const folder = {
    kind: 'folder' as const,
    name: draft.name,
    depth,
    position,
    parent,
    children,
    from,
    to: 0,
    sizeBytes: 0,
  }
  for (const inner of inOrder([...draft.folders.values()])) {
    const child = finish(inner, folder, children.length + 1, ordered)
    folder.sizeBytes += child.sizeBytes
    children.push(child)
  }
  for (const { name, file } of inOrder(draft.files)) {
    const { sizeBytes } = file
    const at = ordered.length
    children.push({
      kind: 'file',
      name,
      depth: depth + 1,
      position: children.length + 1,
      parent: folder,
      sizeBytes,
      at,
    })
    folder.sizeBytes += sizeBytes
    ordered.push(file)
  }
  folder.to = ordered.length
  return folder
}

function inOrder<T extends { readonly name: string }>(entries: T[]): T[] {
  return entries.length > MAX_SORTED ? entries : entries.sort((a, b) => byName.compare(a.name, b.name))
}

/** What is drawn: the children of open folders, top down. */
export function openRows(tree: FileTree, isOpen: (folder: FolderNode) => boolean): TreeNode[] {
  const rows: TreeNode[] = []
  const add = (folder: FolderNode) => {
    for (const child of folder.children) {
      rows.push(child)
      if (child.kind === 'folder' && isOpen(child)) add(child)
    }
  }
  add(tree.root)
  return rows
}

/** Files and folders with the words in their names, with the folders that lead there; what fits is shown with all its folders open. */
export function searchRows(tree: FileTree, query: string): TreeNode[] {
  const wanted = query.trim().toLocaleLowerCase()
  const rows: TreeNode[] = []
  const add = (folder: FolderNode): boolean => {
    let found = false
    for (const child of folder.children) {
      const place = rows.length
      const fits = child.name.toLocaleLowerCase().includes(wanted)
      rows.push(child)
      const inside = child.kind === 'folder' && add(child)
      if (fits || inside) found = true
      else rows.length = place
    }
    return found
  }
  add(tree.root)
  return rows
}

/** Which files are chosen. Changed in place: whoever draws it counts the changes. */
export class FileSelection {
  readonly #tree: FileTree
  readonly #chosen: Uint8Array
  readonly #counts = new Map<FolderNode, number>()
  #files: number
  #bytes: number

  /** All are chosen at first, or those that `isChosen` says. */
  constructor(tree: FileTree, isChosen?: (file: TreeFile) => boolean) {
    this.#tree = tree
    this.#chosen = new Uint8Array(tree.files.length).fill(1)
    this.#files = tree.files.length
    this.#bytes = tree.root.sizeBytes
    if (isChosen === undefined) return
    for (const [at, file] of tree.files.entries()) if (!isChosen(file)) this.#fill(at, at + 1, 0)
  }

  get fileCount(): number {
    return this.#files
  }

  get sizeBytes(): number {
    return this.#bytes
  }

  get isAll(): boolean {
    return this.#files === this.#tree.files.length
  }

  state(node: TreeNode): 'all' | 'some' | 'none' {
    if (node.kind === 'file') return this.#chosen[node.at] === 1 ? 'all' : 'none'
    const count = this.#count(node)
    if (count === node.to - node.from) return 'all'
    return count === 0 ? 'none' : 'some'
  }

  /** What is partly chosen becomes wholly chosen. */
  toggle(node: TreeNode): void {
    const value = this.state(node) === 'all' ? 0 : 1
    const [from, to] = node.kind === 'file' ? [node.at, node.at + 1] : [node.from, node.to]
    this.#fill(from, to, value)
  }

  setAll(isChosen: boolean): void {
    this.#fill(0, this.#tree.files.length, isChosen ? 1 : 0)
  }

  /** Numbers of the chosen files in the manifest, ascending. */
  indices(): number[] {
    return this.#tree.files
      .filter((_, at) => this.#chosen[at] === 1)
      .map(({ index }) => index)
      .sort((a, b) => a - b)
  }

  #fill(from: number, to: number, value: 0 | 1): void {
    for (let at = from; at < to; at++) {
      if (this.#chosen[at] === value) continue
      this.#chosen[at] = value
      const sign = value === 1 ? 1 : -1
      this.#files += sign
      this.#bytes += sign * (this.#tree.files[at]?.sizeBytes ?? 0)
    }
    this.#counts.clear()
  }

  /** Counted once per change, and only of folders that are looked at. */
  #count(folder: FolderNode): number {
    const known = this.#counts.get(folder)
    if (known !== undefined) return known
    let count = 0
    for (let at = folder.from; at < folder.to; at++) count += this.#chosen[at] ?? 0
    this.#counts.set(folder, count)
    return count
  }
}
