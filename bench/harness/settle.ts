/** Brings everything written so far to disk, so that the write-back of one run does not slow the next. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export async function syncDisks(): Promise<void> {
  if (process.platform === 'win32') return
  await promisify(execFile)('sync')
}
