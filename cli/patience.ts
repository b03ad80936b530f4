/**
 * When a `get` that waits has waited long enough. Progress is a chunk, a new state or the manifest; anything else is
 * waiting. Pure: the caller passes the time. Rule [CL9].
 */
import type { ShareSummary } from '../shared/contract/model.ts'

export class Patience {
  readonly #timeoutMs: number
  #seen = ''
  #sinceAt: number

  /** `timeoutMs` 0: waits forever. */
  constructor(timeoutMs: number, now: number) {
    this.#timeoutMs = timeoutMs
    this.#sinceAt = now
  }

  /** How long nothing has moved, or undefined while it may go on. */
  expired(share: ShareSummary, now: number): number | undefined {
    const moved = `${share.state} ${share.haveChunks} ${share.haveBytes} ${share.totalBytes ?? ''}`
    if (moved !== this.#seen) {
      this.#seen = moved
      this.#sinceAt = now
    }
    const waitedMs = now - this.#sinceAt
    return this.#timeoutMs > 0 && waitedMs >= this.#timeoutMs ? waitedMs : undefined
  }
}
