/**
 * The one window: made when it is first wanted, hidden instead of closed while sharing goes on in the background, put back
 * where it was. A page that crashes is loaded again, a few times. What closing means is asked of whoever made it.
 * Rules [EL4] [EL13] [EL14] [EL16].
 */
import type { BrowserWindow } from 'electron'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import { isOurPage, START_URL } from './app-protocol.ts'
import { webPreferences } from './web-guard.ts'
import { MIN_HEIGHT, MIN_WIDTH, placeWindow, type WindowState } from './window-state.ts'

export interface MainWindowOptions {
  readonly electron: Pick<ElectronApi, 'BrowserWindow' | 'screen' | 'nativeTheme'>
  readonly clock: ShellClock
  readonly preload: string
  readonly icon: string | undefined
  readonly dev: boolean
  readonly saved: WindowState | undefined
  readonly onState: (state: WindowState) => void
  /** The person closes it. 'keep': it stays, the caller does the rest. */
  readonly onClose: () => 'close' | 'keep'
  /** Windows ends the session: there are seconds left. */
  readonly onSessionEnd: () => void
  /** The page is gone or new: nobody listens any more. */
  readonly onPageLost: () => void
  /** Its page crashed again and again. */
  readonly onBroken: (reason: string) => void
}

/** Moving or sizing is told many times a second; the last one counts. */
const SAVE_MS = 500
const MAX_RELOADS = 3
const RELOAD_WINDOW_MS = 60_000
/** As the page's own, so that nothing flashes before it paints. */
const BACKGROUND = { dark: '#0e1518', light: '#f6f8f9' }

export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | undefined
  #saved: WindowState | undefined
  #cancelSave: (() => void) | undefined
  #reloads: number[] = []

  constructor(options: MainWindowOptions) {
    this.#options = options
    this.#saved = options.saved
  }

  get current(): BrowserWindow | undefined {
    return this.#window
  }

  get focused(): boolean {
    return this.#window?.isFocused() === true
  }

  /** Makes the window if need be; it comes in front. */
  show(): void {
    const window = this.#window ?? this.#create(true)
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Made but not shown: its page runs. */
  prepare(): void {
    if (this.#window === undefined) this.#create(false)
  }

  hide(): void {
    this.#window?.hide()
  }

  toggle(): void {
    if (this.#window?.isVisible() === true && this.#window.isFocused()) this.hide()
    else this.show()
  }

  /** To our page, if it is there. */
  send(channel: string, value: unknown): void {
    const contents = this.#window?.webContents
    if (contents !== undefined && !contents.isDestroyed() && isOurPage(contents.getURL())) contents.send(channel, value)
  }

  /** Without asking. */
  destroy(): void {
    this.#saveNow()
    this.#window?.destroy()
  }

  #create(visible: boolean): BrowserWindow {
    const { electron, preload, icon, dev } = this.#options
    const primary = electron.screen.getPrimaryDisplay()
    const others = electron.screen.getAllDisplays().filter(({ id }) => id !== primary.id)
    const { maximized, fullScreen, ...bounds } = placeWindow(
      this.#saved,
      [primary, ...others].map(({ workArea }) => workArea),
    )
    const window = new electron.BrowserWindow({
      ...bounds,
      minWidth: MIN_WIDTH,
      minHeight: MIN_HEIGHT,
      show: false,
      title: 'Shoal',
      backgroundColor: electron.nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: webPreferences(preload, dev),
      ...(icon === undefined ? {} : { icon }),
    })
    this.#window = window
    if (maximized) window.maximize()
    if (fullScreen) window.setFullScreen(true)
    if (visible) window.once('ready-to-show', () => window.show())
    else window.hide()

    const save = () => {
      this.#cancelSave?.()
      this.#cancelSave = this.#options.clock.after(SAVE_MS, () => this.#saveNow())
    }
    window.on('resize', save)
    window.on('move', save)
    window.on('maximize', save)
    window.on('unmaximize', save)
    window.on('close', (event) => {
      this.#saveNow()
      if (this.#options.onClose() === 'keep') event.preventDefault()
    })
    window.on('session-end', () => this.#options.onSessionEnd())
    window.on('closed', () => {
      this.#cancelSave?.()
      this.#window = undefined
      this.#options.onPageLost()
    })
    // A reload, and the first load: whoever listened is gone.
    window.webContents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) this.#options.onPageLost()
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => this.#pageGone(window, reason))
    void window.loadURL(START_URL).catch((error: unknown) => this.#options.onBroken(String(error)))
    return window
  }

  #pageGone(window: BrowserWindow, reason: string): void {
    this.#options.onPageLost()
    if (reason === 'clean-exit') return
    const now = this.#options.clock.now()
    this.#reloads = [...this.#reloads.filter((at) => now - at < RELOAD_WINDOW_MS), now]
    if (this.#reloads.length > MAX_RELOADS) this.#options.onBroken(reason)
    else window.webContents.reload()
  }

  #saveNow(): void {
    this.#cancelSave?.()
    const window = this.#window
    if (window === undefined || window.isDestroyed() || window.isMinimized()) return
    this.#saved = {
      ...window.getNormalBounds(),
      maximized: window.isMaximized(),
      fullScreen: window.isFullScreen(),
    }
    this.#options.onState(this.#saved)
  }
}
