/**
 * Serves the window's files at app://shoal/. Only files found when the app started are served, by their exact name from a
 * table: no path of a request is ever joined to a folder. Every answer carries the policy that keeps the page to itself.
 * Rules [EL4] [EL5].
 */
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

export const SCHEME = 'app'
export const HOST = 'shoal'
export const START_URL = `${SCHEME}://${HOST}/`

/** To be registered before the app is ready. */
export const SCHEME_PRIVILEGES = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
} as const

/** As the daemon's page has it, without its WebSocket: the window reaches the engine over a port. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), display-capture=()',
} as const

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/** Files of the window; a build has some dozens. */
const MAX_FILES = 2_000

/** URL path to file. */
export type AssetTable = ReadonlyMap<string, string>

/** Reads the folder once. Throws when there is no index.html in it: then there is no window to show. */
export async function assetTable(folder: string): Promise<AssetTable> {
  const table = new Map<string, string>()
  // Folder by folder: inside an asar archive Node's `recursive` is not to be relied on.
  const folders: [path: string, url: string][] = [[folder, '/']]
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const [path, url] = next
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const name = encodeURIComponent(entry.name)
      if (entry.isDirectory()) folders.push([join(path, entry.name), `${url}${name}/`])
      else if (entry.isFile() && TYPES[extname(entry.name)] !== undefined && table.size < MAX_FILES) {
        table.set(`${url}${name}`, join(path, entry.name))
      }
    }
  }
  const index = table.get('/index.html')
  if (index === undefined) throw new Error(`${folder} holds no index.html: the window was not built.`)
  return table.set('/', index)
}

/** What protocol.handle calls. */
export function assetHandler(
  table: AssetTable,
  read: (file: string) => Promise<Uint8Array> = (file) => readFile(file),
): (request: Request) => Promise<Response> {
  return async (request) => {
    const url = URL.parse(request.url)
    if (url === null || url.protocol !== `${SCHEME}:` || url.host !== HOST) return refuse(404)
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
    const file = table.get(url.pathname)
    const type = file === undefined ? undefined : TYPES[extname(file)]
    if (file === undefined || type === undefined) return refuse(404)
    try {
      const body = request.method === 'HEAD' ? null : new Uint8Array(await read(file))
      return new Response(body, { headers: { ...HEADERS, 'content-type': type } })
    } catch {
      return refuse(500)
    }
  }
}

function refuse(status: 404 | 405 | 500): Response {
  return new Response(null, { status, headers: HEADERS })
}

/** Whether a page or frame at this address is ours. */
export function isOurPage(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && url.protocol === `${SCHEME}:` && url.host === HOST
}
