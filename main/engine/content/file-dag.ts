/**
 * The DAG of one file from the digests of its chunks: raw leaves, balanced, at most 1024 links per node; a file of one
 * chunk is that chunk. Children come before their parents. SPEC: [CO1].
 */
import { type DagLink, type DagNode, makeNode } from './dag-node.ts'
import { CHUNK_BYTES, FILE_NODE_LINKS } from './limits.ts'
import { keyAt } from './node-key.ts'
import { fileData } from './unixfs-writer.ts'
import { RAW } from './verify.ts'

interface Part extends DagLink {
  /** Bytes of the file below this part. */
  readonly sizeBytes: number
}

export function chunkCountOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / CHUNK_BYTES)
}

/** `digests`: 32 bytes per chunk; those of an empty file are the digest of nothing. */
export function* fileNodes(digests: Uint8Array, sizeBytes: number): Generator<DagNode, DagLink> {
  const leaves = Math.max(1, chunkCountOf(sizeBytes))
  const leaf = (index: number): Part => {
    const size = Math.min(CHUNK_BYTES, sizeBytes - index * CHUNK_BYTES)
    return { codec: RAW, key: keyAt(digests, index), tsize: size, sizeBytes: size }
  }
  if (leaves === 1) return leaf(0)
  let level = yield* joinLevel(leaves, leaf)
  while (level.length > 1) {
    const below = level
    level = yield* joinLevel(below.length, (index) => partAt(below, index))
  }
  return partAt(level, 0)
}

function* joinLevel(count: number, partOf: (index: number) => Part): Generator<DagNode, Part[]> {
  const parents: Part[] = []
  for (let from = 0; from < count; from += FILE_NODE_LINKS) {
    const parts = Array.from({ length: Math.min(FILE_NODE_LINKS, count - from) }, (_, index) => partOf(from + index))
    const { node, link } = makeNode(
      fileData(parts.map((part) => part.sizeBytes)),
      parts.map((part) => ({ name: '', link: part })),
    )
    yield node
    parents.push({ ...link, sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0) })
  }
  return parents
}

function partAt(parts: readonly Part[], index: number): Part {
  const part = parts[index]
  if (part === undefined) throw new RangeError(`part ${index} of ${parts.length}`)
  return part
}
