/**
 * `<profile>/daemon.json`: how a client on this machine finds the running daemon and proves that it may. The daemon
 * writes it (0600), the command line and the app read it. It holds the token, so it is never logged or printed.
 * Rule [DA12].
 */

export const DAEMON_FILE = 'daemon.json'

export interface DaemonFile {
  readonly version: 1
  readonly pid: number
  readonly startedAt: number
  /** Unix socket or named pipe; absent where none could be made (then the port serves). */
  readonly socket?: string
  /** TCP port on 127.0.0.1. */
  readonly port: number
  /** 64 hex digits. */
  readonly token: string
}

/** Undefined for anything that is not such a file: a client then behaves as if no daemon ran. */
export function parseDaemonFile(text: string): DaemonFile | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { version, pid, startedAt, socket, port, token } = value as Record<string, unknown>
  if (version !== 1 || typeof pid !== 'number' || typeof startedAt !== 'number') return undefined
  if (typeof port !== 'number' || typeof token !== 'string' || !/^[0-9a-f]{64}$/.test(token)) return undefined
  const file = { version: 1 as const, pid, startedAt, port, token }
  return typeof socket === 'string' ? { ...file, socket } : file
}

/** Path of the RPC endpoint on every transport of the daemon. */
export const RPC_PATH = '/rpc'
/** WebSocket subprotocol of the contract, and the prefix of the one that carries the token where no header can (browsers). */
export const RPC_PROTOCOL = 'shoal.v1'
export const TOKEN_PROTOCOL_PREFIX = 'shoal.token.'
