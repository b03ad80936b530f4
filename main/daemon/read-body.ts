/** A small request body, whole, within a size and a time. Rule [DA21]. */
import type { IncomingMessage } from 'node:http'

/** A one-time token in its envelope has 80 bytes. */
export const MAX_BODY_BYTES = 1_024
const BODY_TIMEOUT_MS = 5_000

/** Undefined: longer than MAX_BODY_BYTES, not there in time, or the sender has gone. */
export function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = []
    let bytes = 0
    const settle = (text: string | undefined) => {
      clearTimeout(timer)
      resolve(text)
    }
    const timer = setTimeout(() => settle(undefined), BODY_TIMEOUT_MS)
    request.on('data', (part: Buffer) => {
      bytes += part.length
      if (bytes > MAX_BODY_BYTES) settle(undefined)
      else parts.push(part)
    })
    request.once('end', () => settle(Buffer.concat(parts).toString()))
    request.once('error', () => settle(undefined))
    request.once('close', () => settle(undefined))
  })
}
