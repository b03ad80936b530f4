/**
 * The app as the desktop sees it: tray, menu, dock, notifications, sleep, theme, login item, all following the engine's
 * state and settings, in the person's language. The window itself is window/, the engine engine/.
 * Rules [EL14] [EL15] [EL23] [EL24] [EL25] [EL27].
 */
import type { NativeImage } from 'electron'
import type { ReplicaState } from '../../../shared/contract/replica.ts'
import { isShoalLink } from '../arguments.ts'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import { type Language, pickLanguage, type Say, speaker } from '../messages/messages.ts'
import type { OpenRequests } from '../open-requests.ts'
import { pickPaths } from '../window/dialogs.ts'
import type { MainWindow } from '../window/main-window.ts'
import { followTheme } from '../window/theme.ts'
import { openExternal } from '../window/web-guard.ts'
import { activityOf } from './activity.ts'
import { DockIcon } from './dock.ts'
import { type LoginFacts, setStartAtLogin } from './login-item.ts'
import { menuTemplate } from './menu.ts'
import { NoticeBoard } from './notices.ts'
import { Notifier } from './notifier.ts'
import { PowerGuard } from './power.ts'
import { TrayIcon } from './tray.ts'

export interface TrayImages {
  /** Read when the tray is made. */
  load(): NativeImage
}

export interface SystemOptions {
  readonly electron: ElectronApi
  readonly clock: ShellClock
  readonly dev: boolean
  readonly images: TrayImages
  readonly login: LoginFacts
  /** Of the project, as the installation says; a clone has none. */
  readonly website: string | undefined
  readonly window: MainWindow
  readonly requests: OpenRequests
  quit(): void
  report(problem: string, error: unknown): void
}

export class DesktopSystem {
  readonly #options: SystemOptions
  readonly #tray: TrayIcon
  readonly #dock: DockIcon
  readonly #power: PowerGuard
  readonly #notices = new NoticeBoard()
  readonly #notifier: Notifier
  #language: Language
  #say: Say
  #startAtLogin: boolean | undefined

  constructor(options: SystemOptions) {
    this.#options = options
    const { electron, clock, window } = options
    this.#language = 'en'
    this.#say = speaker('en')
    this.#tray = new TrayIcon(electron, clock, {
      open: () => window.show(),
      toggle: () => window.toggle(),
      shareFiles: () => this.#share('files'),
      quit: options.quit,
    })
    this.#dock = new DockIcon(electron.app, () => window.current)
    this.#power = new PowerGuard(electron.powerSaveBlocker, clock)
    this.#notifier = new Notifier(electron.Notification, clock, () => window.show())
  }

  start(): void {
    this.#speak(pickLanguage('auto', this.#options.electron.app.getPreferredSystemLanguages()))
    this.#tray.start(this.#options.images.load(), this.#say)
  }

  update(state: ReplicaState | undefined): void {
    const { electron, window } = this.#options
    if (state !== undefined) {
      const { ui, desktop } = state.settings.settings
      const language = pickLanguage(ui.language, electron.app.getPreferredSystemLanguages())
      if (language !== this.#language) this.#speak(language)
      followTheme(electron.nativeTheme, ui.theme)
      this.#login(desktop.startAtLogin)
    }
    const activity = state === undefined ? undefined : activityOf(state)
    this.#tray.update(activity, this.#say)
    this.#dock.update(activity)
    this.#power.update(activity?.moving === true)
    for (const notice of this.#notices.update(state, window.focused)) this.#notifier.tell(notice, this.#say)
  }

  windowChanged(): void {
    this.#dock.forget()
  }

  notify(title: string, body: string): void {
    this.#notifier.show(title, body)
  }

  stop(): void {
    this.#power.stop()
    this.#tray.stop()
  }

  /** Once: what closing the window means. */
  async askToKeepSharing(): Promise<boolean> {
    return this.#ask('question', this.#say('close.title'), this.#say('close.detail'), [
      this.#say('close.keep'),
      this.#say('close.quit'),
    ])
  }

  /** True: try again. */
  async askAfterBreak(reason: string): Promise<boolean> {
    return this.#ask('error', this.#say('broken.title'), this.#say('broken.detail', { reason }), [
      this.#say('broken.again'),
      this.#say('app.quit'),
    ])
  }

  async #ask(type: 'question' | 'error', message: string, detail: string, buttons: [string, string]): Promise<boolean> {
    const { electron, window } = this.#options
    const options = { type, title: 'Shoal', message, detail, buttons, defaultId: 0, cancelId: 1, noLink: true }
    const { current } = window
    const { response } = await (current === undefined
      ? electron.dialog.showMessageBox(options)
      : electron.dialog.showMessageBox(current, options))
    return response === 0
  }

  #speak(language: Language): void {
    const { electron, dev, login, quit, website } = this.#options
    this.#language = language
    this.#say = speaker(language)
    const template = menuTemplate(
      this.#say,
      {
        shareFiles: () => this.#share('files'),
        shareFolder: () => this.#share('folder'),
        openFromClipboard: () => this.#openFromClipboard(),
        ...(website === undefined ? {} : { website: () => void openExternal(electron, website) }),
        quit,
      },
      { platform: login.platform, dev },
    )
    electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template))
  }

  #share(what: 'files' | 'folder'): void {
    const { electron, window, requests, report } = this.#options
    window.show()
    pickPaths(electron.dialog, window.current, what, this.#say(what === 'files' ? 'pick.files' : 'pick.folder'))
      .then((paths) => (paths === undefined ? undefined : requests.add({ links: [], paths })))
      .catch((error: unknown) => report('the dialog failed', error))
  }

  #openFromClipboard(): void {
    const { electron, window, requests, report } = this.#options
    window.show()
    const open = async () => {
      const link = (await electron.clipboard.readText()).trim()
      if (isShoalLink(link)) await requests.add({ links: [link], paths: [] })
      else this.#notifier.show('Shoal', this.#say('clipboard.none'))
    }
    open().catch((error: unknown) => report('the link was not opened', error))
  }

  #login(wanted: boolean): void {
    const { electron, login, report } = this.#options
    if (wanted === this.#startAtLogin || !electron.app.isPackaged) return
    this.#startAtLogin = wanted
    setStartAtLogin(electron.app, login, wanted).catch((error: unknown) => report('start at login was not set', error))
  }
}
