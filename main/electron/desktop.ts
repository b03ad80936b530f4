/**
 * The desktop app put together: who is asked when, in which order things start and end. What each part does stands in its
 * own file; Electron comes in from main.ts. Nothing here touches bytes, peers or shares.
 * Rules [EL14] [EL17] [EL19] [EL20] [EL23].
 */
import type { MessagePortMain, WebContents } from 'electron'
import type { ReplicaState } from '../../shared/contract/replica.ts'
import { TELL } from '../../shared/shell/bridge.ts'
import type { EngineProcessState } from '../../shared/shell/shell-api.ts'
import { desktopCalls } from './desktop-calls.ts'
import type { ElectronApi, ShellClock } from './electron-api.ts'
import { EngineLink } from './engine/engine-link.ts'
import { PortBroker, type PortTaker } from './engine/port-broker.ts'
import { type EngineChild, EngineSupervisor, type SupervisorDependencies } from './engine/supervisor.ts'
import { serveBridge } from './ipc.ts'
import type { KeyProtection } from './key-vault.ts'
import type { OpenRequests } from './open-requests.ts'
import { QuitSequence } from './quit.ts'
import type { LoginFacts } from './system/login-item.ts'
import { DesktopSystem, type TrayImages } from './system/system.ts'
import { type Updater, Updates } from './system/updates.ts'
import { decideClose } from './window/closing.ts'
import { MainWindow } from './window/main-window.ts'
import type { WindowState } from './window/window-state.ts'

export interface DesktopOptions {
  readonly electron: ElectronApi
  readonly clock: ShellClock
  readonly requests: OpenRequests
  readonly version: string
  readonly dev: boolean
  /** Started at login: no window until asked for. */
  readonly hidden: boolean
  readonly preload: string
  readonly icon: string | undefined
  readonly trayImages: TrayImages
  readonly saved: WindowState | undefined
  readonly saveWindow: (state: WindowState) => void
  readonly login: LoginFacts
  readonly website: string | undefined
  readonly canUpdate: boolean
  readonly loadUpdater: () => Promise<Updater>
  readonly keyProtection: () => Promise<KeyProtection>
  readonly launch: (
    events: Parameters<SupervisorDependencies<MessagePortMain>['launch']>[0],
  ) => Promise<EngineChild<MessagePortMain>>
  readonly report: (problem: string, error: unknown) => void
}

export class Desktop {
  readonly window: MainWindow
  readonly engine: EngineSupervisor<MessagePortMain>
  readonly quitting: QuitSequence
  readonly #options: DesktopOptions
  readonly #system: DesktopSystem
  readonly #updates: Updates
  readonly #broker: PortBroker
  readonly #link: EngineLink
  #replica: ReplicaState | undefined
  /** The last settings stay known while the engine restarts. */
  #settings: ReplicaState['settings']['settings'] | undefined
  #engineState: EngineProcessState | undefined
  #page: PortTaker | undefined
  #explaining = false

  constructor(options: DesktopOptions) {
    this.#options = options
    const { electron, clock } = options
    this.window = new MainWindow({
      electron,
      clock,
      preload: options.preload,
      icon: options.icon,
      dev: options.dev,
      saved: options.saved,
      onState: options.saveWindow,
      onClose: () => this.#onClose(),
      onSessionEnd: () => void this.quitting.quit(),
      onPageLost: () => this.#pageLost(),
      onBroken: (reason) => void this.#broken(reason),
    })
    this.engine = new EngineSupervisor({
      clock,
      launch: options.launch,
      onState: (state) => this.#engineChanged(state),
    })
    this.#broker = new PortBroker(electron, (id, port) => this.engine.sendPort(id, port))
    this.#link = new EngineLink(
      (state) => this.#replicaChanged(state),
      (error) => options.report('the connection to the engine ended', error),
    )
    this.#updates = new Updates({
      supported: options.canUpdate,
      load: options.loadUpdater,
      clock,
      onState: (state) => this.window.send(TELL.update, state),
    })
    this.quitting = new QuitSequence(electron.app, () => this.#prepareToQuit())
    this.#system = new DesktopSystem({
      electron,
      clock,
      dev: options.dev,
      images: options.trayImages,
      login: options.login,
      website: options.website,
      window: this.window,
      requests: options.requests,
      quit: () => void this.quitting.quit(),
      report: options.report,
    })
  }

  /** After the app is ready. */
  start(): void {
    const { electron, hidden } = this.#options
    this.quitting.start()
    serveBridge(
      electron.ipcMain,
      desktopCalls({
        ...this.#options,
        window: this.window,
        replica: () => this.#replica,
        restartEngine: () => this.engine.restart(),
        quit: () => this.quitting.quit(),
        updates: this.#updates,
        installUpdate: () => this.#installUpdate(),
        notify: (title, body) => this.#system.notify(title, body),
        wantPort: (sender) => this.#wantPort(sender),
        listening: (sender) => this.#listening(sender),
      }),
    )
    this.#system.start()
    this.#broker.want({ take: (port) => this.#link.take(port) })
    this.engine.start()
    electron.app.on('activate', () => this.window.show())
    // Without this listener Electron quits with the last window; what closing means, closing.ts says.
    electron.app.on('window-all-closed', () => {})
    // Its page runs even unseen: what the window tells of itself is there when it opens.
    if (!hidden) this.window.show()
  }

  /** The system, or a second start, asks to open something, or just for the window. */
  ask(): void {
    this.window.show()
  }

  #engineChanged(state: EngineProcessState): void {
    this.#engineState = state
    if (state.state === 'running') this.#broker.engineStarted()
    else this.#link.close()
    this.window.send(TELL.engine, state)
  }

  #replicaChanged(state: ReplicaState | undefined): void {
    this.#replica = state
    if (state !== undefined) {
      this.#settings = state.settings.settings
      this.#updates.setEnabled(this.#settings.desktop.checkForUpdates)
    }
    this.#system.update(state)
  }

  #wantPort(sender: WebContents): void {
    if (sender !== this.window.current?.webContents) return
    this.#forgetPage()
    this.#page = {
      take: (port) => {
        if (sender.isDestroyed()) port.close()
        else sender.postMessage(TELL.port, null, [port])
      },
    }
    this.#broker.want(this.#page)
  }

  #listening(sender: WebContents): void {
    if (sender !== this.window.current?.webContents) return
    if (this.#engineState !== undefined) this.window.send(TELL.engine, this.#engineState)
    this.window.send(TELL.update, this.#updates.state)
    this.#options.requests.listen((request) => this.window.send(TELL.open, request))
  }

  #pageLost(): void {
    this.#options.requests.listen(undefined)
    this.#system.windowChanged()
    this.#forgetPage()
  }

  #forgetPage(): void {
    if (this.#page !== undefined) this.#broker.forget(this.#page)
    this.#page = undefined
  }

  #onClose(): 'close' | 'keep' {
    const settings = this.#settings
    const decision = decideClose({
      quitting: this.quitting.quitting,
      settings:
        settings === undefined || this.#engineState?.state === 'failed'
          ? undefined
          : { keepInBackground: settings.desktop.keepInBackground, explained: settings.ui.backgroundExplained },
    })
    switch (decision) {
      case 'close':
        return 'close'
      case 'hide':
        this.window.hide()
        return 'keep'
      case 'explain':
        void this.#explain()
        return 'keep'
      case 'quit':
        void this.quitting.quit()
        return 'keep'
    }
  }

  async #explain(): Promise<void> {
    if (this.#explaining) return
    this.#explaining = true
    try {
      const keep = await this.#system.askToKeepSharing()
      await this.#link.api?.changeSettings({ ui: { backgroundExplained: true }, desktop: { keepInBackground: keep } })
      if (keep) this.window.hide()
      else await this.quitting.quit()
    } catch (error) {
      this.#options.report('the choice could not be kept', error)
    } finally {
      this.#explaining = false
    }
  }

  async #broken(reason: string): Promise<void> {
    if (this.quitting.quitting) return
    if (await this.#system.askAfterBreak(reason)) {
      this.window.destroy()
      this.window.show()
    } else await this.quitting.quit()
  }

  async #installUpdate(): Promise<void> {
    if (this.#updates.state.state !== 'ready') return
    await this.quitting.stopEngine()
    await this.#updates.install()
  }

  /** Seen at once, done within the engine's time. */
  async #prepareToQuit(): Promise<void> {
    this.#updates.stop()
    this.window.hide()
    this.#link.close()
    await this.engine.stop()
    this.#system.stop()
    this.window.destroy()
  }
}
