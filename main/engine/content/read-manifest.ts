/**
 * From a root CID to a validated manifest: asks for DAG nodes in large groups, checks each against its CID, reads it,
 * and goes on with the nodes it links to; then counts, and only then lays out. Works alike on the local database and
 * on a remote peer (`NodeSource`). Chunks are never asked for, except a root that is itself the only chunk.
 * It does not choose peers or retry: an error says whether the content or the source is to blame. SPEC: [CO20]-[CO29].
 */
import type { CID } from 'multiformats/cid'
import type { DagNode } from './dag-node.ts'
import { DigestArena } from './digest-arena.ts'
import { ManifestExpander } from './expand-manifest.ts'
import { CHUNK_BYTES, DIGEST_BYTES, HAMT_LEVELS, MANIFEST_LIMITS, type ManifestLimits } from './limits.ts'
import type { Manifest } from './manifest.ts'
import { ManifestCounter, pathsTooLong, tooMany } from './manifest-counts.ts'
import { ManifestError } from './manifest-error.ts'
import { EMPTY_DIGEST, type ManifestNode, readNode } from './manifest-node.ts'
import { cidOfKey, keyAt, keyOf, type NodeKey } from './node-key.ts'
import { rawRootManifest } from './packed-manifest.ts'
import { inTurns, Turns } from './turns.ts'
import { DAG_PB, digestMatches, RAW, SHA2_256 } from './verify.ts'

export type { DagNode }

/** Delivers the nodes asked for, each once, in any order. Their bytes are verified by whoever asked. */
export type NodeSource = (cids: readonly CID[], signal?: AbortSignal) => AsyncIterable<DagNode>

export interface ManifestProgress {
  readonly nodes: number
  readonly nodeBytes: number
  /** Lower bounds while reading: what the nodes read so far hold. */
  readonly entries: number
  readonly chunks: number
}

export interface ReadManifestOptions {
  readonly signal?: AbortSignal
  readonly limits?: Partial<ManifestLimits>
  readonly onProgress?: (progress: ManifestProgress) => void
  /** Every node once it is verified and valid on its own, in the order of arrival; also a root that is a chunk. */
  readonly onNode?: (cid: CID, bytes: Uint8Array) => void | Promise<void>
}

/** CIDs in one request: 256 of 36 bytes fit one frame, and a thousand chunks' worth of links come with each. */
const NODES_PER_REQUEST = 256

export async function readManifest(
  root: CID,
  source: NodeSource,
  options: ReadManifestOptions = {},
): Promise<Manifest> {
  checkRoot(root)
  if (root.code === RAW) return await readRawRoot(root, source, options)
  const limits = { ...MANIFEST_LIMITS, ...options.limits }
  const reader = new NodeReader(source, limits, options)
  const nodes = await reader.readAll(root)
  const key = keyOf(root)
  const counts = await inTurns(new ManifestCounter(nodes, limits).root(key), options.signal)
  return await inTurns(new ManifestExpander(nodes, counts, limits, reader.arena).root(root, key), options.signal)
}

/** Whether a CID can be the root of a share at all; throws what is wrong with it. */
export function checkRoot(root: CID): void {
  if (root.version !== 1)
    throw new ManifestError('cid-version', 'The root is a CID of version 0; only version 1 is shared.')
  if (root.code !== RAW && root.code !== DAG_PB) {
    throw new ManifestError('codec', `The root has codec 0x${root.code.toString(16)}; only raw and dag-pb are shared.`)
  }
  if (root.multihash.code !== SHA2_256 || root.multihash.digest.length !== DIGEST_BYTES) {
    throw new ManifestError('digest', 'The root is not a sha2-256 digest of 32 bytes.')
  }
}

async function readRawRoot(root: CID, source: NodeSource, options: ReadManifestOptions): Promise<Manifest> {
  if (EMPTY_DIGEST.equals(root.multihash.digest)) return rawRootManifest(root, 0)
  let manifest: Manifest | undefined
  for await (const { cid, bytes } of source([root], options.signal)) {
    options.signal?.throwIfAborted()
    if (!cid.equals(root) || manifest !== undefined) throw unrequested()
    if (bytes.length > CHUNK_BYTES) throw new ManifestError('node-size', 'A chunk of more than 1 MiB was delivered.')
    if (!digestMatches(bytes, root.multihash.digest, 0)) throw mismatch()
    await options.onNode?.(root, bytes)
    manifest = rawRootManifest(root, bytes.length)
  }
  options.signal?.throwIfAborted()
  if (manifest === undefined) throw missing(1)
  return manifest
}

class NodeReader {
  readonly #source: NodeSource
  readonly #limits: ManifestLimits
  readonly #options: ReadManifestOptions
  readonly arena = new DigestArena()
  readonly #nodes = new Map<NodeKey, ManifestNode>()
  /** Keys ever asked for or waiting to be; bounded by `limits.nodes`. */
  readonly #known = new Set<NodeKey>()
  #waiting: NodeKey[] = []
  #nodeBytes = 0
  #entries = 0
  #nameChars = 0
  #chunks = 0

  constructor(source: NodeSource, limits: ManifestLimits, options: ReadManifestOptions) {
    this.#source = source
    this.#limits = limits
    this.#options = options
  }

  async readAll(root: CID): Promise<Map<NodeKey, ManifestNode>> {
    this.#discover(root.multihash.digest, 0)
    // Folders and file parts may each be `depth` deep, and every folder may be a HAMT: no valid DAG has more levels.
    const deepest = this.#limits.depth * (HAMT_LEVELS + 2)
    for (let depth = 0; this.#waiting.length > 0; depth++) {
      if (depth > deepest) throw new ManifestError('depth', `The content is nested deeper than ${deepest} nodes.`)
      const level = this.#waiting
      this.#waiting = []
      for (let at = 0; at < level.length; at += NODES_PER_REQUEST) {
        await this.#request(level.slice(at, at + NODES_PER_REQUEST))
      }
    }
    return this.#nodes
  }

  async #request(keys: readonly NodeKey[]): Promise<void> {
    const { signal } = this.#options
    signal?.throwIfAborted()
    const turns = new Turns()
    const wanted = new Set(keys)
    const cids = keys.map((key) => cidOfKey(DAG_PB, key))
    for await (const { cid, bytes } of this.#source(cids, signal)) {
      signal?.throwIfAborted()
      await this.#accept(cid, bytes, wanted)
      if (turns.due()) await turns.next(signal)
    }
    signal?.throwIfAborted()
    if (wanted.size > 0) throw missing(wanted.size)
  }

  async #accept(cid: CID, bytes: Uint8Array, wanted: Set<NodeKey>): Promise<void> {
    const { digest } = cid.multihash
    const key = digest.length === DIGEST_BYTES ? keyOf(cid) : ''
    if (cid.code !== DAG_PB || !wanted.delete(key)) throw unrequested()
    this.#nodeBytes += bytes.length
    if (bytes.length > this.#limits.nodeBytes) {
      throw new ManifestError(
        'node-size',
        `A DAG node of ${bytes.length} bytes; ${this.#limits.nodeBytes} is the most.`,
      )
    }
    if (this.#nodeBytes > this.#limits.totalNodeBytes) {
      throw new ManifestError(
        'total-size',
        `The content's DAG nodes have more than ${this.#limits.totalNodeBytes} bytes.`,
      )
    }
    if (!digestMatches(bytes, digest, 0)) throw mismatch()
    const node = readNode(bytes, (size) => this.arena.allocate(size))
    this.#nodes.set(key, node)
    this.#follow(node)
    await this.#options.onNode?.(cid, bytes)
    this.#options.onProgress?.({
      nodes: this.#nodes.size,
      nodeBytes: this.#nodeBytes,
      entries: this.#entries,
      chunks: this.#chunks,
    })
  }

  /** Notes the nodes below, and refuses what is too much already: every distinct node occurs at least once. */
  #follow(node: ManifestNode): void {
    if (node.kind === 'symlink') return
    for (let i = 0; i < node.count; i++) {
      if (node.raw[i] === 0) this.#discover(node.digests, i)
      else this.#chunks += 1
      if (node.kind === 'file' || node.names[i] === '') continue
      this.#entries += 1
      this.#nameChars += node.names[i]?.length ?? 0
    }
    if (this.#chunks > this.#limits.chunks + this.#entries) throw tooMany('chunks', this.#limits.chunks)
    if (this.#entries > this.#limits.entries) throw tooMany('entries', this.#limits.entries)
    // Every name stands in one path at least.
    if (this.#nameChars > this.#limits.totalPathChars) throw pathsTooLong(this.#limits.totalPathChars)
  }

  #discover(digests: Uint8Array, index: number): void {
    const key = keyAt(digests, index)
    if (this.#known.has(key)) return
    if (this.#known.size >= this.#limits.nodes) throw tooMany('nodes', this.#limits.nodes)
    this.#known.add(key)
    this.#waiting.push(key)
  }
}

function unrequested(): ManifestError {
  return new ManifestError('unrequested-node', 'A peer sent a DAG node that was not asked for.')
}

function mismatch(): ManifestError {
  return new ManifestError('hash-mismatch', 'A peer sent a DAG node whose bytes do not match its CID.')
}

function missing(count: number): ManifestError {
  return new ManifestError('missing-node', `${count} of the DAG nodes asked for were not delivered.`, { count })
}
