/**
 * The files of the window, as the build left them in dist/ui. A table is made of what is there; a request is looked up in
 * it as text, so no request ever becomes a path. Nothing is kept in memory but the table, and nothing is compressed: the
 * reader is on this machine. A build that is made while the daemon runs is noticed when the first page is asked for.
 * Rule [DA20].
 */
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Far more than a window is made of; what is beyond is not served. */
export const MAX_ASSETS = 2_000

const INDEX = 'index.html'
/** What is served, and as what. A file of another kind in the folder is not served. */
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  woff2: 'font/woff2',
  json: 'application/json',
  md: 'text/plain; charset=utf-8',
}
/** Vite names what lies here by its content. */
const NAMED_BY_CONTENT = 'assets/'
const A_YEAR_S = 365 * 24 * 60 * 60

interface Asset {
  readonly file: string
  readonly type: string
  readonly cacheControl: string
}

export class Assets {
  readonly #folder: string
  #table: ReadonlyMap<string, Asset> = new Map()
  #madeOf: number | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the table anew when the first page is another one; an absent folder is an empty table. */
  async refresh(): Promise<void> {
    const index = await stat(join(this.#folder, INDEX)).catch(() => undefined)
    if (index?.mtimeMs === this.#madeOf) return
    this.#madeOf = index?.mtimeMs
    this.#table = index === undefined ? new Map() : await tableOf(this.#folder)
  }

  has(target: string): boolean {
    return this.#table.has(target)
  }

  /** Answers a request whose target is in the table. Throws when the file cannot be read and nothing was sent yet. */
  async serve(request: IncomingMessage, response: ServerResponse, headers: Record<string, string>): Promise<void> {
    const target = request.url ?? ''
    if (target === '/') await this.refresh()
    const asset = this.#table.get(target)
    if (asset === undefined) throw new Error('The file is not there any more.')
    const { size, mtimeMs } = await stat(asset.file)
    const etag = `"${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`
    const common = { ...headers, 'cache-control': asset.cacheControl, etag }
    if (asset.cacheControl !== 'no-store' && request.headers['if-none-match'] === etag) {
      response.writeHead(304, common).end()
      return
    }
    response.writeHead(200, { ...common, 'content-type': asset.type, 'content-length': size })
    if (request.method === 'HEAD' || size === 0) {
      response.end()
      return
    }
    // `end`: a file that grows meanwhile must not exceed the length that was promised.
    await pipeline(createReadStream(asset.file, { end: size - 1 }), response)
  }
}

async function tableOf(folder: string): Promise<Map<string, Asset>> {
  const table = new Map<string, Asset>()
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = `${below}${entry.name}`
      if (entry.isDirectory()) await walk(`${path}/`)
      const type = TYPES[entry.name.slice(entry.name.lastIndexOf('.') + 1)]
      // Names that a URL would have to encode are none of the build's.
      if (!entry.isFile() || type === undefined || !/^[\w./-]+$/.test(path) || table.size >= MAX_ASSETS) continue
      const file = join(folder, path)
      if (path === INDEX) table.set('/', { file, type, cacheControl: 'no-store' })
      else if (path.startsWith(NAMED_BY_CONTENT))
        table.set(`/${path}`, { file, type, cacheControl: `public, max-age=${A_YEAR_S}, immutable` })
      else table.set(`/${path}`, { file, type, cacheControl: 'no-cache' })
    }
  }
  await walk('')
  return table
}
