/**
 * The daemon's two doors: an HTTP server on the local socket and one on 127.0.0.1, both behind the same guard, both
 * leading to the same RpcServer. The one on 127.0.0.1 serves the window as well, where there is one. What is let in is
 * answered by answer.ts or, a WebSocket, by the RpcServer; everything else is refused with a 4xx.
 * Rules [DA2] [DA10] [DA11] [DA13] [DA20].
 */
import { chmod } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { RPC_PROTOCOL } from '../../shared/contract/daemon-file.ts'
import { MAX_CONNECTIONS, MAX_MESSAGE_BYTES } from '../../shared/contract/limits.ts'
import { type AnswerParts, answer, type PageParts } from './answer.ts'
import { type GuardRules, judge } from './guard.ts'
import { requestFacts } from './request-facts.ts'
import type { RpcServer } from './rpc-server.ts'

/** A request's head is a few hundred bytes; whoever needs longer than this to send it is not one of our clients. */
const HEADERS_TIMEOUT_MS = 5_000
const MAX_HEADER_BYTES = 8 * 1024
const MAX_HEADERS = 64

export interface DoorOptions {
  readonly rpc: RpcServer
  readonly metrics: () => Promise<string>
  readonly token: string
  readonly allowOrigins: readonly string[]
  /** The window, on the TCP door. */
  readonly page?: Omit<PageParts, 'cookieName'>
  /** A fresh one-time address of the window. */
  readonly address?: () => Promise<string | undefined>
  /** Told what could not be answered, for the log. */
  readonly onFailure?: (error: unknown) => void
}

export interface Door {
  /** The port, for a TCP door. */
  readonly port: number | undefined
  close(): Promise<void>
}

/** Any page served by us would be of these origins; the desktop app's is app://shoal. */
export function rulesFor(
  where: { port: number } | 'socket',
  options: Pick<DoorOptions, 'token' | 'allowOrigins' | 'page'>,
): GuardRules {
  if (where === 'socket') return { hosts: new Set(['localhost']), origins: new Set(), token: options.token }
  const hosts = new Set([`127.0.0.1:${where.port}`, `localhost:${where.port}`])
  const own = [...hosts].map((host) => `http://${host}`)
  const rules = { hosts, origins: new Set([...own, 'app://shoal', ...options.allowOrigins]), token: options.token }
  const { page } = options
  if (page === undefined) return rules
  return {
    ...rules,
    page: {
      isAsset: (target) => page.assets.has(target),
      cookieName: cookieName(where.port),
      origins: new Set(options.allowOrigins),
      sessionOf: (presented) => page.sessions.stateOf(presented),
    },
  }
}

/** Cookies know no ports: with the port in its name, that of one daemon is not overwritten by another's. */
function cookieName(port: number): string {
  return `shoal-${port}`
}

export async function openTcpDoor(port: number, options: DoorOptions): Promise<Door> {
  let listening = port
  const { page } = options
  const door = makeDoor(options, page === undefined ? undefined : { ...page, cookieName: () => cookieName(listening) })
  listening = await listen(door.server, { host: '127.0.0.1', port, exclusive: true })
  door.setRules(rulesFor({ port: listening }, options))
  return { port: listening, close: door.close }
}

export async function openSocketDoor(path: string, options: DoorOptions): Promise<Door> {
  const door = makeDoor(options)
  door.setRules(rulesFor('socket', options))
  await listen(door.server, { path })
  // Until this line the folder's 0700 keeps others out. A named pipe has no mode; there the token alone decides.
  if (!path.startsWith('\\\\')) await chmod(path, 0o600)
  return { port: undefined, close: door.close }
}

function makeDoor(options: DoorOptions, page?: PageParts) {
  let rules: GuardRules = { hosts: new Set(), origins: new Set(), token: options.token }
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    // An upload takes as long as it takes; the bodies of others have limits of their own.
    requestTimeout: 0,
    // Node looks at these limits only every 30 s unless told otherwise.
    connectionsCheckingInterval: HEADERS_TIMEOUT_MS,
  })
  server.maxConnections = MAX_CONNECTIONS
  server.maxHeadersCount = MAX_HEADERS
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => RPC_PROTOCOL,
  })

  const parts: AnswerParts = { metrics: options.metrics, page, address: options.address, onFailure: options.onFailure }
  server.on('request', (request, response) => {
    // Headers that came too late, bodies that are cut: their end is told by `close`.
    request.on('error', () => {})
    void answer(request, response, judge(requestFacts(request, false), rules), parts)
  })
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    const verdict = judge(requestFacts(request, true), rules)
    if (!verdict.allow) {
      refuseUpgrade(stream, verdict.status, verdict.reason)
      return
    }
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      refuseUpgrade(stream, 400, 'WebSocket only.')
      return
    }
    sockets.handleUpgrade(request, stream, head, (socket) => options.rpc.serve(socket))
  })

  return {
    server,
    setRules(fresh: GuardRules) {
      rules = fresh
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function refuseUpgrade(stream: Duplex, status: number, reason: string): void {
  const body = `${reason}\n`
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function listen(
  server: Server,
  where: { host: string; port: number; exclusive: boolean } | { path: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.removeListener('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}
