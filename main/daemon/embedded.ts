/**
 * The door through which the command line runs a daemon inside its own process: for the time of one `get` or `share`
 * when no daemon is running, or as `shoal daemon`. Nothing else of main/ is for the command line to import.
 * An embedded daemon is a whole one: it holds the profile's lock and answers other commands meanwhile.
 * Rule [CL3].
 */
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { openLogger } from '../engine/telemetry/logger.ts'
import type { DaemonOptions } from './options.ts'
import { realParts } from './parts.ts'
import { type DaemonParts, startDaemon } from './start.ts'

export { askAddress } from './opening/ask-address.ts'
export { openHere } from './opening/open-on-running.ts'
export { runDaemon } from './run.ts'

export type EmbeddedOptions = Omit<DaemonOptions, 'output'>

export interface EmbeddedDaemon {
  readonly api: EngineApi
  stop(): Promise<void>
}

/** Throws ShoalError PROFILE_BUSY when another process holds the profile. */
export async function startEmbedded(
  options: EmbeddedOptions,
  signal?: AbortSignal,
  parts: DaemonParts = realParts,
): Promise<EmbeddedDaemon> {
  const log = openLogger({ level: options.logLevel, profileDir: options.profileDir })
  try {
    const daemon = await startDaemon(options, parts, log.logger, signal)
    return {
      api: daemon.api,
      async stop() {
        await daemon.stop().finally(() => log.close())
      },
    }
  } catch (error) {
    log.close()
    throw error
  }
}
