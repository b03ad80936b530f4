/**
 * Where a run keeps its files: one private temporary folder, removed at the end. Data files are made once per benchmark
 * and shared by its scenarios; everything else (profiles, downloads) gets a fresh folder each time.
 */
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { writeRandomFile } from './data.ts'

/** statfs(2) names file systems by number. */
const FILESYSTEMS: Readonly<Record<number, string>> = {
  61267: 'ext4',
  16914836: 'tmpfs',
  2435016766: 'btrfs',
  1481003842: 'xfs',
  2035054128: 'overlayfs',
  26: 'apfs',
}

export interface DataFile {
  readonly path: string
  readonly sizeBytes: number
  readonly sha256: string
}

export class Workspace {
  readonly dir: string
  readonly #files = new Map<number, Promise<DataFile>>()
  #folders = 0

  private constructor(dir: string) {
    this.dir = dir
  }

  static async open(parent: string): Promise<Workspace> {
    return new Workspace(await mkdtemp(join(parent, 'shoal-bench-')))
  }

  async fresh(name: string): Promise<string> {
    this.#folders++
    const dir = join(this.dir, `${this.#folders}-${name}`)
    await mkdir(dir, { mode: 0o700 })
    return dir
  }

  /** A file of that size with random bytes; the same file for everyone who asks. */
  dataFile(sizeBytes: number): Promise<DataFile> {
    const known = this.#files.get(sizeBytes)
    if (known !== undefined) return known
    const path = join(this.dir, `data-${sizeBytes}.bin`)
    const made = writeRandomFile(path, sizeBytes, `file of ${sizeBytes} bytes`).then((sha256) => ({
      path,
      sizeBytes,
      sha256,
    }))
    this.#files.set(sizeBytes, made)
    return made
  }

  async filesystem(): Promise<string> {
    const { type } = await statfs(this.dir)
    return FILESYSTEMS[type] ?? `file system 0x${type.toString(16)}`
  }

  async close(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true })
  }
}
