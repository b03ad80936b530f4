/**
 * A page without a browser: the exchange of a one-time address for a session, and the contract over it, as the window does
 * it. For tests of what a page may do where no document is needed.
 */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { WebSocket } from 'ws'
import type { DaemonClient } from '../../../shared/shell/shell-contract.ts'
import { headerOf, type RawAnswer, rawRequest } from '../../unit/daemon/support/raw-http.ts'
import type { Ground } from './daemon.ts'

export interface PageSession {
  readonly port: number
  /** As a Cookie header has it. */
  readonly cookie: string
  readonly pageKey: string
}

/** From `shoal open --print`. */
export async function oneTimeAddress(ground: Ground, profile: string): Promise<{ port: number; token: string }> {
  const { code, out, err } = await ground.run(profile, 'open', '--print')
  const [, port, token] = /^http:\/\/127\.0\.0\.1:(\d+)\/#t=([0-9a-f]{64})\n$/.exec(out) ?? []
  if (code !== 0 || port === undefined || token === undefined)
    throw new Error(`shoal open --print: ${code} ${out}${err}`)
  return { port: Number(port), token }
}

export function redeem(port: number, token: string, origin = `http://127.0.0.1:${port}`): Promise<RawAnswer> {
  const body = JSON.stringify({ token })
  return rawRequest(
    port,
    [
      'POST /session HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      `Origin: ${origin}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'Connection: close',
    ],
    body,
  )
}

export async function openPage(ground: Ground, profile: string): Promise<PageSession> {
  const { port, token } = await oneTimeAddress(ground, profile)
  const answer = await redeem(port, token)
  if (answer.status !== 200) throw new Error(`no session: ${answer.status} ${answer.body}`)
  return {
    port,
    cookie: headerOf(answer, 'set-cookie')?.split(';')[0] ?? '',
    pageKey: JSON.parse(answer.body).pageKey,
  }
}

export async function sessionState({ port, cookie, pageKey }: PageSession): Promise<string> {
  const answer = await rawRequest(port, [
    'GET /session HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Cookie: ${cookie}`,
    `X-Shoal-Page: ${pageKey}`,
    'Connection: close',
  ])
  return JSON.parse(answer.body).session
}

/** Rejects with the status when it is refused. */
export async function connectPage({
  port,
  cookie,
  pageKey,
}: PageSession): Promise<{ client: DaemonClient; close(): void }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, ['shoal.v1', `shoal.page.${pageKey}`], {
    headers: { cookie, origin: `http://127.0.0.1:${port}` },
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  // The link uses what the WebSockets of ws and of browsers have in common.
  const websocket = socket as unknown as globalThis.WebSocket
  return { client: createORPCClient(new RPCLink({ websocket })), close: () => socket.terminate() }
}
