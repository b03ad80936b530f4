/**
 * The numbers of the content layer: the profile's constants and what a share may be at most. One table for both sides:
 * an import refuses to make what every receiver would refuse to read. It decides nothing itself.
 * SPEC: [CO1] profile, [CO20] limits.
 */

/** Profile `unixfs-v1-2025` (IPIP-499): length of every chunk of a file but its last, in bytes. */
export const CHUNK_BYTES = 1_048_576
/** Profile: most links of one file node. */
export const FILE_NODE_LINKS = 1024
/** Profile: a directory block larger than this many bytes becomes a HAMT; exactly this many stays flat. */
export const HAMT_THRESHOLD_BYTES = 262_144
/** Profile: children of one HAMT shard; one byte of the name's hash chooses among them. */
export const HAMT_FANOUT = 256
/** The hash of a name has 64 bits, eight levels of 8 bits; other implementations stop there too. */
export const HAMT_LEVELS = 8
/** Bytes of a sha2-256 digest. */
export const DIGEST_BYTES = 32

export interface ManifestLimits {
  /** Directories within directories (components of a path), and inner nodes above a chunk. */
  readonly depth: number
  /** Chunks of a whole share: 4 million chunks are 3.8 TiB and 128 MB of digests in memory. */
  readonly chunks: number
  /** Files, directories and skipped entries together. */
  readonly entries: number
  /** Distinct DAG nodes: every entry may have one of its own, and 4 million chunks need some 4,000 more. */
  readonly nodes: number
  /** UTF-8 bytes of one name; what ext4, APFS and NTFS allow. */
  readonly nameBytes: number
  /** UTF-8 bytes of a path below the root, separators included; Linux' PATH_MAX. */
  readonly pathBytes: number
  /**
   * Characters (UTF-16 code units) of all paths together, of every file and folder: 128 for each of a million. Paths are what
   * a manifest costs in memory; without this a DAG of 100 kB, a thousand times the same thousand files below a path of 4,000
   * bytes, would take gigabytes.
   */
  readonly totalPathChars: number
  /** Bytes of one DAG node: what other implementations exchange at most. */
  readonly nodeBytes: number
  /** Bytes of all DAG nodes together. */
  readonly totalNodeBytes: number
}

export const MANIFEST_LIMITS: ManifestLimits = {
  depth: 64,
  chunks: 4_000_000,
  entries: 1_000_000,
  nodes: 1_100_000,
  nameBytes: 255,
  pathBytes: 4096,
  totalPathChars: 128 * 1_048_576,
  nodeBytes: 2 * 1_048_576,
  totalNodeBytes: 512 * 1_048_576,
}
