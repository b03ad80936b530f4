/** The real parts of a daemon: loaded when they are needed and not before, for `--help` and a refused start are instant. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { DaemonParts } from './start.ts'

/** Beside the bundle; from the sources, where the build puts it. */
const WINDOW_FOLDERS = ['./ui', '../../dist/ui'].map((path) => fileURLToPath(new URL(path, import.meta.url)))

export const realParts: DaemonParts = {
  windowFolder: WINDOW_FOLDERS.find((folder) => existsSync(folder)) ?? WINDOW_FOLDERS[0] ?? '',
  async lock(profileDir, info) {
    const { acquireProfileLock } = await import('../engine/store/profile-lock.ts')
    return acquireProfileLock(profileDir, info)
  },
  async createEngine(settings) {
    const { createEngine } = await import('../engine/engine.ts')
    return createEngine(settings)
  },
}
