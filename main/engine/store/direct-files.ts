/**
 * Writes whole chunks of a partial past the page cache, through a second descriptor beside the one that everything else
 * uses [ST19]. What that saves: docs/decisions, "past the page cache".
 *
 * It only ever declines: for a write that it cannot do it says so, and the caller writes through the cache. It does not
 * flush, claim or read: what it wrote is durable only after the caller's fdatasync of the same file, as ever [ST5].
 */
import fs, { type BigIntStats } from 'node:fs'
import { systemCode } from '../../../shared/system-code.ts'
import { closeFile, statHandle, truncateTo, writeOnce } from './fs-calls.ts'
import type { HandleCache } from './handle-cache.ts'
import type { PartialTree } from './partial-tree.ts'

/** Chunks this long, at a multiple of it: every block size that a device asks for divides it. */
export const DIRECT_BYTES = 1024 * 1024
/** What a file system says that does not take such writes, at the open or at the first write. */
const REFUSALS: ReadonlySet<string | undefined> = new Set(['EINVAL', 'EOPNOTSUPP', 'ENOTSUP'])

export interface DirectTools {
  readonly tree: PartialTree
  readonly handles: HandleCache
  /** Of the keys of this partial's descriptors: file `n` has `${prefix}${n}`. */
  readonly prefix: string
  readonly enabled: boolean
  readonly writeOnce?: typeof writeOnce
}

interface Identity {
  readonly dev: bigint
  readonly ino: bigint
}

export class DirectFiles {
  readonly #tools: DirectTools
  /** Written through the cache from now on; at most the share's files. */
  readonly #refused = new Set<number>()
  /** Which inode was written to, by file; at most the share's files that have a whole chunk. */
  readonly #identities = new Map<number, Identity>()

  constructor(tools: DirectTools) {
    this.#tools = tools
  }

  /** @returns false when the bytes are to be written through the cache */
  async write(file: number, bytes: Uint8Array, offset: number): Promise<boolean> {
    if (!this.#tools.enabled || this.#refused.has(file)) return false
    if (bytes.length !== DIRECT_BYTES || offset % DIRECT_BYTES !== 0) return false
    const write = this.#tools.writeOnce ?? writeOnce
    try {
      const handle = await this.#tools.handles.acquire(this.#key(file), () => this.#open(file))
      try {
        // A short write leaves an offset that need not be aligned: all of it again, through the cache.
        return (await write(handle.fd, bytes, offset)) === bytes.length
      } finally {
        this.#tools.handles.release(handle)
      }
    } catch (error) {
      this.drop(file)
      if (!REFUSALS.has(systemCode(error))) throw error
      this.#refused.add(file)
      return false
    }
  }

  /** Whether what was written here is in the file with these facts: else a sync of that file makes nothing durable. */
  isIn(file: number, stat: BigIntStats): boolean {
    const known = this.#identities.get(file)
    return known === undefined || sameFile(known, stat)
  }

  drop(file: number): void {
    this.#tools.handles.drop(this.#key(file))
  }

  #key(file: number): string {
    return `${this.#tools.prefix}direct ${file}`
  }

  async #open(file: number): Promise<number> {
    const { tree } = this.#tools
    const known = await this.#prepare(file)
    const fd = await tree.openExisting(file, fs.constants.O_DIRECT)
    try {
      if (sameFile(known, await statHandle(fd))) return fd
      // Swapped between the two opens: the other way finds out what it is now.
      throw Object.assign(new Error('not the file that was prepared'), { code: 'EINVAL' })
    } catch (error) {
      await closeFile(fd)
      throw error
    }
  }

  /**
   * Makes sure of the file, and the first time of its size: a file that grows with every write takes its lock alone each time.
   * Not through the cache of descriptors: with none left, one that waits for another while it holds a place waits for ever.
   */
  async #prepare(file: number): Promise<Identity> {
    const { tree } = this.#tools
    const fd = await tree.open(file)
    try {
      const stat = await statHandle(fd)
      const known = this.#identities.get(file)
      if (known !== undefined) return known
      const sizeBytes = tree.layout.manifest.files[file]?.sizeBytes ?? 0
      if (stat.size < sizeBytes) await truncateTo(fd, sizeBytes)
      this.#identities.set(file, stat)
      return stat
    } finally {
      await closeFile(fd)
    }
  }
}

function sameFile(one: Identity, other: Identity): boolean {
  return one.dev === other.dev && one.ino === other.ino
}
