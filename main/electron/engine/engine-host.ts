/**
 * The engine inside a utility process: a whole daemon (profile lock, engine, local socket for the command line), and the
 * contract on every port that the main process sends. It starts on `start`, ends on `stop`, and also when the main process
 * is gone. Everything it touches is passed in; engine-process.ts passes the real things.
 * Rules [EL17] [EL18] [EL20].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import type { DaemonOptions } from '../../daemon/options.ts'
import type { RpcServer } from '../../daemon/rpc-server.ts'
import type { RunningDaemon } from '../../daemon/start.ts'
import type { EngineStart, FromEngine, ToEngine } from './messages.ts'
import { PortSocket, type ServerPort } from './port-socket.ts'

export interface HostDependencies {
  /** Starts the daemon of this profile; throws ShoalError PROFILE_BUSY when another process holds it. */
  startDaemon(start: EngineStart, signal: AbortSignal): Promise<RunningDaemon>
  /** Serves ports; made once the engine runs. */
  createServer(daemon: RunningDaemon): Promise<Pick<RpcServer, 'serve' | 'stop'>>
  tell(message: FromEngine): void
  exit(code: number): void
}

/** Ports that came before the engine ran; the window and the main process have one each. */
const MAX_EARLY_PORTS = 16

export class EngineHost {
  readonly #deps: HostDependencies
  readonly #stopping = new AbortController()
  #daemon: RunningDaemon | undefined
  #server: Pick<RpcServer, 'serve' | 'stop'> | undefined
  #early: { readonly id: number; readonly port: ServerPort }[] = []
  #started = false

  constructor(deps: HostDependencies) {
    this.#deps = deps
  }

  async receive(message: ToEngine, ports: readonly ServerPort[]): Promise<void> {
    switch (message.type) {
      case 'start':
        await this.#start(message.start)
        return
      case 'port': {
        const [port] = ports
        if (port === undefined) return
        if (this.#server !== undefined) this.#serve(message.id, port)
        else if (this.#early.length < MAX_EARLY_PORTS) this.#early.push({ id: message.id, port })
        else port.close()
        return
      }
      case 'stop':
        await this.#stop()
        return
    }
  }

  async #start(start: EngineStart): Promise<void> {
    if (this.#started) return
    this.#started = true
    try {
      const daemon = await this.#deps.startDaemon(start, this.#stopping.signal)
      this.#daemon = daemon
      this.#server = await this.#deps.createServer(daemon)
      for (const { id, port } of this.#early) this.#serve(id, port)
      this.#early = []
      this.#deps.tell({ type: 'started' })
    } catch (error) {
      if (this.#stopping.signal.aborted) return
      const code = error instanceof ShoalError ? error.code : 'INTERNAL'
      const message = error instanceof Error ? error.message : String(error)
      this.#deps.tell({ type: 'failed', code, message: message.slice(0, 4096) })
      this.#deps.exit(1)
    }
  }

  /** Ends with everything on disk, then ends the process. */
  async #stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return
    this.#stopping.abort(new ShoalError('CANCELLED', 'The app is closing.'))
    let code = 0
    try {
      await this.#server?.stop()
      await this.#daemon?.stop()
    } catch {
      // Logged by the part that failed; what is on disk is consistent at any moment.
      code = 1
    }
    this.#deps.tell({ type: 'stopped' })
    this.#deps.exit(code)
  }

  #serve(id: number, port: ServerPort): void {
    const socket = new PortSocket(port)
    this.#server?.serve(socket)
    let answered = false
    socket.onSent = () => {
      if (answered) return
      answered = true
      this.#deps.tell({ type: 'port-used', id })
    }
    socket.start()
  }
}

/** The daemon's options of a window's engine: whatever is not given here, the engine's settings decide. */
export function startOptions(
  start: EngineStart,
  env: Readonly<Record<string, string | undefined>>,
): Omit<DaemonOptions, 'output' | 'logLevel'> {
  const network = start.network ?? networkOf(env.SHOAL_NETWORK)
  return {
    profileDir: start.profileDir,
    bootstrap: [],
    apiPort: 0,
    allowOrigins: [],
    ...(network === undefined ? {} : { network }),
  }
}

function networkOf(text: string | undefined): NetworkMode | undefined {
  return text === 'local' || text === 'lan' || text === 'internet' ? text : undefined
}
