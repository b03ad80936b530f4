/**
 * What one connection has been answered and has not taken yet. Answers are given to the transport one by one, and how much
 * of them has not left this process is known, so that new commands can wait while a client that does not read has enough
 * waiting already. It drops nothing, and it knows nothing of the contract.
 * Rule [DA7].
 */
import type { RpcSocket } from './rpc-server.ts'

/** A snapshot may be larger; nothing further is begun until it has left. */
export const MAX_UNSENT_BYTES = 4 * 1024 * 1024

export class Outbox {
  readonly #socket: Pick<RpcSocket, 'send'>
  #unsentBytes = 0
  /** At most as many as there are commands in flight on the connection. */
  #waiting: (() => void)[] = []

  constructor(socket: Pick<RpcSocket, 'send'>) {
    this.#socket = socket
  }

  /** Resolves when the kernel has taken the message. */
  send(message: string | ArrayBufferLike | Uint8Array): Promise<void> {
    const bytes = typeof message === 'string' ? message.length : message.byteLength
    this.#unsentBytes += bytes
    return new Promise((resolve, reject) => {
      this.#socket.send(message, (error) => {
        this.#unsentBytes -= bytes
        if (this.#unsentBytes <= MAX_UNSENT_BYTES) this.#wake()
        if (error == null) resolve()
        else reject(error)
      })
    })
  }

  /** Resolves when there is room for another answer, or nobody who wants one. */
  async room(): Promise<void> {
    while (this.#unsentBytes > MAX_UNSENT_BYTES) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve)
      })
    }
  }

  /** The connection is gone. */
  close(): void {
    this.#unsentBytes = 0
    this.#wake()
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
