/**
 * The engine a command talks to: the profile's running daemon, or, for commands that can do without one, an engine in
 * this process for the time of the command. Says which, because the end of the command means different things.
 * Rules [CL3] [CL4].
 */
import type { EngineApi } from '../shared/contract/engine-api.ts'
import { ShoalError } from '../shared/contract/errors.ts'
import type { NetworkMode } from '../shared/contract/model.ts'
import type { Embedded, EmbeddedOptions } from './embedded.ts'
import { CliError, EXIT } from './exit-codes.ts'

export interface Session {
  readonly kind: 'daemon' | 'embedded'
  readonly api: EngineApi
  close(): Promise<void>
}

export interface SessionRequest {
  readonly profileDir: string
  /** Undefined when nobody chose one: then a running daemon's is right, whatever it is, or what the settings say. */
  readonly network: NetworkMode | undefined
  /** Whether the command can run without a daemon. */
  readonly embed: boolean
  readonly embedded: Omit<EmbeddedOptions, 'profileDir' | 'network'>
}

/** The functions a session is opened with; passed in so that tests need neither a daemon nor an engine. */
export interface SessionParts {
  connect(profileDir: string): Promise<{ api: EngineApi; close(): void } | undefined>
  startEmbedded(options: EmbeddedOptions, signal: AbortSignal): Promise<Embedded>
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** A daemon that is starting holds the lock before it can answer; after this it is not starting any more. */
const BUSY_PATIENCE_MS = 3_000
const RETRY_MS = 150

export async function openSession(request: SessionRequest, parts: SessionParts, signal: AbortSignal): Promise<Session> {
  const startedAt = performance.now()
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    const connection = await parts.connect(request.profileDir)
    if (connection !== undefined) {
      await refuseOtherNetwork(connection, request.network)
      return { kind: 'daemon', api: connection.api, close: async () => connection.close() }
    }
    if (!request.embed) {
      throw new CliError(
        EXIT.daemon,
        `No Shoal daemon is running for the profile ${request.profileDir}. Start one with: shoal daemon`,
        'NO_DAEMON',
      )
    }
    try {
      const { profileDir, network, embedded } = request
      const where = network === undefined ? {} : { network }
      const engine = await parts.startEmbedded({ ...embedded, profileDir, ...where }, signal)
      return { kind: 'embedded', api: engine.api, close: () => engine.stop() }
    } catch (error) {
      const busy = error instanceof ShoalError && error.code === 'PROFILE_BUSY'
      // A daemon that is stopped takes its time to give no answer, and that counts as well.
      if (!busy || Math.max(waitedMs, performance.now() - startedAt) >= BUSY_PATIENCE_MS) throw error
    }
    await parts.sleep(RETRY_MS, signal)
  }
}

/** Somebody who says `--network local` must not be served by a node that talks to the internet. */
async function refuseOtherNetwork(
  connection: { api: EngineApi; close(): void },
  network: NetworkMode | undefined,
): Promise<void> {
  if (network === undefined) return
  const running = await connection.api.status()
  if (running.network === network) return
  connection.close()
  throw new CliError(
    EXIT.daemon,
    `The running daemon's network is "${running.network}", not "${network}". Stop it, or choose another --profile.`,
    'OTHER_NETWORK',
  )
}
