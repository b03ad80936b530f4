/**
 * The machine the numbers belong to: what it is, what else it is doing, and how fast three things are that every transfer
 * waits for, measured here and now. They make tables of different machines comparable; they are no part of the verdicts.
 */
import { createCipheriv, createHash, createSecretKey } from 'node:crypto'
import { open, rm } from 'node:fs/promises'
import { arch, cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Workspace } from './harness/workspace.ts'

const TRIAL_MS = 500
const BLOCK_BYTES = 1024 * 1024
/** What a noise frame of a transfer holds at most. */
const FRAME_BYTES = 65_519
const WRITE_BYTES = 512 * BLOCK_BYTES

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly system: string
  readonly node: string
  readonly filesystem: string
  /** Processes running or waiting, mean of the last minute, before anything was started. */
  readonly load: number
  readonly sha256BytesPerSecond: number
  readonly chacha20Poly1305BytesPerSecond: number
  readonly writeBytesPerSecond: number
}

export async function describeMachine(workspace: Workspace): Promise<Machine> {
  const load = loadavg()[0] ?? 0
  const block = Buffer.alloc(BLOCK_BYTES, 1)
  const frame = Buffer.alloc(FRAME_BYTES, 1)
  const key = createSecretKey(Buffer.alloc(32, 1))
  const nonce = Buffer.alloc(12)
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${process.platform} ${release()} ${arch()}`,
    node: process.versions.node,
    filesystem: await workspace.filesystem(),
    load,
    sha256BytesPerSecond: repeat(BLOCK_BYTES, () => void createHash('sha256').update(block).digest()),
    chacha20Poly1305BytesPerSecond: repeat(FRAME_BYTES, () => {
      const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
      cipher.update(frame)
      cipher.final()
      cipher.getAuthTag()
    }),
    writeBytesPerSecond: await writeRate(join(workspace.dir, 'write-trial'), block),
  }
}

/** Bytes per second of one core. */
function repeat(bytes: number, work: () => void): number {
  const startedMs = performance.now()
  let done = 0
  while (performance.now() - startedMs < TRIAL_MS) {
    work()
    done += bytes
  }
  return done / ((performance.now() - startedMs) / 1_000)
}

/** A new file, to the page cache and not to the device: what a transfer's writes cost. */
async function writeRate(path: string, block: Buffer): Promise<number> {
  const file = await open(path, 'wx')
  try {
    const startedMs = performance.now()
    for (let done = 0; done < WRITE_BYTES; done += block.length) await file.write(block)
    return WRITE_BYTES / ((performance.now() - startedMs) / 1_000)
  } finally {
    await file.close()
    await rm(path)
  }
}
