/** Small filesystems of our own, to be filled, taken away and given back. Needs root; `mountsMissing()` says what is lacking. */
import { execFileSync } from 'node:child_process'
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const MIB = 1024 * 1024

export function mountsMissing(): string | undefined {
  if (process.platform !== 'linux') return 'tmpfs exists on Linux only'
  return process.getuid?.() === 0 ? undefined : 'mounting a tmpfs needs root'
}

const run = (...args: string[]) => execFileSync(args[0] ?? '', args.slice(1), { stdio: 'pipe' })

export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** A tmpfs at a path that may come and go, like a drive: what is on it stays while it is unplugged. */
export class Drive {
  readonly path: string
  readonly #holder: string
  #isPlugged = false

  /** @param holder where it is mounted all the time; `path` is where the daemon sees it. */
  constructor(holder: string, path: string, sizeBytes: number, options = 'rw') {
    this.path = path
    this.#holder = holder
    for (const folder of [holder, path]) mkdirSync(folder, { recursive: true })
    run('mount', '-t', 'tmpfs', '-o', `size=${sizeBytes},${options}`, 'tmpfs', holder)
    this.plug()
  }

  resize(sizeBytes: number): void {
    run('mount', '-o', `remount,size=${sizeBytes}`, this.#holder)
  }

  /** Names it has room for. */
  setInodes(count: number): void {
    run('mount', '-o', `remount,nr_inodes=${count}`, this.#holder)
  }

  plug(): void {
    run('mount', '--bind', this.#holder, this.path)
    this.#isPlugged = true
  }

  /** Pulled out without a warning: files that are open stay open, the path shows the empty folder below. */
  unplug(): void {
    if (!this.#isPlugged) return
    run('umount', '-l', this.path)
    this.#isPlugged = false
  }

  setWritable(isWritable: boolean): void {
    run('mount', '-o', `remount,bind,${isWritable ? 'rw' : 'ro'}`, this.path)
  }

  /** Somebody else's file takes so much room that `leaveBytes` are left. */
  fill(leaveBytes: number, name = 'ballast'): void {
    const fd = openSync(join(this.#holder, name), 'a')
    try {
      const block = Buffer.alloc(MIB)
      for (;;) {
        const take = Math.min(freeBytes(this.#holder) - leaveBytes, MIB)
        if (take <= 0) return
        try {
          writeSync(fd, block, 0, take)
        } catch {
          // Somebody was faster: it is full all the same.
          return
        }
      }
    } finally {
      fsyncSync(fd)
      closeSync(fd)
    }
  }

  empty(name = 'ballast'): void {
    rmSync(join(this.#holder, name), { force: true })
  }

  dispose(): void {
    this.unplug()
    run('umount', '-l', this.#holder)
  }
}
