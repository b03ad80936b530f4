/**
 * One-time tokens and the sessions they are exchanged for. In memory only, and only hashes: they end with the daemon, and
 * what is read out of its memory opens nothing. It knows nothing of HTTP but the cookie's name.
 * Rules [DA21] [DA22].
 */
import { createHash, randomBytes } from 'node:crypto'
import type { SessionState } from '../../shared/shell/door.ts'

/** Long enough for a browser to start on a slow machine, or for an address to be pasted. */
export const ONE_TIME_TOKEN_MS = 2 * 60_000
/** Addresses that are printed and not used yet; the oldest makes room. */
export const MAX_ONE_TIME_TOKENS = 16
/** Browsers that hold a session; the one not used for longest makes room. */
export const MAX_SESSIONS = 16

const SECRET = /^[0-9a-f]{64}$/

export interface OpenedSession {
  /** For the cookie. */
  readonly secret: string
  readonly pageKey: string
}

export interface PresentedSession {
  /** Every value of the session's cookie that was sent: two are an attempt to be two. */
  readonly cookies: readonly string[]
  readonly pageKey: string | undefined
}

export class Sessions {
  readonly #now: () => number
  readonly #random: () => string
  /** Hash of the token -> when it expires. At most MAX_ONE_TIME_TOKENS. */
  readonly #tokens = new Map<string, number>()
  /** Hash of the secret -> hash of the page key, least recently used first. At most MAX_SESSIONS. */
  readonly #sessions = new Map<string, string>()

  constructor(
    now: () => number = () => performance.now(),
    random: () => string = () => randomBytes(32).toString('hex'),
  ) {
    this.#now = now
    this.#random = random
  }

  /** A token that opens one session within ONE_TIME_TOKEN_MS. */
  mint(): string {
    const token = this.#random()
    this.#tokens.set(hash(token), this.#now() + ONE_TIME_TOKEN_MS)
    dropOldest(this.#tokens, MAX_ONE_TIME_TOKENS)
    return token
  }

  /** Undefined for a token that is unknown, used or too old: which of these is nobody's business. */
  redeem(token: string): OpenedSession | undefined {
    const key = hash(token)
    const expiresAt = this.#tokens.get(key)
    this.#tokens.delete(key)
    if (expiresAt === undefined || this.#now() >= expiresAt) return undefined
    const opened = { secret: this.#random(), pageKey: this.#random() }
    this.#sessions.set(hash(opened.secret), hash(opened.pageKey))
    dropOldest(this.#sessions, MAX_SESSIONS)
    return opened
  }

  stateOf({ cookies, pageKey }: PresentedSession): SessionState {
    const [secret] = cookies
    if (cookies.length !== 1 || secret === undefined || !SECRET.test(secret)) return 'none'
    const key = hash(secret)
    const expected = this.#sessions.get(key)
    if (expected === undefined) return 'expired'
    // Hashes are compared: how many digits of the secret were right does not show.
    if (pageKey === undefined || hash(pageKey) !== expected) return 'none'
    this.#sessions.delete(key)
    this.#sessions.set(key, expected)
    return 'open'
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function dropOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return
    map.delete(key)
  }
}
