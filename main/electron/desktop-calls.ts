/** What the window's calls do, once ipc.ts has checked who calls and with what. Rules [EL9] [EL10] [EL22]. */
import type { WebContents } from 'electron'
import type { ReplicaState } from '../../shared/contract/replica.ts'
import type { DesktopOptions } from './desktop.ts'
import type { ShellCalls } from './ipc.ts'
import type { Updates } from './system/updates.ts'
import { mayReveal, pickPaths } from './window/dialogs.ts'
import type { MainWindow } from './window/main-window.ts'

export interface CallFacts
  extends Pick<DesktopOptions, 'electron' | 'login' | 'version' | 'canUpdate' | 'keyProtection'> {
  readonly window: MainWindow
  readonly replica: () => ReplicaState | undefined
  readonly updates: Updates
  restartEngine(): Promise<void>
  quit(): Promise<void>
  installUpdate(): Promise<void>
  notify(title: string, body: string): void
  wantPort(sender: WebContents): void
  listening(sender: WebContents): void
}

export function desktopCalls(facts: CallFacts): ShellCalls {
  const { electron, window } = facts
  return {
    async capabilities() {
      return {
        kind: 'electron',
        platform: facts.login.platform,
        version: facts.version,
        pickPaths: 'native',
        drops: 'paths',
        reveal: true,
        notifications: electron.Notification.isSupported() ? 'system' : 'none',
        // A clone would register its build folder.
        startAtLogin: electron.app.isPackaged,
        background: true,
        updates: facts.canUpdate,
        restartEngine: true,
        keyProtection: await facts.keyProtection(),
      }
    },
    pickPaths: (what, title) => pickPaths(electron.dialog, window.current, what, title),
    async reveal(path) {
      const state = facts.replica()
      if (state === undefined || !mayReveal(path, state)) return false
      electron.shell.showItemInFolder(path)
      return true
    },
    restartEngine: facts.restartEngine,
    // Answered before everything ends: the window does not wait for an answer that cannot come.
    async quit() {
      void facts.quit()
    },
    checkForUpdates: () => facts.updates.check(),
    installUpdate: facts.installUpdate,
    notify: facts.notify,
    wantPort: facts.wantPort,
    listening: facts.listening,
  }
}
