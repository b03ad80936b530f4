/**
 * EngineApi over a message port, for the window and for the main process of the desktop app. The two kinds of port differ
 * in how they deliver events, so a port comes in as four functions. It neither makes nor transfers ports. A port whose
 * other end is gone does not always say so: whoever learns it from elsewhere calls `close`.
 * Rules [EL20] [EL21] [DA5].
 */
import { ClientPeer } from '@orpc/standard-server-peer'
import type { EngineApi } from './engine-api.ts'
import { ShoalError } from './errors.ts'
import { apiOverPeer } from './peer-client.ts'
import { PORT_READY } from './port-protocol.ts'

export interface ClientPort {
  post(message: string | number): void
  onMessage(listener: (data: unknown) => void): void
  onClose(listener: () => void): void
  /** Begins delivery; called once, after the listeners are in place. */
  start(): void
  close(): void
}

export interface PortConnection {
  readonly api: EngineApi
  /** Resolves when the port is closed, by whichever end. */
  readonly closed: Promise<void>
  close(): void
}

/** How long the engine may take to answer on a port that it was sent: it may be opening its database. */
export const PORT_TIMEOUT_MS = 15_000

/** Resolves when the engine has said that it serves this port; NETWORK after `timeoutMs`, CANCELLED by the signal. */
export function connectOverPort(
  port: ClientPort,
  { timeoutMs = PORT_TIMEOUT_MS, signal }: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<PortConnection> {
  return new Promise((resolve, reject) => {
    let open = true
    let taken = 0
    let tellClosed = () => {}
    const closed = new Promise<void>((done) => {
      tellClosed = done
    })
    const peer = new ClientPeer(async (message) => {
      // Quietly: oRPC also sends from abort listeners, where an error would have no catcher; `close` ends every call.
      if (!open) return
      if (typeof message !== 'string') throw new Error('The contract is text only.')
      port.post(message)
    })
    const end = () => {
      if (!open) return
      open = false
      peer.close()
      port.close()
      tellClosed()
    }
    const settle = (failure?: ShoalError) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      if (failure === undefined) return
      end()
      reject(failure)
    }
    const onAbort = () => settle(new ShoalError('CANCELLED', 'Cancelled.'))
    const timer = setTimeout(() => {
      settle(
        new ShoalError('NETWORK', 'The engine does not answer. Restart Shoal if this does not pass.', { timeoutMs }),
      )
    }, timeoutMs)
    if (signal?.aborted === true) {
      onAbort()
      return
    }
    signal?.addEventListener('abort', onAbort)

    port.onMessage((data) => {
      if (!open || typeof data !== 'string') return
      if (data === PORT_READY) {
        settle()
        resolve({ api: apiOverPeer(peer, () => open, 'The port is closed.'), closed, close: end })
        return
      }
      taken += 1
      port.post(taken)
      // What is not of the contract ends the connection: an engine that sends it is not one to go on with.
      peer.message(data).catch(end)
    })
    port.onClose(() => {
      settle(new ShoalError('NETWORK', 'The engine closed the connection.'))
      end()
    })
    port.start()
  })
}
