/**
 * Lays a counted DAG out: paths, and the digests of all chunks in DAG order, depth first. The counts are known to be
 * within the limits, so everything is allocated once and at its exact size. A file or part of one that occurs again is
 * copied from where it already lies. Also checks what only a path can tell: its length, and that every name of a HAMT
 * stands where its hash says. SPEC: [CO25], [CO27], [CO29].
 */
import type { CID } from 'multiformats/cid'
import type { DigestArena } from './digest-arena.ts'
import { nameHash } from './hamt-hash.ts'
import { DIGEST_BYTES, type ManifestLimits } from './limits.ts'
import type { Manifest, ManifestFile, SkippedEntry } from './manifest.ts'
import { type Counts, sizeAt } from './manifest-counts.ts'
import { ManifestError } from './manifest-error.ts'
import type { DirectoryNode, ManifestNode, ShardNode } from './manifest-node.ts'
import { keyAt, type NodeKey } from './node-key.ts'
import { type ChunkCuts, cutsOf, PackedManifest } from './packed-manifest.ts'

interface Place {
  readonly path: string
  readonly pathBytes: number
}

export class ManifestExpander {
  /** Emptied on the way: a file's node is of no use once its chunks are laid out. */
  readonly #nodes: Map<NodeKey, ManifestNode>
  readonly #limits: ManifestLimits
  readonly #arena: DigestArena
  readonly #files: ManifestFile[] = []
  readonly #directories: string[] = []
  readonly #skipped: SkippedEntry[] = []
  readonly #cuts = new Map<number, ChunkCuts>()
  readonly #digests: Uint8Array
  readonly #lengths: Uint32Array
  /** Where the chunks of a file node were laid out first. */
  readonly #laid = new Map<NodeKey, { first: number; count: number; sizeBytes: number }>()
  #chunk = 0

  constructor(nodes: Map<NodeKey, ManifestNode>, counts: Counts, limits: ManifestLimits, arena: DigestArena) {
    this.#nodes = nodes
    this.#arena = arena
    this.#limits = limits
    this.#digests = new Uint8Array(counts.chunks * DIGEST_BYTES)
    this.#lengths = new Uint32Array(counts.chunks)
  }

  /** Yields now and then so that the caller may pause. */
  *root(root: CID, key: NodeKey): Generator<void, Manifest> {
    const node = this.#node(key)
    if (node.kind === 'symlink')
      throw new ManifestError('type', 'The link leads to a symbolic link, which is not shared.')
    if (node.kind === 'file') yield* this.#file('', key)
    else yield* this.#folder(node, { path: '', pathBytes: 0 }, [])
    return new PackedManifest({
      root,
      type: node.kind === 'file' ? 'file' : 'directory',
      files: this.#files,
      directories: this.#directories,
      skipped: this.#skipped,
      digests: this.#digests,
      chunkCount: this.#chunk,
      cuts: this.#cuts,
    })
  }

  /** `slots`: the way from the root of a HAMT to this shard. */
  *#folder(node: DirectoryNode | ShardNode, place: Place, slots: readonly number[]): Generator<void, void> {
    for (let i = 0; i < node.count; i++) {
      const name = node.names[i] ?? ''
      if (node.kind === 'shard') {
        const below = [...slots, node.slots[i] ?? 0]
        if (name === '') {
          const shard = this.#node(keyAt(node.digests, i))
          if (shard.kind === 'shard') yield* this.#folder(shard, place, below)
          continue
        }
        checkHash(name, below)
      }
      const entry = this.#below(place, name)
      if (node.raw[i] === 1) this.#leafFile(entry.path, node, i)
      else yield* this.#entry(entry, keyAt(node.digests, i))
      if (i % 64 === 0) yield
    }
  }

  *#entry(place: Place, key: NodeKey): Generator<void, void> {
    if (this.#laid.has(key)) return yield* this.#file(place.path, key)
    const node = this.#node(key)
    switch (node.kind) {
      case 'symlink':
        this.#skipped.push({ path: place.path, reason: 'symlink' })
        return
      case 'file':
        return yield* this.#file(place.path, key)
      case 'directory':
      case 'shard':
        this.#directories.push(place.path)
        return yield* this.#folder(node, place, [])
    }
  }

  #leafFile(path: string, node: DirectoryNode | ShardNode, link: number): void {
    const sizeBytes = node.sizes[link] ?? 0
    this.#files.push({ path, sizeBytes, firstChunk: this.#chunk, chunkCount: sizeBytes > 0 ? 1 : 0 })
    if (sizeBytes > 0) this.#layChunk(node.digests, link, sizeBytes)
  }

  *#file(path: string, key: NodeKey): Generator<void, void> {
    const firstChunk = this.#chunk
    const sizeBytes = yield* this.#part(key)
    const chunkCount = this.#chunk - firstChunk
    const cuts = cutsOf(this.#lengths.subarray(firstChunk, this.#chunk))
    if (cuts !== undefined) this.#cuts.set(this.#files.length, cuts)
    this.#files.push({ path, sizeBytes, firstChunk, chunkCount })
  }

  /** Lays out the chunks below a file node and returns their bytes. */
  *#part(key: NodeKey): Generator<void, number> {
    const laid = this.#laid.get(key)
    const first = this.#chunk
    if (laid !== undefined) {
      this.#digests.copyWithin(
        first * DIGEST_BYTES,
        laid.first * DIGEST_BYTES,
        (laid.first + laid.count) * DIGEST_BYTES,
      )
      this.#lengths.copyWithin(first, laid.first, laid.first + laid.count)
      this.#chunk += laid.count
      return laid.sizeBytes
    }
    yield
    const node = this.#node(key)
    if (node.kind !== 'file') throw new ManifestError('type', `A part of a file is a ${node.kind}.`)
    for (let i = 0; i < node.count; i++) {
      if (node.raw[i] === 1) this.#layChunk(node.digests, i, sizeAt(node, i))
      else yield* this.#part(keyAt(node.digests, i))
    }
    this.#laid.set(key, { first, count: this.#chunk - first, sizeBytes: node.sizeBytes })
    this.#nodes.delete(key)
    this.#arena.release(node.digests)
    return node.sizeBytes
  }

  #layChunk(digests: Uint8Array, index: number, sizeBytes: number): void {
    const start = index * DIGEST_BYTES
    this.#digests.set(digests.subarray(start, start + DIGEST_BYTES), this.#chunk * DIGEST_BYTES)
    this.#lengths[this.#chunk] = sizeBytes
    this.#chunk += 1
  }

  #below(place: Place, name: string): Place {
    const path = place.path === '' ? name : `${place.path}/${name}`
    const pathBytes = place.pathBytes + (place.path === '' ? 0 : 1) + Buffer.byteLength(name)
    const limit = this.#limits.pathBytes
    if (pathBytes > limit)
      throw new ManifestError('path', `The content has a path longer than ${limit} bytes.`, { limit })
    return { path, pathBytes }
  }

  #node(key: NodeKey): ManifestNode {
    const node = this.#nodes.get(key)
    if (node === undefined) throw new ManifestError('missing-node', 'A node of the content was not delivered.')
    return node
  }
}

function checkHash(name: string, slots: readonly number[]): void {
  const hash = nameHash(name)
  if (slots.every((slot, level) => hash[level] === slot)) return
  throw new ManifestError('hamt', 'A sharded directory has a name where its hash does not put it.', { name })
}
