/**
 * Memory for a run that the machine already owns. A virtual machine with free page reporting (virtio-balloon) gives its free
 * memory back to the host within seconds; each first touch after that is a fault over there, which the guest sees as CPU time of
 * whoever writes: 1.4 s for 1 GiB into the page cache instead of 0.2 s, and as much again of those who wait for a lock meanwhile.
 * That is the price of the machine, not of a program. So a file of the needed size is written into the page cache before
 * the clock starts, and as the run takes memory it is cut shorter by as much, so that what is taken is what was just freed.
 *
 * Whether the memory is given back is not to be seen before it happens, so this is done on every Linux; on a machine that owns
 * its memory it changes nothing. Elsewhere the system does not tell how much is free, and nothing is done.
 */
import { readFileSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'

const BLOCK_BYTES = 1024 * 1024
/** So much free memory is kept ahead of the run: what a tick's worth of any contender takes, several times over. */
const AHEAD_BYTES = 128 * BLOCK_BYTES
const TICK_MS = 20

export interface OwnedMemory {
  /** How long the bytes took into free memory, and into the same memory again. */
  readonly freshMs: number
  readonly againMs: number
  release(): Promise<void>
}

/** @param sizeBytes what the run will take, page cache and processes together */
export async function ownMemory(dir: string, sizeBytes: number): Promise<OwnedMemory> {
  const path = join(dir, 'memory.tmp')
  const freshMs = await take(path, sizeBytes).then(async ({ file, tookMs }) => {
    await file.close()
    await rm(path)
    return tookMs
  })
  const { file, tookMs: againMs } = await take(path, sizeBytes)
  const freeAtStart = freeBytes()
  if (freeAtStart === undefined) {
    await file.close()
    await rm(path)
    return { freshMs, againMs, release: async () => {} }
  }
  const stop = giveAsTaken(file, sizeBytes, freeAtStart)
  const release = async () => {
    await stop()
    await file.close()
    await rm(path)
  }
  return { freshMs, againMs, release }
}

/** Cuts the file by as much as free memory has shrunk. */
function giveAsTaken(file: FileHandle, sizeBytes: number, freeAtStart: number): () => Promise<void> {
  let left = sizeBytes
  let running = Promise.resolve()
  const tick = async () => {
    const lacking = freeAtStart + AHEAD_BYTES - (freeBytes() ?? Number.POSITIVE_INFINITY)
    if (lacking <= 0 || left === 0) return
    left = Math.max(0, left - lacking)
    await file.truncate(left)
  }
  const timer = setInterval(() => {
    running = running.then(tick)
  }, TICK_MS)
  return async () => {
    clearInterval(timer)
    await running
  }
}

async function take(path: string, sizeBytes: number): Promise<{ file: FileHandle; tookMs: number }> {
  const block = Buffer.alloc(BLOCK_BYTES, 1)
  const file = await open(path, 'wx')
  const startedAt = performance.now()
  for (let left = sizeBytes; left > 0; left -= BLOCK_BYTES) await file.write(block, 0, Math.min(BLOCK_BYTES, left))
  return { file, tookMs: performance.now() - startedAt }
}

function freeBytes(): number | undefined {
  if (process.platform !== 'linux') return undefined
  const kibibytes = /^MemFree:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024
}
