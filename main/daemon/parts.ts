/** The real parts of a daemon: loaded when they are needed and not before, for `--help` and a refused start are instant. */
import type { DaemonParts } from './start.ts'

export const realParts: DaemonParts = {
  async lock(profileDir, info) {
    const { acquireProfileLock } = await import('../engine/store/profile-lock.ts')
    return acquireProfileLock(profileDir, info)
  },
  async createEngine(settings) {
    const { createEngine } = await import('../engine/engine.ts')
    return createEngine(settings)
  },
}
