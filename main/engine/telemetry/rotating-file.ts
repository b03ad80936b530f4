/**
 * The log file, bounded: `shoal.log` and up to four older ones, 5 MB each. Lines are written synchronously, so the last
 * words before a crash are on record; at info level there are few. A disk that refuses a line loses the line, never the
 * engine: it is counted and tried again with the next one.
 * Rule [DA16].
 */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'

export const LOG_FILE_BYTES = 5_000_000
export const LOG_FILES = 5

export interface RotatingFileOptions {
  readonly maxBytes?: number
  readonly maxFiles?: number
}

export class RotatingFile {
  readonly #file: string
  readonly #maxBytes: number
  readonly #maxFiles: number
  #fd: number | undefined
  #sizeBytes = 0
  #lostLines = 0

  constructor(file: string, options: RotatingFileOptions = {}) {
    this.#file = file
    this.#maxBytes = options.maxBytes ?? LOG_FILE_BYTES
    this.#maxFiles = options.maxFiles ?? LOG_FILES
  }

  /** Lines that the disk refused since the start. */
  get lostLines(): number {
    return this.#lostLines
  }

  write(line: string): void {
    const sizeBytes = Buffer.byteLength(line)
    try {
      if (this.#fd !== undefined && this.#sizeBytes + sizeBytes > this.#maxBytes && this.#sizeBytes > 0) this.#rotate()
      const fd = this.#open()
      writeSync(fd, line)
      this.#sizeBytes += sizeBytes
    } catch {
      this.#lostLines += 1
    }
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd
    makeFolder(dirname(this.#file))
    const fd = openSync(this.#file, 'a', 0o600)
    this.#fd = fd
    this.#sizeBytes = fstatSync(fd).size
    if (this.#sizeBytes < this.#maxBytes) return fd
    this.#rotate()
    return this.#open()
  }

  /** shoal.log -> shoal.log.1 -> … ; the oldest goes. */
  #rotate(): void {
    this.close()
    rmSync(`${this.#file}.${this.#maxFiles - 1}`, { force: true })
    for (let age = this.#maxFiles - 2; age >= 1; age--) {
      if (existsSync(`${this.#file}.${age}`)) renameSync(`${this.#file}.${age}`, `${this.#file}.${age + 1}`)
    }
    if (this.#maxFiles > 1) renameSync(this.#file, `${this.#file}.1`)
    else rmSync(this.#file, { force: true })
  }
}

/** The one folder, not those above it: a profile that cannot be made is not made for a line of a log. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
  }
}
