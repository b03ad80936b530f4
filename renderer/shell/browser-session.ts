/**
 * The page's half of a session with the daemon that served it. A one-time address is exchanged for a cookie, which no
 * script can read, and a page key, which is kept for this origin; then the token is taken out of the address, so that it
 * stays in no history. A token that comes into a page that is open already (pasted into its address bar) begins it anew.
 * Rules [DA21] [DA22].
 */
import {
  PAGE_KEY_HEADER,
  SESSION_PATH,
  SESSION_STATES,
  type SessionState,
  TOKEN_FRAGMENT,
} from '../../shared/shell/door.ts'
import { ShellCapabilities } from '../../shared/shell/shell-api.ts'

const PAGE_KEY = 'shoal.page-key'
/** The daemon is on this machine: it answers in milliseconds or not at all. */
const ANSWER_TIMEOUT_MS = 4_000

export interface SessionAnswer {
  readonly session: SessionState
  /** Of the daemon; told to those who have a session. */
  readonly capabilities: ShellCapabilities | undefined
}

/** Uses the token in the address, if there is one, and removes it from there. */
export async function redeemAddress(): Promise<void> {
  await redeemFragment()
  addEventListener('hashchange', () => {
    if (TOKEN_FRAGMENT.test(location.hash)) void redeemFragment().then(() => location.reload())
  })
}

async function redeemFragment(): Promise<void> {
  const token = TOKEN_FRAGMENT.exec(location.hash)?.[1]
  if (token === undefined) return
  history.replaceState(history.state, '', location.pathname)
  const answer = await fetch(SESSION_PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
    signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
  }).catch(() => undefined)
  // Used or too old: the session from before, if there is one, still counts.
  if (answer?.ok !== true) return
  const value: unknown = await answer.json()
  if (typeof value === 'object' && value !== null && 'pageKey' in value && typeof value.pageKey === 'string') {
    localStorage.setItem(PAGE_KEY, value.pageKey)
  }
}

export function pageKey(): string {
  return localStorage.getItem(PAGE_KEY) ?? ''
}

/** Rejects when the daemon does not answer. */
export async function askSession(signal?: AbortSignal): Promise<SessionAnswer> {
  const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS)
  const answer = await fetch(SESSION_PATH, {
    headers: { [PAGE_KEY_HEADER]: pageKey() },
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  })
  const value: unknown = await answer.json()
  const session = SESSION_STATES.find((state) => field(value, 'session') === state)
  if (!answer.ok || session === undefined) throw new Error(`The daemon answered ${answer.status}.`)
  return { session, capabilities: ShellCapabilities.safeParse(field(value, 'capabilities')).data }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
