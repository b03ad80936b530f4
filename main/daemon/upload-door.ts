/**
 * POST /upload/<id>/<path>: the body is the file. The path is split first and each part decoded after, so that an encoded
 * separator is a character of a name, which the rules of names then refuse. Rule [DA25].
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ErrorCode, ShoalError } from '../../shared/contract/errors.ts'
import { MAX_UPLOAD_PATH_BYTES, UPLOAD_PREFIX } from '../../shared/shell/door.ts'
import { sendJson } from './answer.ts'
import type { Uploads } from './uploads.ts'

/** A browser that sends nothing for so long has gone. */
const IDLE_MS = 60_000

export class UploadDoor {
  readonly #uploads: Pick<Uploads, 'receive'>

  constructor(uploads: Pick<Uploads, 'receive'>) {
    this.#uploads = uploads
  }

  async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { id, parts } = uploadTarget(request.url ?? '')
      request.setTimeout(IDLE_MS, () => request.destroy())
      await this.#uploads.receive(id, parts, request)
      sendJson(response, 200, {})
    } catch (error) {
      response.shouldKeepAlive = false
      if (response.destroyed) return
      const { code, message, facts } =
        error instanceof ShoalError ? error : new ShoalError('INTERNAL', 'Internal error')
      sendJson(response, STATUS[code] ?? 422, { code, message, facts })
    } finally {
      request.setTimeout(0)
    }
  }
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_INPUT: 400,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  DISK_FULL: 507,
  IO: 500,
  INTERNAL: 500,
}

export function uploadTarget(target: string): { id: string; parts: string[] } {
  const wrong = new ShoalError('BAD_INPUT', 'This is no path of an upload.')
  if (!target.startsWith(UPLOAD_PREFIX) || target.length > MAX_UPLOAD_PATH_BYTES || /[?#]/.test(target)) throw wrong
  const [id, ...parts] = target.slice(UPLOAD_PREFIX.length).split('/')
  if (id === undefined || parts.length === 0) throw wrong
  try {
    return { id, parts: parts.map(decodeURIComponent) }
  } catch {
    throw wrong
  }
}
