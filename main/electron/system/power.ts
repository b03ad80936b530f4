/**
 * Keeps the machine from falling asleep while something moves, and only then. The display may turn off. It lets go
 * CALM_MS after the last movement: a transfer that waits a moment for its next source is not over.
 * Rule [EL15].
 */
import type { ElectronApi, ShellClock } from '../electron-api.ts'

export const CALM_MS = 30_000

export class PowerGuard {
  readonly #blocker: Pick<ElectronApi['powerSaveBlocker'], 'start' | 'stop'>
  readonly #clock: ShellClock
  #id: number | undefined
  #cancel: (() => void) | undefined

  constructor(blocker: Pick<ElectronApi['powerSaveBlocker'], 'start' | 'stop'>, clock: ShellClock) {
    this.#blocker = blocker
    this.#clock = clock
  }

  update(moving: boolean): void {
    if (moving) {
      this.#cancel?.()
      this.#cancel = undefined
      this.#id ??= this.#blocker.start('prevent-app-suspension')
    } else if (this.#id !== undefined) {
      this.#cancel ??= this.#clock.after(CALM_MS, () => this.stop())
    }
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = undefined
    if (this.#id !== undefined) this.#blocker.stop(this.#id)
    this.#id = undefined
  }
}
