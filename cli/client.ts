/**
 * Reaching the daemon of a profile: daemon.json says where, the socket is tried first and the TCP port after it.
 * No answer is no error here: it means that no daemon runs (the file may be what a kill -9 left behind).
 * Rules [DA12] [DA13].
 */
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ClientPeer } from '@orpc/standard-server-peer'
import { WebSocket } from 'ws'
import {
  DAEMON_FILE,
  type DaemonFile,
  parseDaemonFile,
  RPC_PATH,
  RPC_PROTOCOL,
} from '../shared/contract/daemon-file.ts'
import type { EngineApi } from '../shared/contract/engine-api.ts'
import { MAX_SNAPSHOT_BYTES } from '../shared/contract/limits.ts'
import { apiOverPeer } from '../shared/contract/peer-client.ts'

/** A daemon on this machine answers in milliseconds; one that is stopped with Ctrl-Z never does. */
const CONNECT_TIMEOUT_MS = 2_000

export interface DaemonConnection {
  readonly api: EngineApi
  readonly file: DaemonFile
  close(): void
}

export async function connectToDaemon(profileDir: string): Promise<DaemonConnection | undefined> {
  const text = await readFile(join(profileDir, DAEMON_FILE), 'utf8').catch(() => undefined)
  const file = text === undefined ? undefined : parseDaemonFile(text)
  if (file === undefined) return undefined
  const { socket } = file
  const bySocket = socket === undefined ? undefined : await open(file, 'localhost', () => connect(socket))
  const webSocket = bySocket ?? (await open(file, `127.0.0.1:${file.port}`))
  if (webSocket === undefined) return undefined
  return { api: apiOver(webSocket), file, close: () => webSocket.terminate() }
}

/** EngineApi over an open WebSocket of the contract. */
export function apiOver(webSocket: WebSocket): EngineApi {
  const peer = new ClientPeer(async (message) => {
    if (webSocket.readyState === WebSocket.CLOSED) throw new Error('The connection is closed.')
    // While it closes, and when sending fails, `close` is about to end every call: an error here would have no catcher,
    // because oRPC also sends from an abort listener.
    await new Promise<void>((resolve) => {
      webSocket.send(message, () => resolve())
    })
  })
  webSocket.on('message', (data) => {
    // A daemon that sends what it should not is not one we can talk to.
    peer.message(data.toString()).catch(() => webSocket.terminate())
  })
  webSocket.on('close', () => peer.close())
  return apiOverPeer(peer, () => webSocket.readyState === WebSocket.OPEN, 'The connection is closed.')
}

function open(
  file: DaemonFile,
  host: string,
  createConnection?: () => ReturnType<typeof connect>,
): Promise<WebSocket | undefined> {
  return new Promise((resolve) => {
    const webSocket = new WebSocket(`ws://${host}${RPC_PATH}`, [RPC_PROTOCOL], {
      headers: { authorization: `Bearer ${file.token}` },
      maxPayload: MAX_SNAPSHOT_BYTES,
      perMessageDeflate: false,
      ...(createConnection === undefined ? {} : { createConnection }),
    })
    // A timer of our own: the handshakeTimeout of ws does nothing on a socket that it did not make, as the local one.
    const timer = setTimeout(() => webSocket.terminate(), CONNECT_TIMEOUT_MS)
    const settle = (opened: WebSocket | undefined) => {
      clearTimeout(timer)
      resolve(opened)
    }
    // Kept for the connection's life: what breaks later is told by `close`, and an error without a listener would throw.
    webSocket.on('error', () => settle(undefined))
    webSocket.once('open', () => settle(webSocket))
  })
}
