/**
 * The parts of Electron's main-process API that this shell uses, as one type. `electron` itself is imported by main.ts
 * alone and passed on from there, each module taking what it needs, so that everything else runs under plain Node against
 * a double of the same type (test/unit/electron/support).
 */
import type * as electron from 'electron'

type Module = typeof electron

export type ElectronApi = Pick<
  Module,
  | 'app'
  | 'clipboard'
  | 'BrowserWindow'
  | 'Menu'
  | 'MessageChannelMain'
  | 'Notification'
  | 'Tray'
  | 'dialog'
  | 'ipcMain'
  | 'nativeImage'
  | 'nativeTheme'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'shell'
  | 'utilityProcess'
>

/** Time, for what waits: passed in, so that tests own it. */
export interface ShellClock {
  /** Monotonic, ms. */
  now(): number
  /** Returns what cancels it. */
  after(ms: number, run: () => void): () => void
}

export const systemClock: ShellClock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
