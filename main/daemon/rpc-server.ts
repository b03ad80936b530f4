/**
 * The contract over WebSockets, whatever they came in on. One ServerPeer per connection, as oRPC's own ws adapter has it,
 * but each message waits until the one before it has left this process: so a reader that stops reading holds up its own
 * subscription (whose changes are then coalesced by the hub) instead of filling our memory; and a malformed message ends
 * the connection that sent it instead of being printed.
 * Rules [DA2] [DA4] [DA7].
 */
import { ORPCError } from '@orpc/server'
import { StandardRPCHandler } from '@orpc/server/standard'
import { createServerPeerHandleRequestFn } from '@orpc/server/standard-peer'
import { ServerPeer } from '@orpc/standard-server-peer'
import type { RawData } from 'ws'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import { MAX_COMMANDS_IN_FLIGHT, MAX_CONNECTIONS } from '../../shared/contract/limits.ts'
import { toWireError } from '../../shared/contract/rpc-errors.ts'
import type { Logger } from '../engine/telemetry/logger.ts'
import { answering } from './after-answer.ts'
import { Outbox } from './outbox.ts'
import { type Connection, contractRouter } from './router.ts'
import type { DaemonShell } from './shell.ts'
import { shellRouter } from './shell-router.ts'

/** WebSocket close codes (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const INVALID_PAYLOAD = 1007
const TRY_AGAIN_LATER = 1013

/** How long a closing connection may take to say goodbye. */
const CLOSE_TIMEOUT_MS = 500

/**
 * Messages of one connection whose answers have not left: commands in flight, streams, and refusals that nobody reads.
 * Beyond it nothing more is read from it.
 */
const MAX_UNANSWERED = 2 * MAX_COMMANDS_IN_FLIGHT

/** What is used of a connection: a WebSocket, or a message port that behaves like one (the desktop app's). */
export interface RpcSocket {
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (data: RawData, isBinary: boolean) => void): unknown
  on(event: 'close', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  send(message: string | ArrayBufferLike | Uint8Array, sent: (error?: Error | null) => void): void
  close(code: number, reason: string): void
  terminate(): void
  /** Where the transport can be held up: nothing more is read from it until `resume`. */
  pause?(): void
  resume?(): void
}

export class RpcServer {
  readonly #logger: Logger
  readonly #handler: StandardRPCHandler<Connection>
  /** At most MAX_CONNECTIONS. */
  readonly #open = new Set<RpcSocket>()
  #stopping = false

  /** `shell`: where a window in a browser is served, its commands too. */
  constructor(api: EngineApi, logger: Logger, shell?: DaemonShell) {
    this.#logger = logger
    const router = contractRouter(api)
    this.#handler = new StandardRPCHandler(shell === undefined ? router : { ...router, shell: shellRouter(shell) }, {
      interceptors: [
        async (call) => {
          const connection = call.context
          if (connection.inFlight >= MAX_COMMANDS_IN_FLIGHT) {
            throw toWireError(
              new ShoalError('NOT_ALLOWED', 'Too many commands at once on one connection.', {
                limit: MAX_COMMANDS_IN_FLIGHT,
              }),
            )
          }
          connection.inFlight += 1
          try {
            await connection.room()
            return await call.next()
          } finally {
            connection.inFlight -= 1
          }
        },
      ],
      clientInterceptors: [
        async (call) => {
          try {
            return await call.next()
          } catch (error) {
            const expected = error instanceof ORPCError && (error.code === 'SHOAL' || error.code === 'BAD_REQUEST')
            if (!expected && call.signal?.aborted !== true) {
              const err = error instanceof ORPCError ? (error.cause ?? error) : error
              this.#logger.error({ err, command: call.path.join('.') }, 'command failed')
            }
            throw error
          }
        },
      ],
    })
  }

  get connections(): number {
    return this.#open.size
  }

  serve(socket: RpcSocket): void {
    // Without a listener an error of one connection would be an uncaught exception.
    socket.on('error', (error) => this.#logger.debug({ err: error }, 'connection failed'))
    if (this.#stopping || this.#open.size >= MAX_CONNECTIONS) {
      socket.close(TRY_AGAIN_LATER, this.#stopping ? 'stopping' : 'too many connections')
      return
    }
    this.#open.add(socket)
    const outbox = new Outbox(socket)
    const peer = new ServerPeer((message) => outbox.send(message))
    const handle = createServerPeerHandleRequestFn(this.#handler, {
      context: { inFlight: 0, streams: 0, room: () => outbox.room() },
    })
    let unanswered = 0
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? undefined : textOf(data)
      if (text === undefined) {
        socket.close(UNSUPPORTED_DATA, 'text only')
        return
      }
      if (!isMessage(text)) {
        socket.close(INVALID_PAYLOAD, 'not a message of the contract')
        return
      }
      unanswered += 1
      if (unanswered >= MAX_UNANSWERED) socket.pause?.()
      answering(() => peer.message(text, handle))
        .catch((error: unknown) => {
          // Answering a connection that is gone is no failure of ours; anything else has been logged as a command.
          this.#logger.debug({ err: error }, 'answer not delivered')
        })
        .finally(() => {
          unanswered -= 1
          if (unanswered === MAX_UNANSWERED - 1) socket.resume?.()
        })
    })
    socket.on('close', () => {
      this.#open.delete(socket)
      outbox.close()
      peer.close()
    })
  }

  /** Ends every connection; resolves when they are closed, within CLOSE_TIMEOUT_MS. */
  async stop(): Promise<void> {
    this.#stopping = true
    const closed = [...this.#open].map(
      (socket) =>
        new Promise<void>((resolve) => {
          const timer = setTimeout(() => socket.terminate(), CLOSE_TIMEOUT_MS)
          socket.once('close', () => {
            clearTimeout(timer)
            resolve()
          })
          socket.close(GOING_AWAY, 'the daemon is stopping')
        }),
    )
    await Promise.all(closed)
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString()
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString()
}

/** The envelope of oRPC's peer protocol: an id, perhaps a type, and a payload that names a command when it opens one. */
function isMessage(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('i' in message)) return false
    if (typeof message.i !== 'string' && typeof message.i !== 'number') return false
    if ('t' in message && message.t !== 1) return message.t === 3 || message.t === 4
    if (!('p' in message) || typeof message.p !== 'object' || message.p === null) return false
    return 'u' in message.p && typeof message.p.u === 'string' && message.p.u.startsWith('/')
  } catch {
    return false
  }
}
