/**
 * How the window reaches its engine: a WebSocket to the daemon that served it, or a message port that the Electron shell
 * hands over. Either way the result is the same EngineApi. Nothing is retried here: engine-store.ts does.
 */
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { ShellApi } from '../../shared/shell/shell-api.ts'

export interface Transport {
  readonly api: EngineApi
  /** Resolves when the connection has ended, with what is known of why. Never rejects. */
  readonly closed: Promise<string>
  close(): void
}

/** The page has no right to talk to the daemon: it was opened without a one-time address, or the daemon is another one now. */
export class NoSession extends Error {}

export interface Shell {
  readonly shell: ShellApi
  /** Rejects with NoSession, or with an Error when the engine cannot be reached. */
  connect(signal: AbortSignal): Promise<Transport>
}
