/**
 * A message port that behaves like the WebSocket which RpcServer serves, so that both are served by the same code with the
 * same checks and limits. A message counts as sent when the client is at most MAX_UNTAKEN_MESSAGES behind; until then the
 * engine's stream waits. It knows nothing of the contract.
 * Rules [EL20] [EL21].
 */
import { EventEmitter } from 'node:events'
import { MAX_MESSAGE_BYTES } from '../../../shared/contract/limits.ts'
import { MAX_UNTAKEN_MESSAGES, PORT_READY } from '../../../shared/contract/port-protocol.ts'
import type { RpcSocket } from '../../daemon/rpc-server.ts'

/** Electron's MessagePortMain, as far as it is used. */
export interface ServerPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown
  on(event: 'close', listener: () => void): unknown
  start(): void
  close(): void
}

export class PortSocket extends EventEmitter implements RpcSocket {
  readonly #port: ServerPort
  #open = true
  #sent = 0
  #taken = 0
  /** Told of each message that was posted. */
  onSent: (() => void) | undefined
  /** Callbacks of messages that count as not sent yet: at most one per stream or command of this connection. */
  #waiting: { readonly number: number; readonly release: () => void }[] = []

  constructor(port: ServerPort) {
    super()
    this.#port = port
  }

  /** Called after RpcServer has its listeners in place. */
  start(): void {
    this.#port.on('message', ({ data }) => this.#receive(data))
    this.#port.on('close', () => this.#end())
    this.#port.start()
    if (this.#open) this.#port.postMessage(PORT_READY)
  }

  send(message: string | ArrayBufferLike | Uint8Array, sent: (error?: Error | null) => void): void {
    if (!this.#open || typeof message !== 'string') {
      sent(new Error(this.#open ? 'The contract is text only.' : 'The port is closed.'))
      return
    }
    this.#port.postMessage(message)
    this.#sent += 1
    this.onSent?.()
    if (this.#sent - this.#taken <= MAX_UNTAKEN_MESSAGES) sent()
    else this.#waiting.push({ number: this.#sent, release: () => sent() })
  }

  /** A port has no closing words: code and reason are for sockets. */
  close(): void {
    if (!this.#open) return
    this.#port.close()
    // Electron tells the end that closed of its own closing only sometimes; once is enough.
    queueMicrotask(() => this.#end())
  }

  terminate(): void {
    this.close()
  }

  #receive(data: unknown): void {
    if (!this.#open) return
    if (typeof data === 'string' && data.length <= MAX_MESSAGE_BYTES) {
      this.emit('message', Buffer.from(data), false)
      return
    }
    if (typeof data === 'number' && Number.isInteger(data) && data > this.#taken && data <= this.#sent) {
      this.#taken = data
      const free = this.#waiting.filter(({ number }) => number - data <= MAX_UNTAKEN_MESSAGES)
      this.#waiting = this.#waiting.slice(free.length)
      for (const { release } of free) release()
      return
    }
    // Whoever sends anything else is not our client.
    this.close()
  }

  #end(): void {
    if (!this.#open) return
    this.#open = false
    const waiting = this.#waiting
    this.#waiting = []
    for (const { release } of waiting) release()
    this.emit('close')
  }
}
