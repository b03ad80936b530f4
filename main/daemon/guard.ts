/**
 * Who may talk to the daemon's HTTP and WebSocket servers. A pure decision over what a request says of itself.
 *
 * Any web page can make a browser send requests to 127.0.0.1, and a name that first resolves elsewhere can be pointed
 * here afterwards (DNS rebinding). So the Host must be exactly ours, an Origin, if there is one, must be on the list, and
 * nothing at all is answered without the token. No CORS header is ever sent: a page of another origin can read nothing.
 * Rules [DA10] [DA11].
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { RPC_PATH, RPC_PROTOCOL, TOKEN_PROTOCOL_PREFIX } from '../../shared/contract/daemon-file.ts'

export interface RequestFacts {
  readonly method: string
  /** Request target as sent. */
  readonly url: string
  /** Every Host, Origin, … header line that was sent: a second one is an attempt to be two things at once. */
  readonly host: readonly string[]
  readonly origin: readonly string[]
  readonly authorization: readonly string[]
  /** Values of Sec-WebSocket-Protocol, split. */
  readonly protocols: readonly string[]
  /** Sec-Fetch-Site, which browsers send and pages cannot forge. */
  readonly fetchSite?: string
  readonly isUpgrade: boolean
}

export interface GuardRules {
  /** Exact Host values. */
  readonly hosts: ReadonlySet<string>
  /** Exact Origin values. */
  readonly origins: ReadonlySet<string>
  readonly token: string
}

export type Verdict =
  | { readonly allow: true; readonly what: 'rpc' | 'metrics' }
  | { readonly allow: false; readonly status: 400 | 401 | 403 | 404 | 405 | 421 | 426; readonly reason: string }

export const METRICS_PATH = '/metrics'

export function judge(request: RequestFacts, rules: GuardRules): Verdict {
  const [host] = request.host
  if (request.host.length !== 1 || host === undefined || !rules.hosts.has(host)) return refuse(421, 'Wrong Host.')
  const [origin] = request.origin
  if (request.origin.length > 1 || (origin !== undefined && !rules.origins.has(origin))) {
    return refuse(403, 'This origin may not talk to Shoal.')
  }
  // A request of another site without an Origin (an image, a link) is still another site's.
  if (origin === undefined && request.fetchSite !== undefined && !['same-origin', 'none'].includes(request.fetchSite)) {
    return refuse(403, 'Another site may not talk to Shoal.')
  }
  if (!hasToken(request, rules.token)) return refuse(401, 'The token is missing or wrong.')
  switch (request.url) {
    case RPC_PATH:
      if (request.method !== 'GET') return refuse(405, 'GET only.')
      if (!request.isUpgrade) return refuse(426, 'This is a WebSocket.')
      if (!request.protocols.includes(RPC_PROTOCOL)) return refuse(400, `The subprotocol is ${RPC_PROTOCOL}.`)
      return { allow: true, what: 'rpc' }
    case METRICS_PATH:
      if (request.method !== 'GET') return refuse(405, 'GET only.')
      if (request.isUpgrade) return refuse(400, 'This is not a WebSocket.')
      return { allow: true, what: 'metrics' }
    default:
      return refuse(404, 'Nothing here.')
  }
}

function refuse(status: Exclude<Verdict, { allow: true }>['status'], reason: string): Verdict {
  return { allow: false, status, reason }
}

function hasToken(request: RequestFacts, token: string): boolean {
  const [authorization] = request.authorization
  if (request.authorization.length === 1 && authorization !== undefined) {
    const bearer = /^Bearer ([0-9A-Za-z._~+/-]+=*)$/i.exec(authorization)?.[1]
    return bearer !== undefined && equalInConstantTime(bearer, token)
  }
  if (request.authorization.length > 1) return false
  // A browser cannot set headers on a WebSocket; it can name subprotocols. Never in the URL: URLs end up in logs.
  const offered = request.protocols.find((protocol) => protocol.startsWith(TOKEN_PROTOCOL_PREFIX))
  return offered !== undefined && equalInConstantTime(offered.slice(TOKEN_PROTOCOL_PREFIX.length), token)
}

/** Hashed first, so that neither the length nor the first wrong character shows in the time it takes. */
function equalInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
