/** sha2-256 of a whole block in one call: the CPU's SHA instructions, no allocation but the result. */
import { hash } from 'node:crypto'

export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}
