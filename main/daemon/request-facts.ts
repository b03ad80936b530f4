/** Reads the facts that guard.ts judges from a Node request, from its raw headers: Node itself would merge or drop repeats. */
import type { IncomingMessage } from 'node:http'
import { PAGE_KEY_HEADER } from '../../shared/shell/door.ts'
import type { RequestFacts } from './guard.ts'

export function requestFacts(request: IncomingMessage, isUpgrade: boolean): RequestFacts {
  const values = (name: string): string[] => {
    const found: string[] = []
    for (let i = 0; i + 1 < request.rawHeaders.length; i += 2) {
      if (request.rawHeaders[i]?.toLowerCase() === name) found.push(request.rawHeaders[i + 1] ?? '')
    }
    return found
  }
  const [fetchSite] = values('sec-fetch-site')
  const [fetchMode] = values('sec-fetch-mode')
  const [fetchDest] = values('sec-fetch-dest')
  return {
    method: request.method ?? '',
    url: request.url ?? '',
    host: values('host'),
    origin: values('origin'),
    authorization: values('authorization'),
    cookie: values('cookie'),
    pageKey: values(PAGE_KEY_HEADER),
    contentType: values('content-type'),
    protocols: values('sec-websocket-protocol').flatMap((line) => line.split(',').map((protocol) => protocol.trim())),
    isUpgrade,
    ...(fetchSite === undefined ? {} : { fetchSite }),
    ...(fetchMode === undefined ? {} : { fetchMode }),
    ...(fetchDest === undefined ? {} : { fetchDest }),
  }
}
