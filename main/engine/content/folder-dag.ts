/**
 * The DAG of one folder: a flat directory node while its block has at most 256 KiB, else a HAMT (fanout 256, a level per
 * byte of the name's hash). A function of the names and links alone, so the result is what any implementation reaches
 * by adding entries one by one. Yields nodes, children first, and `undefined` where a caller may pause. SPEC: [CO1].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'
import { bitfieldOf } from './bits.ts'
import { type DagLink, type DagNode, makeNode, type NamedLink } from './dag-node.ts'
import { nameHash } from './hamt-hash.ts'
import { HAMT_LEVELS, HAMT_THRESHOLD_BYTES } from './limits.ts'
import { directoryData, shardData } from './unixfs-writer.ts'

export interface BuiltFolder<T extends NamedLink> {
  readonly link: DagLink
  /** The entries in the order of the DAG's links: the order in which a manifest numbers files. */
  readonly ordered: readonly T[]
}

type Nodes<R> = Generator<DagNode | undefined, R>

/** A link has at least: CID 36, its frame 2, name's frame 2, Tsize 2, its own frame 2, and a name of 1. */
const SMALLEST_LINK_BYTES = 45
/** Names hashed between two chances to pause: about a millisecond. */
const HASHES_PER_SLICE = 512

/** `entries` sorted by the UTF-8 bytes of their names. */
export function* folderNodes<T extends NamedLink>(entries: readonly T[]): Nodes<BuiltFolder<T>> {
  if (entries.length * SMALLEST_LINK_BYTES <= HAMT_THRESHOLD_BYTES) {
    const { node, link } = makeNode(directoryData(), entries)
    if (node.bytes.length <= HAMT_THRESHOLD_BYTES) {
      yield node
      return { link, ordered: entries }
    }
  }
  const placed: Placed<T>[] = []
  for (const [index, entry] of entries.entries()) {
    placed.push({ entry, slots: nameHash(entry.name) })
    if (index % HASHES_PER_SLICE === 0) yield undefined
  }
  const ordered: T[] = []
  const link = yield* shardNodes(placed, 0, ordered)
  return { link, ordered }
}

interface Placed<T> {
  readonly entry: T
  readonly slots: Uint8Array
}

function* shardNodes<T extends NamedLink>(placed: readonly Placed<T>[], level: number, ordered: T[]): Nodes<DagLink> {
  if (level >= HAMT_LEVELS) {
    throw new ShoalError(
      'CONTENT_INVALID',
      'Two names in one folder cannot be told apart by a HAMT. Rename one of them.',
      {
        name: placed[0]?.entry.name ?? '',
      },
    )
  }
  const buckets = Map.groupBy(placed, ({ slots }) => slots[level] ?? 0)
  const slots = [...buckets.keys()].sort((a, b) => a - b)
  const links: NamedLink[] = []
  for (const slot of slots) {
    const bucket = buckets.get(slot) ?? []
    const prefix = slot.toString(16).toUpperCase().padStart(2, '0')
    const single = bucket.length === 1 ? bucket[0]?.entry : undefined
    if (single !== undefined) ordered.push(single)
    const link = single?.link ?? (yield* shardNodes(bucket, level + 1, ordered))
    links.push({ name: `${prefix}${single?.name ?? ''}`, link })
  }
  const { node, link } = makeNode(shardData(bitfieldOf(slots)), links)
  yield node
  return link
}
