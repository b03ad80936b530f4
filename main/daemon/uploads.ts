/**
 * Files that a browser sends because they were dropped on the window: a page never learns where a file lies, so its
 * content is copied to `<profile>/uploads/<id>/` and shared from there. Until it is whole an upload lies in a folder of
 * another name; what was aborted, or left by a crash, is removed. Nothing is overwritten and nothing is written elsewhere.
 * It shares nothing itself: the window imports the path that `finish` returns. Rule [DA25].
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rename, rm, statfs } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ShoalError } from '../../shared/contract/errors.ts'
import { hostileName } from '../engine/content/safe-name.ts'

/** Uploads that have begun and are not finished. */
export const MAX_UNFINISHED = 4
/** Folders within folders, and names below one upload. */
const MAX_DEPTH = 64
/** Left on the disk for everything else, the database before all. */
const KEPT_FREE_BYTES = 64 * 1024 * 1024
/** Nothing came for so long: the page is gone. */
const IDLE_MS = 10 * 60_000

const UNFINISHED = '.unfinished-'
const ID = /^[0-9a-f]{32}$/

interface Upload {
  readonly totalBytes: number
  readonly top: { name: string | undefined }
  receivedBytes: number
  /** Files being written. */
  writing: number
  idle: NodeJS.Timeout | undefined
  /** Ends what is on its way when the upload is aborted. */
  readonly ended: AbortController
}

export class Uploads {
  readonly #folder: string
  readonly #idleMs: number
  /** At most MAX_UNFINISHED. */
  readonly #open = new Map<string, Upload>()

  constructor(folder: string, idleMs = IDLE_MS) {
    this.#folder = folder
    this.#idleMs = idleMs
  }

  /** Removes what a daemon that was killed left half done. */
  async start(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    for (const name of names) {
      if (name.startsWith(UNFINISHED)) await rm(join(this.#folder, name), { recursive: true, force: true })
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.abort(id)))
  }

  /** DISK_FULL when it would not fit. */
  async begin(totalBytes: number): Promise<string> {
    if (this.#open.size >= MAX_UNFINISHED) {
      throw new ShoalError('NOT_ALLOWED', 'Other files are still being copied: wait for them.', {
        limit: MAX_UNFINISHED,
      })
    }
    const id = randomBytes(16).toString('hex')
    // Reserved before the first wait: two that begin at once are two.
    const upload: Upload = {
      totalBytes,
      top: { name: undefined },
      receivedBytes: 0,
      writing: 0,
      idle: undefined,
      ended: new AbortController(),
    }
    this.#open.set(id, upload)
    try {
      await mkdir(this.#unfinished(id), { recursive: true, mode: 0o700 })
      const { bavail, bsize } = await statfs(this.#folder)
      const promisedBytes = [...this.#open.values()]
        .filter((other) => other !== upload)
        .reduce((sum, other) => sum + other.totalBytes - other.receivedBytes, 0)
      const freeBytes = Math.max(0, bavail * bsize - promisedBytes - KEPT_FREE_BYTES)
      if (totalBytes > freeBytes) {
        throw new ShoalError('DISK_FULL', 'There is not enough room for a copy of these files.', {
          neededBytes: totalBytes,
          freeBytes,
        })
      }
    } catch (error) {
      await this.abort(id)
      throw error
    }
    this.#watch(id, upload)
    return id
  }

  /** Writes one file of an upload. When it cannot be written whole, the whole upload is removed. */
  async receive(id: string, parts: readonly string[], content: Readable): Promise<void> {
    const upload = this.#get(id)
    const [top] = parts
    const hostile = parts.map(hostileName).find((reason) => reason !== undefined)
    if (top === undefined || parts.length > MAX_DEPTH || hostile !== undefined) {
      throw new ShoalError('BAD_INPUT', `This file cannot be copied: ${hostile ?? 'its path is too deep'}.`)
    }
    upload.top.name ??= top
    if (upload.top.name !== top) throw new ShoalError('BAD_INPUT', 'An upload is one file or one folder.')
    const path = join(this.#unfinished(id), ...parts)
    clearTimeout(upload.idle)
    upload.writing += 1
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      const { signal } = upload.ended
      await pipeline(content, counted(upload), createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal })
      signal.throwIfAborted()
    } catch (error) {
      await this.abort(id)
      // What was made after the abort had looked.
      await this.#remove(id)
      throw asShoalError(error)
    } finally {
      upload.writing -= 1
    }
    if (upload.writing === 0) this.#watch(id, upload)
  }

  /** The path to share: the file, or the folder, that was sent. */
  async finish(id: string): Promise<string> {
    const upload = this.#get(id)
    const { name } = upload.top
    if (name === undefined) throw new ShoalError('BAD_INPUT', 'Nothing was sent.')
    if (upload.writing > 0) throw new ShoalError('NOT_ALLOWED', 'Files are still on their way.')
    if (upload.receivedBytes !== upload.totalBytes) {
      await this.abort(id)
      throw new ShoalError('BAD_INPUT', 'The files have changed while they were copied: drop them again.')
    }
    clearTimeout(upload.idle)
    this.#open.delete(id)
    await rename(this.#unfinished(id), join(this.#folder, id))
    return join(this.#folder, id, name)
  }

  /** Removes what came of it; of one that is finished or unknown, nothing. */
  async abort(id: string): Promise<void> {
    const upload = this.#open.get(id)
    if (upload === undefined) return
    clearTimeout(upload.idle)
    this.#open.delete(id)
    upload.ended.abort()
    await this.#remove(id)
  }

  /** Removes the copy that a path belongs to; false, and nothing is touched, when it belongs to none. */
  async removeCopy(path: string): Promise<boolean> {
    const [id, ...rest] = relative(this.#folder, path).split(sep)
    if (id === undefined || !ID.test(id) || rest.length === 0 || rest.includes('..')) return false
    await rm(join(this.#folder, id), { recursive: true, force: true })
    return true
  }

  #get(id: string): Upload {
    const upload = this.#open.get(id)
    if (upload === undefined) throw new ShoalError('NOT_FOUND', 'This upload has ended: drop the files again.')
    return upload
  }

  #watch(id: string, upload: Upload): void {
    if (!this.#open.has(id)) return
    clearTimeout(upload.idle)
    upload.idle = setTimeout(() => void this.abort(id).catch(() => undefined), this.#idleMs)
    upload.idle.unref()
  }

  async #remove(id: string): Promise<void> {
    // Names may still be made in it by a write that is being ended.
    await rm(this.#unfinished(id), { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  }

  #unfinished(id: string): string {
    return join(this.#folder, `${UNFINISHED}${id}`)
  }
}

/** Passes content on, and ends when there is more than was announced. */
function counted(upload: Upload) {
  return async function* (content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of content) {
      upload.receivedBytes += part.length
      if (upload.receivedBytes > upload.totalBytes) {
        throw new ShoalError('BAD_INPUT', 'More came than was announced: the files have changed. Drop them again.')
      }
      yield part
    }
  }
}

function asShoalError(error: unknown): ShoalError {
  if (error instanceof ShoalError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOSPC' || code === 'EDQUOT') return new ShoalError('DISK_FULL', 'The disk is full.')
  if (code === 'EEXIST') return new ShoalError('ALREADY_EXISTS', 'Two of these files have the same name here.')
  if (['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'ABORT_ERR', String(DOMException.ABORT_ERR)].includes(code)) {
    return new ShoalError('CANCELLED', 'The copy was cancelled.')
  }
  return new ShoalError('IO', `The copy could not be written (${code === '' ? 'unknown error' : code}).`)
}
