/**
 * Who may talk to the daemon's HTTP and WebSocket servers. A pure decision over what a request says of itself.
 *
 * Any web page can make a browser send requests to 127.0.0.1, and a name that first resolves elsewhere can be pointed
 * here afterwards (DNS rebinding). So the Host must be exactly ours, an Origin, if there is one, must be on the list, and
 * nothing but the files of the window, which hold no secret, is answered without the daemon's token or a session; with a
 * session the Origin must be there. Targets are compared as text with what exists: nothing is decoded or joined.
 * No CORS header is ever sent: a page of another origin can read nothing.
 * Rules [DA10] [DA11] [DA20] [DA21] [DA22] [DA25].
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { RPC_PATH, RPC_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../../shared/contract/daemon-file.ts'
import {
  ADDRESS_PATH,
  PAGE_PROTOCOL_PREFIX,
  SESSION_PATH,
  type SessionState,
  UPLOAD_PREFIX,
} from '../../shared/shell/door.ts'
import type { PresentedSession } from './sessions.ts'

export interface RequestFacts {
  readonly method: string
  /** Request target as sent. */
  readonly url: string
  /** Every Host, Origin, … header line that was sent: a second one is an attempt to be two things at once. */
  readonly host: readonly string[]
  readonly origin: readonly string[]
  readonly authorization: readonly string[]
  readonly cookie?: readonly string[]
  readonly pageKey?: readonly string[]
  readonly contentType?: readonly string[]
  /** Values of Sec-WebSocket-Protocol, split. */
  readonly protocols: readonly string[]
  /** Sec-Fetch-*, which browsers send and pages cannot forge. */
  readonly fetchSite?: string
  readonly fetchMode?: string
  readonly fetchDest?: string
  readonly isUpgrade: boolean
}

export interface GuardRules {
  /** Exact Host values. */
  readonly hosts: ReadonlySet<string>
  /** Exact Origin values. */
  readonly origins: ReadonlySet<string>
  readonly token: string
  /** What a door that serves the window has besides. */
  readonly page?: PageRules
}

export interface PageRules {
  /** Exact request targets of the window's files. */
  isAsset(target: string): boolean
  readonly cookieName: string
  /** Origins besides the Host's own whose pages may hold a session. */
  readonly origins: ReadonlySet<string>
  sessionOf(presented: PresentedSession): SessionState
}

export type Allowed =
  | { readonly allow: true; readonly what: 'rpc' | 'metrics' | 'asset' | 'redeem' | 'address' | 'upload' }
  | { readonly allow: true; readonly what: 'session'; readonly state: SessionState }

export type Verdict =
  | Allowed
  | { readonly allow: false; readonly status: 400 | 401 | 403 | 404 | 405 | 415 | 421 | 426; readonly reason: string }

export const METRICS_PATH = '/metrics'

export function judge(request: RequestFacts, rules: GuardRules): Verdict {
  const [host] = request.host
  if (request.host.length !== 1 || host === undefined || !rules.hosts.has(host)) return refuse(421, 'Wrong Host.')
  const [origin] = request.origin
  if (request.origin.length > 1 || (origin !== undefined && !rules.origins.has(origin))) {
    return refuse(403, 'This origin may not talk to Shoal.')
  }
  const { page } = rules
  const asset = page?.isAsset(request.url) === true
  // A request of another site without an Origin (an image, a link) is still another site's. A window that opens the first
  // page is let in: it is how our own redirect file arrives, it cannot be framed, and it shows nothing without a session.
  if (origin === undefined && request.fetchSite !== undefined && !['same-origin', 'none'].includes(request.fetchSite)) {
    const opensWindow = request.fetchMode === 'navigate' && request.fetchDest === 'document'
    if (!asset || request.url !== '/' || !opensWindow) return refuse(403, 'Another site may not talk to Shoal.')
  }
  if (asset) {
    if (request.isUpgrade) return refuse(400, 'This is not a WebSocket.')
    return request.method === 'GET' || request.method === 'HEAD' ? allow('asset') : refuse(405, 'GET only.')
  }
  if (page !== undefined && request.url === SESSION_PATH) return judgeSession(request, host, page)
  const authority = authorityOf(request, host, rules)
  if (authority === 'none') return refuse(401, 'The token or the session is missing or wrong.')
  if (authority === 'wrong-origin') return refuse(403, 'A session is used by its own page only.')
  return judgeTarget(request, authority, page !== undefined)
}

function judgeTarget(request: RequestFacts, authority: 'token' | 'session', hasPage: boolean): Verdict {
  if (request.url === RPC_PATH) {
    if (request.method !== 'GET') return refuse(405, 'GET only.')
    if (!request.isUpgrade) return refuse(426, 'This is a WebSocket.')
    if (!request.protocols.includes(RPC_PROTOCOL)) return refuse(400, `The subprotocol is ${RPC_PROTOCOL}.`)
    return allow('rpc')
  }
  const isUpload = hasPage && request.url.startsWith(UPLOAD_PREFIX)
  // Figures for other programs, and addresses that open sessions, are for who holds the token; uploads for who has a page.
  const known = isUpload
    ? authority === 'session'
    : authority === 'token' && (request.url === METRICS_PATH || request.url === ADDRESS_PATH)
  if (!known) return refuse(404, 'Nothing here.')
  const method = request.url === METRICS_PATH ? 'GET' : 'POST'
  if (request.method !== method) return refuse(405, `${method} only.`)
  if (request.isUpgrade) return refuse(400, 'This is not a WebSocket.')
  return allow(isUpload ? 'upload' : request.url === METRICS_PATH ? 'metrics' : 'address')
}

function judgeSession(request: RequestFacts, host: string, page: PageRules): Verdict {
  if (request.isUpgrade) return refuse(400, 'This is not a WebSocket.')
  if (request.method === 'GET') return { allow: true, what: 'session', state: page.sessionOf(presented(request, page)) }
  if (request.method !== 'POST') return refuse(405, 'GET or POST only.')
  if (!fromOwnPage(request, host, page)) return refuse(403, 'A session is opened by its own page only.')
  const [type] = request.contentType ?? []
  if (request.contentType?.length !== 1 || type !== 'application/json') return refuse(415, 'JSON only.')
  return allow('redeem')
}

function authorityOf(
  request: RequestFacts,
  host: string,
  rules: GuardRules,
): 'token' | 'session' | 'none' | 'wrong-origin' {
  const { page } = rules
  const token = tokenOf(request)
  // Whoever offers a token is judged by it: a cookie beside it changes nothing.
  if (token !== undefined) return equalInConstantTime(token, rules.token) ? 'token' : 'none'
  if (page === undefined || page.sessionOf(presented(request, page)) !== 'open') return 'none'
  return fromOwnPage(request, host, page) ? 'session' : 'wrong-origin'
}

function fromOwnPage(request: RequestFacts, host: string, page: PageRules): boolean {
  const [origin] = request.origin
  return origin !== undefined && (origin === `http://${host}` || page.origins.has(origin))
}

function presented(request: RequestFacts, page: PageRules): PresentedSession {
  const prefix = `${page.cookieName}=`
  const cookies = (request.cookie ?? [])
    .flatMap((line) => line.split(';'))
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(prefix))
    .map((pair) => pair.slice(prefix.length))
  const offered = request.protocols.filter((protocol) => protocol.startsWith(PAGE_PROTOCOL_PREFIX))
  const keys = [...(request.pageKey ?? []), ...offered.map((protocol) => protocol.slice(PAGE_PROTOCOL_PREFIX.length))]
  return { cookies, pageKey: keys.length === 1 ? keys[0] : undefined }
}

/** The token offered, '' for one that cannot be read; undefined when none is. */
function tokenOf(request: RequestFacts): string | undefined {
  const [authorization] = request.authorization
  if (authorization !== undefined) {
    if (request.authorization.length > 1) return ''
    return /^Bearer ([0-9A-Za-z._~+/-]+=*)$/i.exec(authorization)?.[1] ?? ''
  }
  // A browser cannot set headers on a WebSocket; it can name subprotocols. Never in the URL: URLs end up in logs.
  const offered = request.protocols.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL_PREFIX))
  return offered?.slice(TOKEN_PROTOCOL_PREFIX.length)
}

function allow(what: Exclude<Allowed['what'], 'session'>): Verdict {
  return { allow: true, what }
}

function refuse(status: Exclude<Verdict, { allow: true }>['status'], reason: string): Verdict {
  return { allow: false, status, reason }
}

/** Hashed first, so that neither the length nor the first wrong character shows in the time it takes. */
function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
