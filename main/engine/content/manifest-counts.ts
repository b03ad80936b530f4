/**
 * Counts what a DAG expands to before anything is expanded: files, directories, chunks, depth. Every node is counted
 * once, however often it is linked, so a directory that refers to one child 2^40 times costs as many additions as it
 * has distinct nodes. Also checks what concerns a parent and its child: a part's size, and that each stands where its
 * type belongs. SPEC: [CO24], [CO28].
 */
import { HAMT_LEVELS, type ManifestLimits } from './limits.ts'
import { ManifestError } from './manifest-error.ts'
import type { DirectoryNode, FileNode, ManifestNode, ShardNode } from './manifest-node.ts'
import { keyAt, type NodeKey } from './node-key.ts'

export function sizeAt(node: FileNode, index: number): number {
  if (node.sizes instanceof Float64Array) return node.sizes[index] ?? 0
  return index === node.count - 1 ? node.sizes.last : node.sizes.each
}

export interface Counts {
  readonly kind: ManifestNode['kind']
  readonly sizeBytes: number
  readonly chunks: number
  /** Files, directories and skipped entries below the node. */
  readonly entries: number
  /** Characters of the paths of all of them, from this node down, each with a separator. */
  readonly pathChars: number
  /** Path components below the node. */
  readonly folders: number
  /** Inner file nodes from this one down to a chunk. */
  readonly parts: number
  /** Shards from this one down, within one directory. */
  readonly shards: number
}

/** Where a node stands: how many of each are above it. */
interface Place {
  readonly folders: number
  readonly parts: number
  readonly shards: number
}

const LEAF: Counts = {
  kind: 'symlink',
  sizeBytes: 0,
  chunks: 0,
  entries: 0,
  pathChars: 0,
  folders: 0,
  parts: 0,
  shards: 0,
}

export class ManifestCounter {
  readonly #nodes: ReadonlyMap<NodeKey, ManifestNode>
  readonly #limits: ManifestLimits
  readonly #counted = new Map<NodeKey, Counts>()

  constructor(nodes: ReadonlyMap<NodeKey, ManifestNode>, limits: ManifestLimits) {
    this.#nodes = nodes
    this.#limits = limits
  }

  /** Counts everything below the root; yields now and then so that the caller may pause. */
  root(key: NodeKey): Generator<void, Counts> {
    return this.#count(key, { folders: 0, parts: 0, shards: 0 })
  }

  *#count(key: NodeKey, place: Place): Generator<void, Counts> {
    // Before descending, so that the recursion itself is never deeper than the limits allow.
    this.#checkDepth(place.folders, place.parts, place.shards)
    const known = this.#counted.get(key)
    const counts = known ?? (yield* this.#countNode(key, place))
    if (known === undefined) this.#counted.set(key, counts)
    this.#checkDepth(place.folders + counts.folders, place.parts + counts.parts, place.shards + counts.shards)
    if (counts.chunks > this.#limits.chunks) throw tooMany('chunks', this.#limits.chunks)
    if (counts.entries > this.#limits.entries) throw tooMany('entries', this.#limits.entries)
    if (counts.pathChars > this.#limits.totalPathChars) throw pathsTooLong(this.#limits.totalPathChars)
    return counts
  }

  *#countNode(key: NodeKey, place: Place): Generator<void, Counts> {
    yield
    const node = this.#nodes.get(key)
    if (node === undefined) throw new ManifestError('missing-node', 'A node of the content was not delivered.')
    switch (node.kind) {
      case 'symlink':
        return LEAF
      case 'file':
        return yield* this.#countFile(node, place)
      case 'directory':
      case 'shard':
        return yield* this.#countFolder(node, place)
    }
  }

  *#countFile(node: FileNode, place: Place): Generator<void, Counts> {
    let chunks = 0
    let parts = 0
    for (let i = 0; i < node.count; i++) {
      if (node.raw[i] === 1) {
        chunks += 1
        continue
      }
      const child = yield* this.#count(keyAt(node.digests, i), { ...place, parts: place.parts + 1 })
      if (child.kind !== 'file') throw new ManifestError('type', `A part of a file is a ${child.kind}.`)
      if (child.sizeBytes !== sizeAt(node, i)) {
        const claimed = sizeAt(node, i)
        throw new ManifestError('size', `A part of a file has ${child.sizeBytes} bytes where ${claimed} were said.`)
      }
      chunks += child.chunks
      parts = Math.max(parts, child.parts)
    }
    return { ...LEAF, kind: 'file', sizeBytes: node.sizeBytes, chunks, parts: parts + 1 }
  }

  *#countFolder(node: DirectoryNode | ShardNode, place: Place): Generator<void, Counts> {
    const total = { sizeBytes: 0, chunks: 0, entries: 0, pathChars: 0, folders: 0, shards: 0 }
    for (let i = 0; i < node.count; i++) {
      const name = node.names[i] ?? ''
      const nested = node.kind === 'shard' && name === ''
      if (node.raw[i] === 1) {
        const size = node.sizes[i] ?? 0
        total.sizeBytes += size
        total.chunks += size > 0 ? 1 : 0
        total.entries += 1
        total.pathChars += name.length + 1
        total.folders = Math.max(total.folders, 1)
        continue
      }
      const below = nested
        ? { ...place, shards: place.shards + 1 }
        : { folders: place.folders + 1, parts: 0, shards: 0 }
      const child = yield* this.#count(keyAt(node.digests, i), below)
      if (nested && child.kind !== 'shard')
        throw new ManifestError('hamt', `A shard of a directory is a ${child.kind}.`)
      total.sizeBytes += child.sizeBytes
      total.chunks += child.chunks
      total.entries += child.entries + (nested ? 0 : 1)
      // The name stands in its own path and in every path below it.
      total.pathChars += child.pathChars + (nested ? 0 : (name.length + 1) * (child.entries + 1))
      total.folders = Math.max(total.folders, child.folders + (nested ? 0 : 1))
      total.shards = Math.max(total.shards, nested ? child.shards : 0)
    }
    return { kind: node.kind, ...total, parts: 0, shards: node.kind === 'shard' ? total.shards + 1 : 0 }
  }

  #checkDepth(folders: number, parts: number, shards: number): void {
    const limit = this.#limits.depth
    if (folders > limit)
      throw new ManifestError('depth', `The content has folders nested deeper than ${limit}.`, { limit })
    if (parts > limit)
      throw new ManifestError('depth', `The content has a file nested deeper than ${limit} nodes.`, { limit })
    if (shards > HAMT_LEVELS)
      throw new ManifestError('hamt', `A sharded directory is deeper than ${HAMT_LEVELS} levels.`)
  }
}

export function tooMany(code: 'chunks' | 'entries' | 'nodes', limit: number): ManifestError {
  const what = code === 'chunks' ? 'chunks' : code === 'entries' ? 'files and folders' : 'DAG nodes'
  return new ManifestError(code, `The content has more than ${limit} ${what}, the most that is opened.`, { limit })
}

export function pathsTooLong(limit: number): ManifestError {
  return new ManifestError('path', `The content's paths have more than ${limit} characters together.`, { limit })
}
