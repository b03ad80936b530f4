/**
 * Reads a dag-pb block that a stranger made into flat tables: digests side by side, no object per link. In two passes:
 * `scanNode` checks the framing and counts the links, so that `readLinks` allocates exactly what is there. Anything but
 * the canonical form of dag-pb is refused, and so is every CID that is not CIDv1, raw or dag-pb, sha2-256 of 32 bytes.
 * What the links mean is `manifest-node.ts`' business. SPEC: [CO21], [CO22].
 */
import { DIGEST_BYTES } from './limits.ts'
import { ManifestError } from './manifest-error.ts'
import { broken, Cursor, LENGTH_DELIMITED, VARINT } from './protobuf.ts'
import { DAG_PB, RAW, SHA2_256 } from './verify.ts'

const DATA_FIELD = (1 << 3) | LENGTH_DELIMITED
const LINKS_FIELD = (2 << 3) | LENGTH_DELIMITED
const HASH_FIELD = (1 << 3) | LENGTH_DELIMITED
const NAME_FIELD = (2 << 3) | LENGTH_DELIMITED
const TSIZE_FIELD = (3 << 3) | VARINT

/** version, codec, hash function, digest length: one byte each for every CID we accept. */
const CID_PREFIX_BYTES = 4

export interface ScannedNode {
  readonly bytes: Uint8Array
  readonly data: Uint8Array
  readonly linkCount: number
}

export interface NodeLinks {
  readonly count: number
  /** 32 bytes per link. */
  readonly digests: Uint8Array
  /** Per link 1 when its codec is raw, 0 when it is dag-pb. */
  readonly raw: Uint8Array
  /** Per link Tsize, NaN where it is absent. */
  readonly tsizes: Float64Array
}

export function scanNode(bytes: Uint8Array): ScannedNode {
  const cursor = new Cursor(bytes)
  let data: Uint8Array | undefined
  let linkCount = 0
  let linksEnded = false
  while (!cursor.done) {
    const tag = cursor.tag()
    const { start, end } = spanOf(cursor, tag)
    if (tag === LINKS_FIELD) {
      if (linksEnded) throw broken('links in two places')
      linkCount += 1
    } else if (tag === DATA_FIELD) {
      if (data !== undefined) throw broken('two data fields')
      data = bytes.subarray(start, end)
      linksEnded = linkCount > 0
    } else throw broken('an unknown field in a node')
  }
  if (data === undefined) throw broken('a node without UnixFS data')
  return { bytes, data, linkCount }
}

function spanOf(cursor: Cursor, tag: number): { start: number; end: number } {
  if ((tag & 7) !== LENGTH_DELIMITED) throw broken('a field of the wrong type in a node')
  return cursor.span()
}

/** Where the table of digests comes from; see `DigestArena`. */
export type Allocate = (bytes: number) => Uint8Array

/** Calls `onName` with the place of every link's name within `node.bytes` (an empty one when it is absent). */
export function readLinks(
  node: ScannedNode,
  onName: (index: number, start: number, end: number) => void,
  allocate: Allocate = (bytes) => new Uint8Array(bytes),
): NodeLinks {
  const links: NodeLinks = {
    count: node.linkCount,
    digests: allocate(node.linkCount * DIGEST_BYTES),
    raw: new Uint8Array(node.linkCount),
    tsizes: new Float64Array(node.linkCount).fill(Number.NaN),
  }
  const cursor = new Cursor(node.bytes)
  for (let index = 0; index < node.linkCount; ) {
    const tag = cursor.tag()
    const { start, end } = cursor.span()
    if (tag !== LINKS_FIELD) continue
    readLink(new Cursor(node.bytes, start, end), index, links, onName)
    index += 1
  }
  return links
}

function readLink(
  cursor: Cursor,
  index: number,
  links: NodeLinks,
  onName: (index: number, start: number, end: number) => void,
): void {
  if (cursor.done || cursor.tag() !== HASH_FIELD) throw broken('a link without a CID')
  const cid = cursor.span()
  links.raw[index] = readCid(cursor.bytes, cid.start, cid.end) === RAW ? 1 : 0
  links.digests.set(cursor.bytes.subarray(cid.start + CID_PREFIX_BYTES, cid.end), index * DIGEST_BYTES)
  let tag = cursor.done ? 0 : cursor.tag()
  let name = { start: 0, end: 0 }
  if (tag === NAME_FIELD) {
    name = cursor.span()
    tag = cursor.done ? 0 : cursor.tag()
  }
  onName(index, name.start, name.end)
  if (tag === TSIZE_FIELD) {
    links.tsizes[index] = cursor.varint()
    tag = cursor.done ? 0 : cursor.tag()
  }
  if (tag !== 0) throw broken('a link with unknown, repeated or misplaced fields')
}

/** Checks a binary CID and returns its codec; its digest is the last 32 bytes. */
function readCid(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] === SHA2_256 && bytes[start + 1] === DIGEST_BYTES && end - start === 2 + DIGEST_BYTES) {
    throw new ManifestError('cid-version', 'The content links to a CID of version 0; only version 1 is shared.')
  }
  const cursor = new Cursor(bytes, start, end)
  const version = cursor.varint()
  if (version !== 1) {
    throw new ManifestError(
      'cid-version',
      `The content links to a CID of version ${version}; only version 1 is shared.`,
      { version },
    )
  }
  const codec = cursor.varint()
  if (codec !== RAW && codec !== DAG_PB) {
    throw new ManifestError(
      'codec',
      `The content links to a block of codec 0x${codec.toString(16)}; only raw and dag-pb are shared.`,
      { codec },
    )
  }
  const code = cursor.varint()
  const length = cursor.varint()
  if (code !== SHA2_256 || length !== DIGEST_BYTES) {
    throw new ManifestError(
      'digest',
      `The content links to a digest of function 0x${code.toString(16)} and ${length} bytes; only sha2-256 of 32 bytes is trusted.`,
      { code, length },
    )
  }
  if (cursor.at - start !== CID_PREFIX_BYTES || end - cursor.at !== DIGEST_BYTES)
    throw broken('a CID of the wrong length')
  return codec
}
