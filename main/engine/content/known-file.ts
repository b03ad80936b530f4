/**
 * A file whose facts are as they were when it was hashed is not hashed again: its CID and DAG nodes are recorded. What
 * the record says is checked (every node against its CID, the size against the file), for a record can be damaged; an
 * unusable one is no error, the file is hashed. SPEC: [CO6].
 */
import type { CID } from 'multiformats/cid'
import type { DagLink, DagNode } from './dag-node.ts'
import { chunkCountOf } from './file-dag.ts'
import { readNode } from './manifest-node.ts'
import { keyAt, keyOf, type NodeKey } from './node-key.ts'
import { DAG_PB, digestMatches, RAW } from './verify.ts'

export interface KnownFile {
  readonly cid: CID
  /** All DAG nodes of the file; none for a file of at most one chunk. */
  readonly nodes: Iterable<DagNode>
}

/** The link to a known file and its nodes; undefined when the record is not to be trusted. */
export function trustKnown(known: KnownFile, sizeBytes: number): { link: DagLink; nodes: DagNode[] } | undefined {
  const single = chunkCountOf(sizeBytes) <= 1
  if (known.cid.code === RAW)
    return single ? { link: { codec: RAW, key: keyOf(known.cid), tsize: sizeBytes }, nodes: [] } : undefined
  if (known.cid.code !== DAG_PB || single) return undefined
  const nodes = new Map<NodeKey, DagNode>()
  for (const node of known.nodes) nodes.set(keyOf(node.cid), node)
  const root = measureRoot(known.cid, nodes)
  if (root?.sizeBytes !== sizeBytes) return undefined
  return { link: { codec: DAG_PB, key: keyOf(known.cid), tsize: root.tsize }, nodes: [...nodes.values()] }
}

interface Measured {
  readonly sizeBytes: number
  readonly tsize: number
}

function measureRoot(cid: CID, nodes: ReadonlyMap<NodeKey, DagNode>): Measured | undefined {
  try {
    return measure(keyOf(cid), nodes, new Map(), 0)
  } catch {
    return undefined
  }
}

/** Levels of the largest file we make: 1024^3 chunks would be far above every limit. */
const DEEPEST = 4

function measure(
  key: NodeKey,
  nodes: ReadonlyMap<NodeKey, DagNode>,
  reached: Map<NodeKey, Measured>,
  depth: number,
): Measured | undefined {
  const known = reached.get(key)
  if (known !== undefined) return known
  const record = nodes.get(key)
  if (record === undefined || depth > DEEPEST || !digestMatches(record.bytes, record.cid.multihash.digest, 0))
    return undefined
  const node = readNode(record.bytes)
  if (node.kind !== 'file') return undefined
  let tsize = record.bytes.length
  for (let i = 0; i < node.count; i++) {
    if (node.raw[i] === 1) continue
    const child = measure(keyAt(node.digests, i), nodes, reached, depth + 1)
    if (child === undefined) return undefined
    tsize += child.tsize - child.sizeBytes
  }
  // What is not in a part of its own are chunks, whose Tsize is their size.
  const measured = { sizeBytes: node.sizeBytes, tsize: tsize + node.sizeBytes }
  reached.set(key, measured)
  return measured
}
