/** The ways a contract is reached in tests: a direct call of the router, a Unix socket, a TCP WebSocket, a message port. */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createRouterClient } from '@orpc/server'
import { WebSocket } from 'ws'
import { apiOver } from '../../../cli/client.ts'
import { type Door, openSocketDoor, openTcpDoor } from '../../../main/daemon/listen.ts'
import { contractRouter } from '../../../main/daemon/router.ts'
import { RpcServer } from '../../../main/daemon/rpc-server.ts'
import { PortSocket } from '../../../main/electron/engine/port-socket.ts'
import { openLogger } from '../../../main/engine/telemetry/logger.ts'
import { RPC_PATH, RPC_PROTOCOL } from '../../../shared/contract/daemon-file.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { engineClient } from '../../../shared/contract/engine-client.ts'
import { type ClientPort, connectOverPort } from '../../../shared/contract/port-client.ts'

export const TOKEN = '0123456789abcdef'.repeat(4)

export interface Reached {
  readonly api: EngineApi
  /** The client's socket, where there is one. */
  readonly socket: WebSocket | undefined
  readonly server: RpcServer | undefined
  close(): Promise<void>
}

export type Transport = (api: EngineApi) => Promise<Reached>

export const transports: Record<string, Transport> = {
  'direct call': async (api) => ({
    api: engineClient(
      createRouterClient(contractRouter(api), { context: { inFlight: 0, streams: 0, room: async () => {} } }),
    ),
    socket: undefined,
    server: undefined,
    close: async () => {},
  }),
  'unix socket': async (api) => {
    const folder = await mkdtemp(join(tmpdir(), 'shoal-contract-'))
    const path = join(folder, 'shoal.sock')
    return reach(
      api,
      (options) => openSocketDoor(path, options),
      () => connect(path),
      () => rm(folder, { recursive: true }),
    )
  },
  'tcp websocket': async (api) => reach(api, (options) => openTcpDoor(0, options)),
  'message port': async (api) => {
    const log = openLogger({ level: 'silent' })
    const server = new RpcServer(api, log.logger)
    const { port1, port2 } = new MessageChannel()
    servePort(server, port1)
    const connection = await connectOverPort(nodePort(port2))
    return {
      api: connection.api,
      socket: undefined,
      server,
      async close() {
        connection.close()
        await server.stop()
        log.close()
      },
    }
  },
}

/** Node's port as Electron's: events carry `data`. */
export function servePort(server: RpcServer, port: MessagePort): PortSocket {
  const socket = new PortSocket({
    postMessage: (message) => port.postMessage(message),
    on: (event: 'message' | 'close', listener: (value: { data: unknown }) => void) =>
      port.on(event, (data: unknown) => listener({ data })),
    start: () => port.start(),
    close: () => port.close(),
  })
  server.serve(socket)
  socket.start()
  return socket
}

export function nodePort(port: MessagePort): ClientPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', listener),
    onClose: (listener) => port.on('close', listener),
    start: () => port.start(),
    close: () => port.close(),
  }
}

async function reach(
  api: EngineApi,
  open: (options: Parameters<typeof openTcpDoor>[1]) => Promise<Door>,
  createConnection?: () => ReturnType<typeof connect>,
  cleanUp: () => Promise<void> = async () => {},
): Promise<Reached> {
  const log = openLogger({ level: 'silent' })
  const server = new RpcServer(api, log.logger)
  const door = await open({ rpc: server, metrics: () => api.metrics(), token: TOKEN, allowOrigins: [] })
  const host = door.port === undefined ? 'localhost' : `127.0.0.1:${door.port}`
  const socket = new WebSocket(`ws://${host}${RPC_PATH}`, [RPC_PROTOCOL], {
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(createConnection === undefined ? {} : { createConnection }),
  })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return {
    api: apiOver(socket),
    socket,
    server,
    async close() {
      socket.terminate()
      await server.stop()
      await door.close()
      await cleanUp()
    },
  }
}
