/**
 * Gives every page that asks a port to the engine, and the main process its own: at once when the engine runs, else when
 * it does, and again after each restart. A page asks after it has its listener in place, and again after a reload, so no
 * port is ever sent to a page that is not there yet.
 * Rules [EL20] [EL22].
 */
import type { MessagePortMain } from 'electron'
import type { ElectronApi } from '../electron-api.ts'

/** Who wants ports: windows, and the main process. */
export interface PortTaker {
  /** Delivers the other end; called once per ask and once per restart of the engine. */
  take(port: MessagePortMain): void
}

/** One window and ourselves; a few more while a window is being replaced. */
const MAX_TAKERS = 16

export class PortBroker {
  readonly #makeChannel: () => { port1: MessagePortMain; port2: MessagePortMain }
  readonly #send: (id: number, port: MessagePortMain) => boolean
  readonly #takers = new Map<PortTaker, number>()
  #lastId = 0

  constructor(
    electron: Pick<ElectronApi, 'MessageChannelMain'>,
    /** False when no engine runs. */
    send: (id: number, port: MessagePortMain) => boolean,
  ) {
    this.#makeChannel = () => new electron.MessageChannelMain()
    this.#send = send
  }

  /** From now on, until `forget`. Asking again gives a new port. */
  want(taker: PortTaker): void {
    if (!this.#takers.has(taker) && this.#takers.size >= MAX_TAKERS) return
    this.#takers.set(taker, 0)
    this.#give(taker)
  }

  forget(taker: PortTaker): void {
    this.#takers.delete(taker)
  }

  /** A new engine runs. */
  engineStarted(): void {
    for (const taker of [...this.#takers.keys()]) this.#give(taker)
  }

  /** Whose newest port this is. */
  takerOf(id: number): PortTaker | undefined {
    for (const [taker, newest] of this.#takers) if (newest === id) return taker
    return undefined
  }

  #give(taker: PortTaker): void {
    const { port1, port2 } = this.#makeChannel()
    const id = ++this.#lastId
    if (!this.#send(id, port1)) {
      port1.close()
      port2.close()
      return
    }
    this.#takers.set(taker, id)
    taker.take(port2)
  }
}
