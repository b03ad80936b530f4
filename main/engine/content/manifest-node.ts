/**
 * One DAG node of a share, read and validated as far as it can be on its own: types, sizes against each other, names,
 * the form of a HAMT shard. What concerns several nodes (a child's size, depth, totals) is `manifest-counts.ts`' business.
 * Only what profile unixfs-v1-2025 makes is accepted. SPEC: [CO22]-[CO26], [CO30].
 */
import { popcount, slotIsSet } from './bits.ts'
import { type Allocate, readLinks, type ScannedNode, scanNode } from './dag-pb-reader.ts'
import { CHUNK_BYTES, DIGEST_BYTES, HAMT_FANOUT } from './limits.ts'
import { ManifestError } from './manifest-error.ts'
import { hostileName } from './safe-name.ts'
import { readUnixfs, type UnixfsData } from './unixfs-reader.ts'

/** Links as flat tables: 32 digest bytes and one codec flag each. */
interface LinkTable {
  readonly count: number
  readonly digests: Uint8Array
  /** Per link: 1 a chunk (raw leaf), 0 another DAG node. */
  readonly raw: Uint8Array
}

export interface FileNode extends LinkTable {
  readonly kind: 'file'
  readonly sizeBytes: number
  /** Bytes below each link; a single number when all but the last are equal, as the profile has it. */
  readonly sizes: Float64Array | { readonly each: number; readonly last: number }
}

export interface DirectoryNode extends LinkTable {
  readonly kind: 'directory'
  readonly names: readonly string[]
  /** Per link the size of the chunk that is the whole file; meaningless where the link is another DAG node. */
  readonly sizes: Float64Array
}

export interface ShardNode extends LinkTable {
  readonly kind: 'shard'
  /** '' for a link to a shard one level down. */
  readonly names: readonly string[]
  readonly sizes: Float64Array
  /** Per link its place 0..255 among the shard's children. */
  readonly slots: Uint8Array
}

export type ManifestNode = FileNode | DirectoryNode | ShardNode | { readonly kind: 'symlink' }

/** multihash code of murmur3-x64-64 in the `hashType` of a HAMT. */
const MURMUR3 = 0x22
/** Hex digits of a slot before the name. */
const PREFIX_LENGTH = 2
/** sha2-256 of nothing: the one chunk that may have no length, because it is an empty file. */
export const EMPTY_DIGEST = Buffer.from('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'hex')

/** `allocate` is asked for the digests of file nodes only: they are the bulk. */
export function readNode(bytes: Uint8Array, allocate?: Allocate): ManifestNode {
  const scanned = scanNode(bytes)
  const unixfs = readUnixfs(scanned.data, scanned.linkCount)
  switch (unixfs.type) {
    case 'file':
      return readFile(scanned, unixfs, allocate)
    case 'directory':
      return readDirectory(scanned, unixfs)
    case 'hamt':
      return readShard(scanned, unixfs)
    case 'symlink':
      if (scanned.linkCount > 0) throw new ManifestError('type', 'A symbolic link in the content has links of its own.')
      return { kind: 'symlink' }
    case 'raw':
      throw otherProfile('it has chunks wrapped in dag-pb')
    case 'metadata':
      throw new ManifestError('type', 'The content has a UnixFS metadata node, which is not shared.')
  }
}

function readFile(scanned: ScannedNode, unixfs: UnixfsData, allocate: Allocate | undefined): FileNode {
  if (unixfs.data.length > 0) throw otherProfile('it has file data inside DAG nodes')
  const sizes = unixfs.blocksizes
  if (sizes.length !== scanned.linkCount) {
    throw new ManifestError('size', `A file node has ${scanned.linkCount} links but ${sizes.length} block sizes.`)
  }
  const onName = (_: number, start: number, end: number): void => {
    if (end > start) throw new ManifestError('syntax', 'A link to a part of a file has a name.')
  }
  const links = readLinks(scanned, onName, allocate)
  let sizeBytes = 0
  for (let i = 0; i < links.count; i++) {
    const size = sizes[i] ?? 0
    if (links.raw[i] === 1) checkChunkSize(size, links.tsizes[i])
    if (size === 0) throw new ManifestError('size', 'A file has a part without bytes.')
    sizeBytes += size
  }
  // An empty file may leave its size out; nobody else may.
  if ((unixfs.filesize ?? (links.count === 0 ? 0 : undefined)) !== sizeBytes || !Number.isSafeInteger(sizeBytes)) {
    throw new ManifestError('size', `A file claims ${unixfs.filesize ?? 'no'} bytes, but its parts have ${sizeBytes}.`)
  }
  return { kind: 'file', count: links.count, digests: links.digests, raw: links.raw, sizeBytes, sizes: compact(sizes) }
}

function readDirectory(scanned: ScannedNode, unixfs: UnixfsData): DirectoryNode {
  if (unixfs.data.length > 0 || unixfs.blocksizes.length > 0) throw otherProfile('it has a directory with data')
  const names: string[] = []
  const links = readLinks(scanned, (_, start, end) => names.push(decodeName(scanned.bytes, start, end)))
  refuseDuplicates(names)
  checkLeafFiles(links, names)
  return { kind: 'directory', count: links.count, digests: links.digests, raw: links.raw, names, sizes: links.tsizes }
}

function readShard(scanned: ScannedNode, unixfs: UnixfsData): ShardNode {
  if (unixfs.hashType !== MURMUR3 || unixfs.fanout !== HAMT_FANOUT) {
    throw new ManifestError(
      'hamt',
      `A sharded directory uses hash 0x${unixfs.hashType?.toString(16)} and fanout ${unixfs.fanout}; the profile uses 0x22 and ${HAMT_FANOUT}.`,
    )
  }
  const bitfield = unixfs.data
  const count = scanned.linkCount
  if (count === 0 || count > HAMT_FANOUT || bitfield.length > HAMT_FANOUT / 8 || popcount(bitfield) !== count) {
    throw new ManifestError('hamt', `A sharded directory has ${count} links but marks ${popcount(bitfield)} places.`, {
      links: count,
    })
  }
  const names: string[] = []
  const slots = new Uint8Array(count)
  const links = readLinks(scanned, (index, start, end) => {
    const slot = readSlot(scanned.bytes, start, end)
    if ((index > 0 && slot <= (slots[index - 1] ?? 0)) || !slotIsSet(bitfield, slot)) {
      throw new ManifestError('hamt', 'A sharded directory has links that its bitfield does not mark, or out of order.')
    }
    slots[index] = slot
    const nested = end - start === PREFIX_LENGTH
    names.push(nested ? '' : decodeName(scanned.bytes, start + PREFIX_LENGTH, end))
  })
  if (names.some((name, index) => name === '' && links.raw[index] === 1)) {
    throw new ManifestError('hamt', 'A sharded directory links to a chunk where a shard must be.')
  }
  checkLeafFiles(links, names)
  return { kind: 'shard', count, digests: links.digests, raw: links.raw, names, slots, sizes: links.tsizes }
}

/** A raw leaf in a directory is a file of one chunk, and its Tsize is the file's size; nothing else says it. */
function checkLeafFiles(
  links: { count: number; raw: Uint8Array; tsizes: Float64Array; digests: Uint8Array },
  names: readonly string[],
): void {
  for (let i = 0; i < links.count; i++) {
    if (links.raw[i] === 0) continue
    const size = links.tsizes[i] ?? Number.NaN
    const start = i * DIGEST_BYTES
    const empty = EMPTY_DIGEST.equals(links.digests.subarray(start, start + DIGEST_BYTES))
    if (!(size <= CHUNK_BYTES && (empty ? size === 0 : size >= 1))) {
      throw new ManifestError('size', 'A small file in a folder has no size, or an impossible one.', {
        name: names[i] ?? '',
      })
    }
  }
}

function checkChunkSize(sizeBytes: number, tsize: number | undefined): void {
  if (sizeBytes > CHUNK_BYTES) {
    throw new ManifestError('size', `A chunk claims ${sizeBytes} bytes; ${CHUNK_BYTES} is the most.`, { sizeBytes })
  }
  if (tsize !== undefined && !Number.isNaN(tsize) && tsize !== sizeBytes) {
    throw new ManifestError('size', `A chunk claims both ${sizeBytes} and ${tsize} bytes.`, { sizeBytes })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decodeName(bytes: Uint8Array, start: number, end: number): string {
  let name: string
  try {
    name = utf8.decode(bytes.subarray(start, end))
  } catch {
    throw new ManifestError('name', 'The content has a name that is not valid UTF-8.')
  }
  const hostile = hostileName(name)
  if (hostile !== undefined)
    throw new ManifestError('name', `The content has ${hostile}.`, { name: name.slice(0, 300) })
  return name
}

/** Two upper-case hex digits before the name. */
function readSlot(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < PREFIX_LENGTH) throw new ManifestError('hamt', 'A link of a sharded directory has no prefix.')
  return hexDigit(bytes[start]) * 16 + hexDigit(bytes[start + 1])
}

function hexDigit(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  if (code >= 0x41 && code <= 0x46) return code - 0x41 + 10
  throw new ManifestError('hamt', 'A link of a sharded directory has a prefix that is not hexadecimal.')
}

function compact(sizes: Float64Array): FileNode['sizes'] {
  const each = sizes[0] ?? 0
  const last = sizes.length - 1
  for (let i = 1; i < last; i++) if (sizes[i] !== each) return sizes.slice()
  return { each, last: sizes[last] ?? 0 }
}

function refuseDuplicates(names: readonly string[]): void {
  const seen = new Set<string>()
  for (const name of names) {
    if (seen.has(name)) {
      throw new ManifestError('duplicate-name', 'A folder in the content has two entries of the same name.', { name })
    }
    seen.add(name)
  }
}

function otherProfile(what: string): ManifestError {
  return new ManifestError(
    'profile',
    `This content was not made with the profile unixfs-v1-2025: ${what}. Ask its author to add it again with that profile.`,
  )
}
