/**
 * Makes everything below a path durable, whoever wrote it: for what an earlier process wrote and did not live to flush.
 * One system call where there is one (Linux), else a sync of each file.
 */
import fs from 'node:fs/promises'
import path from 'node:path'
import { systemCode } from '../../../shared/system-code.ts'
import { syncFilesystemOf } from './flusher.ts'

export async function syncTree(target: string): Promise<void> {
  if (await syncFilesystemOf(path.dirname(target))) return
  await syncEach(target)
}

async function syncEach(target: string): Promise<void> {
  const stat = await fs.lstat(target).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (stat?.isDirectory() === true) for (const name of await fs.readdir(target)) await syncEach(path.join(target, name))
  if (stat?.isFile() !== true) return
  // Windows flushes only what is open for writing.
  const file = await fs.open(target, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
