/**
 * The one door from the command line to the engine. The command line is a client of the contract and knows nothing of
 * main/; but `get` and `share` must also work when no daemon runs, and `shoal daemon` is one. For that, and only through
 * these two dynamic imports, it runs a whole daemon in its own process. They are dynamic so that a command that finds a
 * running daemon never loads the engine. (Decision: docs/decisions, "The command line's door to the engine".)
 * Rule [CL3].
 */
import type { EngineApi } from '../shared/contract/engine-api.ts'
import type { NetworkMode } from '../shared/contract/model.ts'

export interface EmbeddedOptions {
  readonly profileDir: string
  readonly downloadDir: string
  readonly network: NetworkMode
  readonly listenPort?: number
  readonly bootstrap: readonly string[]
  readonly logLevel: 'info' | 'debug'
}

export interface Embedded {
  readonly api: EngineApi
  stop(): Promise<void>
}

export async function startEmbedded(options: EmbeddedOptions, signal: AbortSignal): Promise<Embedded> {
  const door = await import('../main/daemon/embedded.ts')
  return door.startEmbedded({ ...options, apiPort: 0, allowOrigins: [] }, signal)
}

export async function runDaemon(argv: readonly string[]): Promise<number> {
  const door = await import('../main/daemon/embedded.ts')
  return door.runDaemon(argv)
}
