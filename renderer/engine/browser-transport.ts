/**
 * The contract over a WebSocket to the daemon that served this page. The session cookie goes along by itself; a page can
 * not read it. The page key, the other half of the session, is named as a subprotocol: a WebSocket has no headers to set.
 * Rules [DA2] [DA22].
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { RPC_PATH, RPC_PROTOCOL } from '../../shared/contract/daemon-file.ts'
import { engineClient } from '../../shared/contract/engine-client.ts'
import { PAGE_PROTOCOL_PREFIX } from '../../shared/shell/door.ts'
import type { DaemonClient } from '../../shared/shell/shell-contract.ts'
import type { Transport } from './transport.ts'

/** The daemon is on this machine: it answers in milliseconds or not at all. */
const CONNECT_TIMEOUT_MS = 4_000

/** `client`: the same connection, with the daemon's own commands beside the engine's. */
export async function connectBySocket(
  location: Location,
  pageKey: string,
  signal: AbortSignal,
): Promise<{ client: DaemonClient; transport: Transport }> {
  const socket = new WebSocket(`ws://${location.host}${RPC_PATH}`, [RPC_PROTOCOL, `${PAGE_PROTOCOL_PREFIX}${pageKey}`])
  await opened(socket, signal)
  const client: DaemonClient = createORPCClient(new RPCLink({ websocket: socket }))
  const transport: Transport = {
    api: engineClient(client),
    closed: new Promise((resolve) => {
      socket.addEventListener('close', (event) => resolve(event.reason === '' ? `code ${event.code}` : event.reason))
    }),
    close: () => socket.close(),
  }
  return { client, transport }
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => {
      done()
      socket.close()
      reject(new Error('The daemon does not answer.'))
    }
    const timer = setTimeout(fail, CONNECT_TIMEOUT_MS)
    const open = () => {
      done()
      resolve()
    }
    const done = () => {
      clearTimeout(timer)
      socket.removeEventListener('open', open)
      socket.removeEventListener('close', fail)
      socket.removeEventListener('error', fail)
      signal.removeEventListener('abort', fail)
    }
    socket.addEventListener('open', open)
    socket.addEventListener('close', fail)
    socket.addEventListener('error', fail)
    signal.addEventListener('abort', fail)
  })
}
