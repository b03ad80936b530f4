/**
 * The real things that an EngineHost works with: the daemon's own start with its log, the daemon's RpcServer, and the
 * daemon's manners towards signals and errors that nobody caught. No window
 * is served from here: this daemon's doors are for the command line.
 * Rules [EL17] [EL18] [DA18].
 */
import type { RpcServer } from '../../daemon/rpc-server.ts'
import { type ProcessPort, superviseProcess } from '../../daemon/shutdown.ts'
import type { RunningDaemon } from '../../daemon/start.ts'
import { setUpV8 } from '../../daemon/v8-setup.ts'
import { type OpenLogger, openLogger } from '../../engine/telemetry/logger.ts'
import { startOptions } from './engine-host.ts'
import type { EngineStart } from './messages.ts'

export function realEngine(process: ProcessPort & { readonly env: NodeJS.ProcessEnv }) {
  let log: OpenLogger | undefined
  let stop: () => Promise<void> = async () => {}
  superviseProcess(process, {
    stop: () => stop(),
    onSignal: (signal) => log?.logger.info({ signal }, 'stopping'),
    onCrash: (error) => {
      log?.logger.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, 'unexpected error')
    },
    onStuck: () => log?.logger.fatal({}, 'did not stop in time'),
  })
  return {
    async startDaemon(start: EngineStart, signal: AbortSignal): Promise<RunningDaemon> {
      // Before the heap has grown: the engine is loaded below.
      setUpV8()
      log = openLogger({ level: start.logLevel, profileDir: start.profileDir })
      const [{ startDaemon }, { acquireProfileLock }, { createEngine }] = await Promise.all([
        import('../../daemon/start.ts'),
        import('../../engine/store/profile-lock.ts'),
        import('../../engine/engine.ts'),
      ])
      const { identity } = start
      return startDaemon(
        startOptions(start, process.env),
        {
          lock: acquireProfileLock,
          createEngine: (settings) => createEngine({ ...settings, ...(identity === undefined ? {} : { identity }) }),
        },
        log.logger,
        signal,
      )
    },
    async createServer(daemon: RunningDaemon): Promise<RpcServer> {
      const { RpcServer } = await import('../../daemon/rpc-server.ts')
      if (log === undefined) throw new Error('The daemon was not started here.')
      return new RpcServer(daemon.api, log.logger)
    },
    onSignal(run: () => Promise<void>): void {
      stop = run
    },
  }
}
