/**
 * The one door from the command line to the engine. The command line is a client of the contract and knows nothing of
 * main/; but `get` and `share` must also work when no daemon runs, `shoal daemon` is one, and `shoal open` opens the very
 * window that `npm start` does. For that, and only through these dynamic imports, it runs a whole daemon in its own
 * process, or asks one for its window. They are dynamic so that a command that finds a running daemon never loads the
 * engine. (Decision: docs/decisions, "The command line's door to the engine".) Rules [CL3] [CL13].
 */
import type { EngineApi } from '../shared/contract/engine-api.ts'
import type { NetworkMode } from '../shared/contract/model.ts'

export interface EmbeddedOptions {
  readonly profileDir: string
  /** Absent, like the network: as the profile's settings say. */
  readonly downloadDir?: string
  readonly network?: NetworkMode
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

export type AddressAnswer =
  | { readonly type: 'address'; readonly address: string }
  | { readonly type: 'no-window' }
  | { readonly type: 'no-daemon' }

/** A fresh one-time address of the window, from the daemon that runs for this profile. */
export async function askAddress(profileDir: string): Promise<AddressAnswer> {
  const door = await import('../main/daemon/embedded.ts')
  return door.askAddress(profileDir)
}

export async function openWindow(address: string, profileDir: string, say: (line: string) => void): Promise<void> {
  const door = await import('../main/daemon/embedded.ts')
  await door.openHere(address, profileDir, say)
}
