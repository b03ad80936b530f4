/**
 * The answer to an HTTP request that the guard has let in; the guard's refusals as well. Whatever goes wrong is a plain
 * sentence and a status, and the connection of a request that was refused is closed.
 * Rules [DA10] [DA17] [DA20] [DA21] [DA22] [DA25].
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ShellCapabilities } from '../../shared/shell/shell-api.ts'
import type { Assets } from './assets.ts'
import type { Verdict } from './guard.ts'
import { PLAIN_HEADERS, pageHeaders } from './headers.ts'
import { textField } from './json-field.ts'
import { readBody } from './read-body.ts'
import type { Sessions } from './sessions.ts'
import type { UploadDoor } from './upload-door.ts'

/** What a door that serves the window needs besides. */
export interface PageParts {
  readonly assets: Assets
  readonly sessions: Sessions
  readonly uploads: UploadDoor
  /** What a page with a session is told of the shell. */
  readonly capabilities: ShellCapabilities
  cookieName(): string
}

export interface AnswerParts {
  readonly metrics: () => Promise<string>
  readonly page?: PageParts | undefined
  /** A fresh one-time address; undefined where no window is served. */
  readonly address?: (() => Promise<string | undefined>) | undefined
  /** For the log. */
  readonly onFailure?: ((error: unknown) => void) | undefined
}

export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  verdict: Verdict,
  parts: AnswerParts,
): Promise<void> {
  // A body that nobody asked for is not waited for.
  if (!verdict.allow || !['redeem', 'upload'].includes(verdict.what)) {
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0
    if (!verdict.allow || hasBody) response.shouldKeepAlive = false
  }
  if (!verdict.allow) {
    sendText(response, verdict.status, `${verdict.reason}\n`)
    return
  }
  const { page } = parts
  try {
    switch (verdict.what) {
      case 'metrics':
        sendText(response, 200, await parts.metrics(), 'text/plain; version=0.0.4; charset=utf-8')
        return
      case 'address': {
        const address = await parts.address?.()
        if (address === undefined) sendText(response, 404, 'This Shoal has no window in a browser.\n')
        else sendJson(response, 200, { address })
        return
      }
      case 'asset':
        await page?.assets.serve(request, response, pageHeaders(request.headers.host ?? ''))
        return
      case 'session':
        sendJson(response, 200, {
          session: verdict.state,
          ...(verdict.state === 'open' ? { capabilities: page?.capabilities } : {}),
        })
        return
      case 'redeem':
        if (page !== undefined) await redeem(request, response, page)
        return
      case 'upload':
        await page?.uploads.receive(request, response)
        return
      case 'rpc':
        sendText(response, 426, 'This is a WebSocket.\n')
    }
  } catch (error) {
    // Whoever goes away in the middle of a file is no failure of ours.
    if (response.destroyed) return
    parts.onFailure?.(error)
    if (response.headersSent) response.destroy()
    else sendText(response, 500, 'This could not be answered; the log says why.\n')
  }
}

async function redeem(request: IncomingMessage, response: ServerResponse, page: PageParts): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) {
    response.shouldKeepAlive = false
    sendText(response, 413, 'That is too long for a token, or came too slowly.\n')
    return
  }
  const token = textField(body, 'token')
  const opened = token === undefined ? undefined : page.sessions.redeem(token)
  if (opened === undefined) {
    sendText(response, 401, 'This address has been used, or is too old.\n')
    return
  }
  // No Max-Age: it ends with the browser. No Secure: there is no TLS on 127.0.0.1.
  response.setHeader('set-cookie', `${page.cookieName()}=${opened.secret}; Path=/; HttpOnly; SameSite=Strict`)
  sendJson(response, 200, { pageKey: opened.pageKey })
}

export function sendJson(response: ServerResponse, status: number, value: object): void {
  sendText(response, status, JSON.stringify(value), 'application/json')
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { ...PLAIN_HEADERS, 'content-type': type, 'content-length': Buffer.byteLength(text) })
  response.end(text)
}
