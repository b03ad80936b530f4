/**
 * Quitting: the first request is held, the engine is told and has until its time is up to bring everything to disk, then
 * the app quits for good. Further requests meanwhile change nothing.
 * Rule [EL19].
 */
import type { ElectronApi } from './electron-api.ts'

export class QuitSequence {
  readonly #app: Pick<ElectronApi['app'], 'on' | 'quit'>
  /** Ends within its own time limit; a failure is no reason to stay. */
  readonly #prepare: () => Promise<void>
  #phase: 'running' | 'stopping' | 'stopped' = 'running'
  #prepared: Promise<void> | undefined
  #quit: Promise<void> | undefined

  constructor(app: Pick<ElectronApi['app'], 'on' | 'quit'>, prepare: () => Promise<void>) {
    this.#app = app
    this.#prepare = prepare
  }

  get quitting(): boolean {
    return this.#phase !== 'running'
  }

  start(): void {
    this.#app.on('before-quit', (event) => {
      if (this.#phase === 'stopped') return
      event.preventDefault()
      void this.quit()
    })
  }

  quit(): Promise<void> {
    this.#quit ??= this.stopEngine().then(() => this.#app.quit())
    return this.#quit
  }

  /** Everything but leaving: an update's installer wants to do that itself. */
  stopEngine(): Promise<void> {
    this.#prepared ??= (async () => {
      this.#phase = 'stopping'
      await this.#prepare().catch(() => undefined)
      this.#phase = 'stopped'
    })()
    return this.#prepared
  }
}
