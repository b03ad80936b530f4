/**
 * Updates from the project's releases, by electron-updater: looked for after the start and once a day, fetched in the
 * background, installed when the person says so or the app quits. Opt-out: switched off, nothing is asked of anybody.
 * Where an installation cannot replace itself (a clone, the portable program) there are none.
 * Rule [EL26].
 */
import type { AppUpdater } from 'electron-updater'
import type { UpdateState } from '../../../shared/shell/shell-api.ts'
import type { ShellClock } from '../electron-api.ts'

export type Updater = Pick<
  AppUpdater,
  | 'on'
  | 'checkForUpdates'
  | 'quitAndInstall'
  | 'autoDownload'
  | 'autoInstallOnAppQuit'
  | 'allowPrerelease'
  | 'allowDowngrade'
  | 'logger'
>

/** Not at once: the start belongs to the window and the engine. */
export const FIRST_CHECK_MS = 30_000
export const CHECK_EVERY_MS = 24 * 60 * 60_000

export interface UpdateFacts {
  readonly packaged: boolean
  readonly platform: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** electron-updater replaces AppImages, debs, NSIS installations and signed macOS apps; not a portable program. */
export function canUpdate({ packaged, platform, env }: UpdateFacts): boolean {
  if (!packaged) return false
  return platform !== 'win32' || env.PORTABLE_EXECUTABLE_FILE === undefined
}

export class Updates {
  readonly #load: () => Promise<Updater>
  readonly #clock: ShellClock
  readonly #onState: (state: UpdateState) => void
  readonly #supported: boolean
  #updater: Promise<Updater> | undefined
  #state: UpdateState = { state: 'off' }
  #cancel: (() => void) | undefined
  #enabled = false

  constructor(options: {
    readonly supported: boolean
    readonly load: () => Promise<Updater>
    readonly clock: ShellClock
    readonly onState: (state: UpdateState) => void
  }) {
    this.#supported = options.supported
    this.#load = options.load
    this.#clock = options.clock
    this.#onState = options.onState
  }

  get state(): UpdateState {
    return this.#state
  }

  /** The setting. What was fetched already stays offered. */
  setEnabled(enabled: boolean): void {
    if (enabled === this.#enabled || !this.#supported) return
    this.#enabled = enabled
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#state.state !== 'ready') this.#tell({ state: enabled ? 'none' : 'off' })
    if (enabled) this.#checkIn(FIRST_CHECK_MS)
  }

  /** Also while switched off: then the person asked for it. */
  async check(): Promise<void> {
    if (!this.#supported || ['checking', 'downloading', 'ready'].includes(this.#state.state)) return
    this.#tell({ state: 'checking' })
    try {
      const updater = await this.#ready()
      const result = await updater.checkForUpdates()
      // Where it sees that it cannot update (an AppImage's content run on its own), it asks nobody and tells nothing.
      if (result === null && this.#state.state === 'checking') this.#tell({ state: this.#enabled ? 'none' : 'off' })
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Ends the app; call only once the engine has stopped. False when there is nothing to install. */
  async install(): Promise<boolean> {
    if (this.#state.state !== 'ready') return false
    const updater = await this.#ready()
    updater.quitAndInstall(false, true)
    return true
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
  }

  #checkIn(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#checkIn(CHECK_EVERY_MS)
      void this.check()
    })
  }

  #ready(): Promise<Updater> {
    this.#updater ??= this.#load().then((updater) => {
      updater.autoDownload = true
      updater.autoInstallOnAppQuit = true
      updater.allowPrerelease = false
      updater.allowDowngrade = false
      updater.logger = null
      updater.on('update-not-available', () => this.#tell({ state: this.#enabled ? 'none' : 'off' }))
      updater.on('update-available', () => this.#tell({ state: 'downloading', fraction: 0 }))
      updater.on('download-progress', ({ percent }) => {
        this.#tell({ state: 'downloading', fraction: Math.min(1, Math.max(0, percent / 100)) })
      })
      updater.on('update-downloaded', ({ version }) => this.#tell({ state: 'ready', version }))
      updater.on('error', (error) => this.#failed(error))
      return updater
    })
    return this.#updater
  }

  #failed(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error)
    this.#tell({ state: 'failed', reason: text.split('\n')[0]?.slice(0, 300) ?? '' })
  }

  #tell(state: UpdateState): void {
    this.#state = state
    this.#onState(state)
  }
}
