/**
 * What is recorded of a file beside its bytes, to notice that it changed before a wrong byte is sent [ST7].
 *
 * Equal size, mtime, ctime, inode and device mean "not touched since": a rewrite moves ctime even when mtime is set
 * back, a replacement has another inode. The device and inode of an opened descriptor are also enough against
 * symbolic links: whatever the path leads through, only the very file that was hashed has that pair.
 * Not noticed by any stat: a store into an already dirty shared memory mapping. Receivers verify every chunk.
 */
import type { BigIntStats } from 'node:fs'
import type { SourceChange } from './errors.ts'

export interface FileFacts {
  /** Absolute path. */
  readonly path: string
  readonly sizeBytes: number
  /** Nanoseconds since the epoch, as coarse as the filesystem keeps them. */
  readonly mtimeNs: bigint
  readonly ctimeNs: bigint
  readonly ino: bigint
  readonly dev: bigint
  /** A moment (ms since the epoch) not after the stat that gave these facts; the start of the import will do. */
  readonly checkedAtMs: number
  /** The file's CID, when known. */
  readonly cid?: string
}

export type FileStat = Pick<BigIntStats, 'size' | 'mtimeNs' | 'ctimeNs' | 'ino' | 'dev'> & { isFile(): boolean }

export function factsOf(path: string, stat: FileStat, checkedAtMs: number, cid?: string): FileFacts {
  return {
    path,
    sizeBytes: Number(stat.size),
    mtimeNs: stat.mtimeNs,
    ctimeNs: stat.ctimeNs,
    ino: stat.ino,
    dev: stat.dev,
    checkedAtMs,
    ...(cid === undefined ? {} : { cid }),
  }
}

/** What differs; undefined when the file is untouched. */
export function difference(facts: FileFacts, stat: FileStat): SourceChange | undefined {
  if (!stat.isFile()) return { cause: 'not-a-file', text: 'something that is not a file stands in its place' }
  const [nowBytes, wasBytes] = [Number(stat.size), facts.sizeBytes]
  if (nowBytes !== wasBytes)
    return { cause: 'size', text: `it has ${nowBytes} bytes instead of ${wasBytes}`, nowBytes, wasBytes }
  if (stat.ino !== facts.ino || stat.dev !== facts.dev)
    return { cause: 'other-file', text: 'another file stands in its place' }
  if (stat.mtimeNs !== facts.mtimeNs) return { cause: 'written', text: 'it was written to' }
  if (stat.ctimeNs !== facts.ctimeNs) return { cause: 'touched', text: 'it was touched' }
  return undefined
}

/** Kernel timestamps move with the timer tick, at most 10 ms; doubled. */
const FINE_NS = 20_000_000n
/** FAT keeps mtime in steps of 2 s. */
const COARSE_NS = 2_000_000_000n
const SECOND_NS = 1_000_000_000n

/**
 * Whether the file could have been written again after it was hashed without any timestamp showing it: its last
 * change was so close to the hashing that both may bear the same stamp (git's "racily clean").
 */
export function isRacy(facts: FileFacts): boolean {
  const coarse = facts.mtimeNs % SECOND_NS === 0n && facts.ctimeNs % SECOND_NS === 0n
  const checkedNs = BigInt(Math.floor(facts.checkedAtMs)) * 1_000_000n
  const granularityNs = coarse ? COARSE_NS : FINE_NS
  return facts.mtimeNs + granularityNs >= checkedNs || facts.ctimeNs + granularityNs >= checkedNs
}
