/**
 * The icon in the tray, with speeds and peers. Linux shows no menu that changes by itself, so a new one is set when the
 * words change, at most once a second. Where there is no tray, there is none: the app is found by starting it again.
 * Rules [EL14] [EL23].
 */
import type { MenuItemConstructorOptions, NativeImage, Tray } from 'electron'
import { formatBytes } from '../../../shared/format/bytes.ts'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import type { Say } from '../messages/messages.ts'
import type { Activity } from './activity.ts'

export interface TrayActions {
  open(): void
  toggle(): void
  shareFiles(): void
  quit(): void
}

const REFRESH_MS = 1_000

export class TrayIcon {
  readonly #electron: Pick<ElectronApi, 'Menu' | 'Tray'>
  readonly #clock: ShellClock
  readonly #actions: TrayActions
  #tray: Tray | undefined
  #wanted: readonly string[] = []
  #shown = ''
  #say: Say | undefined
  #cancel: (() => void) | undefined

  constructor(electron: Pick<ElectronApi, 'Menu' | 'Tray'>, clock: ShellClock, actions: TrayActions) {
    this.#electron = electron
    this.#clock = clock
    this.#actions = actions
  }

  /** False where the system has no tray. */
  start(image: NativeImage, say: Say): boolean {
    try {
      this.#tray = new this.#electron.Tray(image)
    } catch {
      return false
    }
    this.#tray.setToolTip('Shoal')
    this.#tray.on('click', () => this.#actions.toggle())
    this.update(undefined, say)
    return true
  }

  update(activity: Activity | undefined, say: Say): void {
    this.#wanted = trayLines(activity, say)
    this.#say = say
    if (this.#cancel !== undefined) return
    this.#draw()
    this.#cancel = this.#clock.after(REFRESH_MS, () => {
      this.#cancel = undefined
      this.#draw()
    })
  }

  stop(): void {
    this.#cancel?.()
    this.#tray?.destroy()
    this.#tray = undefined
  }

  #draw(): void {
    const say = this.#say
    if (this.#tray === undefined || say === undefined) return
    // The language is part of what is shown.
    const text = [...this.#wanted, say('tray.open')].join('\n')
    if (text === this.#shown) return
    this.#shown = text
    this.#tray.setToolTip(['Shoal', ...this.#wanted].join('\n'))
    this.#tray.setContextMenu(this.#electron.Menu.buildFromTemplate(this.#template(say)))
  }

  #template(say: Say): MenuItemConstructorOptions[] {
    return [
      ...this.#wanted.map((label): MenuItemConstructorOptions => ({ label, enabled: false })),
      { type: 'separator' },
      { label: say('tray.open'), click: () => this.#actions.open() },
      { label: say('file.shareFiles'), click: () => this.#actions.shareFiles() },
      { type: 'separator' },
      { label: say('app.quit'), click: () => this.#actions.quit() },
    ]
  }
}

export function trayLines(activity: Activity | undefined, say: Say): string[] {
  if (activity === undefined) return [say('tray.noEngine')]
  const { peers, downBytesPerSecond, upBytesPerSecond } = activity
  const speeds = { down: formatBytes(downBytesPerSecond), up: formatBytes(upBytesPerSecond) }
  const plural = peers === 0 ? 'tray.peers.none' : peers === 1 ? 'tray.peers.one' : 'tray.peers.other'
  return [say('tray.speeds', speeds), say(plural, { count: peers })]
}
