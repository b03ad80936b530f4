/**
 * Progress and count on the icon in the taskbar or dock. Told only when what is seen would change.
 * Rule [EL15].
 */
import type { BrowserWindow } from 'electron'
import type { ElectronApi } from '../electron-api.ts'
import type { Activity } from './activity.ts'

/** Removes the bar (electron.d.ts, setProgressBar). */
const NO_PROGRESS = -1

export class DockIcon {
  readonly #app: Pick<ElectronApi['app'], 'setBadgeCount'>
  readonly #window: () => Pick<BrowserWindow, 'setProgressBar'> | undefined
  #shown: { readonly bar: number; readonly mode: 'normal' | 'paused'; readonly badge: number } | undefined

  constructor(
    app: Pick<ElectronApi['app'], 'setBadgeCount'>,
    window: () => Pick<BrowserWindow, 'setProgressBar'> | undefined,
  ) {
    this.#app = app
    this.#window = window
  }

  update(activity: Activity | undefined): void {
    const bar = activity?.progress === undefined ? NO_PROGRESS : Math.round(activity.progress * 100) / 100
    const mode =
      activity !== undefined && activity.downloads > 0 && activity.downBytesPerSecond === 0 ? 'paused' : 'normal'
    const badge = activity?.downloads ?? 0
    if (this.#shown?.bar !== bar || this.#shown.mode !== mode) this.#window()?.setProgressBar(bar, { mode })
    if (this.#shown?.badge !== badge) this.#app.setBadgeCount(badge)
    this.#shown = { bar, mode, badge }
  }

  /** A new window has nothing on it. */
  forget(): void {
    this.#shown = undefined
  }
}
