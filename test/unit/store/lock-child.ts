/** Takes the lock of the profile named by its argument, says whether it got it, and stays until it is killed. */

import { acquireProfileLock } from '../../../main/engine/store/profile-lock.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'

const [, , dir = ''] = process.argv
// Keeps the process alive as long as its parent is.
process.on('message', () => {})
try {
  await acquireProfileLock(dir, { pid: process.pid, startedAt: Date.now() })
  process.send?.({ held: true })
} catch (error) {
  if (!(error instanceof ShoalError)) throw error
  process.send?.({ held: false, code: error.code, pid: error.facts.pid })
}
