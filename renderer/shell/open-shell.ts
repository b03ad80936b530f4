/** Which shell this window runs in: the Electron preload leaves a bridge, the daemon's page has none. */
import type { Shell } from '../engine/transport.ts'
import { openBrowserShell } from './browser-shell.ts'
import { electronBridge, openElectronShell } from './electron-shell.ts'

export function openShell(): Promise<Shell> {
  const bridge = electronBridge(window)
  return bridge === undefined ? openBrowserShell(window.location) : openElectronShell(bridge)
}
