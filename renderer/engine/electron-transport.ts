/**
 * The contract over the message port that the desktop app hands to this page. The port comes as a message of this very
 * window, asked for once the page listens, and again after each restart of the engine: a newer port replaces an unused
 * older one. A wait for a port has an end, and so has the wait for the engine's first word on it.
 * Rules [EL20] [EL22].
 */
import { ShoalError } from '../../shared/contract/errors.ts'
import { type ClientPort, connectOverPort } from '../../shared/contract/port-client.ts'
import { PORT_MESSAGE } from '../../shared/shell/bridge.ts'
import type { Transport } from './transport.ts'

/** The main process answers in milliseconds when an engine runs; else a port comes as soon as one does. */
export const PORT_WAIT_MS = 10_000

/** Where ports arrive: the window. */
export interface PortSource {
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
}

export class PortInbox {
  readonly #wantPort: () => void
  readonly #isOwn: (event: MessageEvent) => boolean
  /** Arrived, not taken yet: the newest only. */
  #port: MessagePort | undefined
  #waiter: ((port: MessagePort) => void) | undefined
  /** The port in use: a newer one means that its engine is gone. */
  #onNewer: (() => void) | undefined

  constructor(source: PortSource, wantPort: () => void, isOwn: (event: MessageEvent) => boolean) {
    this.#wantPort = wantPort
    this.#isOwn = isOwn
    source.addEventListener('message', (event) => this.#receive(event))
  }

  async connect(signal: AbortSignal): Promise<Transport> {
    const port = await this.#next(signal)
    const gone = new AbortController()
    this.#onNewer = () => gone.abort()
    const connection = await connectOverPort(clientPort(port), { signal: AbortSignal.any([signal, gone.signal]) })
    this.#onNewer = () => connection.close()
    return {
      api: connection.api,
      closed: connection.closed.then(() => 'The engine ended.'),
      close: () => connection.close(),
    }
  }

  /** The engine is gone: a port does not always say so. */
  engineGone(): void {
    this.#port?.close()
    this.#port = undefined
    this.#onNewer?.()
    this.#onNewer = undefined
  }

  #receive(event: MessageEvent): void {
    const [port] = event.ports
    if (event.data !== PORT_MESSAGE || port === undefined || !this.#isOwn(event)) return
    this.engineGone()
    if (this.#waiter !== undefined) this.#waiter(port)
    else this.#port = port
  }

  #next(signal: AbortSignal): Promise<MessagePort> {
    const port = this.#port
    this.#port = undefined
    if (port !== undefined) return Promise.resolve(port)
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        this.#waiter = undefined
        act()
      }
      const timer = setTimeout(() => {
        settle(() => reject(new ShoalError('NETWORK', 'The engine is not running.', { timeoutMs: PORT_WAIT_MS })))
      }, PORT_WAIT_MS)
      const abort = () => settle(() => reject(new ShoalError('CANCELLED', 'Cancelled.')))
      if (signal.aborted) {
        abort()
        return
      }
      signal.addEventListener('abort', abort)
      this.#waiter = (fresh) => settle(() => resolve(fresh))
      this.#wantPort()
    })
  }
}

function clientPort(port: MessagePort): ClientPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.addEventListener('message', ({ data }) => listener(data)),
    onClose: (listener) => port.addEventListener('close', listener),
    start: () => port.start(),
    close: () => port.close(),
  }
}
