/**
 * Starts everything a daemon is, in order, and stops it in the opposite order: profile lock, engine, the window,
 * the two doors, daemon.json. It neither reads argv nor prints nor handles signals: run.ts does that for a process of its
 * own, and embedded.ts for the command line.
 * Rules [DA12] [DA13] [DA14] [DA18].
 */
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import type { DaemonFile } from '../../shared/contract/daemon-file.ts'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { NetworkMode } from '../../shared/contract/model.ts'
import type { Logger } from '../engine/telemetry/logger.ts'
import { openOnPort } from './api-port.ts'
import { readDaemonFile, removeDaemonFile, writeDaemonFile } from './daemon-file.ts'
import { EngineSwitch } from './engine-switch.ts'
import type { Door } from './listen.ts'
import type { DaemonOptions } from './options.ts'
import { prepareProfileFolder } from './profile-folder.ts'
import { planSocket, prepareSocket, removeLeftSocket } from './socket-path.ts'

/** What the daemon tells the engine. */
export interface EngineSettings {
  profileDir: string
  network?: NetworkMode
  downloadDir?: string
  bootstrap: string[]
  logger: Logger
  listenPort?: number
  name?: string
  lanDht?: boolean
  internetDht?: boolean
  mdns?: boolean
  quic?: boolean
  portMapping?: boolean
  uploadSlots?: number
}

/** The engine's life beside its commands: EngineApi has a `start` of its own (of a download), so the two are kept apart. */
export interface EngineHandle {
  readonly api: EngineApi
  start(signal?: AbortSignal): Promise<void>
  /** Everything on disk when it resolves. */
  stop(): Promise<void>
}

/** What a daemon is made of, passed in: the real ones by parts.ts, others by tests. */
export interface DaemonParts {
  lock(profileDir: string, info: { pid: number; startedAt: number }): Promise<{ release(): Promise<void> }>
  /** Called once the lock is held, so that a second daemon does not even load the engine. */
  createEngine(settings: EngineSettings): Promise<EngineHandle>
  /** Where the files of the window are; without it the daemon serves none. */
  readonly windowFolder?: string
  /** Asks the process to stop, where the daemon is what the process is for. */
  readonly requestStop?: () => void
}

export interface RunningDaemon {
  readonly api: EngineApi
  readonly file: DaemonFile
  /** A fresh one-time address of the window; undefined when none was built. */
  address(): Promise<string | undefined>
  stop(): Promise<void>
}

export async function startDaemon(
  given: Omit<DaemonOptions, 'output' | 'logLevel'>,
  parts: DaemonParts,
  logger: Logger,
  signal?: AbortSignal,
): Promise<RunningDaemon> {
  const startedAt = Date.now()
  const profileDir = await prepareProfileFolder(given.profileDir)
  const options = { ...given, profileDir }

  const undo: (() => Promise<void>)[] = []
  const stop = once(async () => {
    const failures: unknown[] = []
    for (const step of undo.reverse()) await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  })
  try {
    const lock = await parts.lock(profileDir, { pid: process.pid, startedAt })
    undo.push(() => lock.release())
    // We are alone here now: whatever the last daemon left is stale.
    const left = await readDaemonFile(profileDir)
    await removeDaemonFile(profileDir)
    if (left?.socket !== undefined) await removeLeftSocket(left.socket, tmpdir())

    const engine = new EngineSwitch(
      () => parts.createEngine(engineSettings(options, logger)),
      async (fresh, stopStarting) => {
        await fresh.start(stopStarting)
        await applyLimits(fresh.api, options)
      },
    )
    undo.push(() => engine.stop())
    // The engine starts and the doors' libraries load while the other waits.
    const [{ RpcServer }, { openSocketDoor, openTcpDoor }, { windowParts }] = await Promise.all([
      import('./rpc-server.ts'),
      import('./listen.ts'),
      import('./window.ts'),
      engine.start(signal),
    ])

    const { windowFolder, requestStop } = parts
    const window =
      windowFolder === undefined
        ? undefined
        : windowParts({
            ...options,
            folder: windowFolder,
            api: engine.api,
            restart: () => engine.restart(),
            requestStop,
          })
    await window?.start()
    if (window !== undefined) undo.push(() => window.stop())
    const api = window?.api ?? engine.api
    const rpc = new RpcServer(api, logger, window?.shell)
    const token = randomBytes(32).toString('hex')
    let port = 0
    const address = async () => window?.address(port)
    const doorOptions = {
      rpc,
      token,
      address,
      allowOrigins: options.allowOrigins,
      metrics: () => engine.api.metrics(),
      onFailure: (error: unknown) => logger.warn({ err: error }, 'a request could not be answered'),
      ...(window === undefined ? {} : { page: window.page }),
    }
    const socket = await prepareSocket(planSocket({ platform: process.platform, profileDir, tmpDir: tmpdir() }))
    const doors: Door[] = []
    undo.push(async () => {
      await removeDaemonFile(profileDir)
      await rpc.stop()
      await Promise.all(doors.map((door) => door.close()))
      if (socket !== undefined) await removeLeftSocket(socket, tmpdir())
    })
    if (socket !== undefined) doors.push(await openSocketDoor(socket, doorOptions))
    const tcp = await openOnPort(options.apiPort, profileDir, (wanted) => openTcpDoor(wanted, doorOptions))
    doors.push(tcp)
    port = tcp.port ?? 0

    const file: DaemonFile = {
      version: 1,
      pid: process.pid,
      startedAt,
      port,
      token,
      ...(socket === undefined ? {} : { socket }),
    }
    signal?.throwIfAborted()
    await writeDaemonFile(profileDir, file)
    logger.info({ pid: process.pid, port: file.port, tookMs: Date.now() - startedAt }, 'daemon ready')
    return { api, file, address, stop }
  } catch (error) {
    await stop().catch((failure: unknown) => logger.warn({ err: failure }, 'could not undo the start'))
    throw error
  }
}

function engineSettings(options: Omit<DaemonOptions, 'output' | 'logLevel'>, logger: Logger): EngineSettings {
  return {
    profileDir: options.profileDir,
    bootstrap: [...options.bootstrap],
    logger,
    ...(options.network === undefined ? {} : { network: options.network }),
    ...(options.downloadDir === undefined ? {} : { downloadDir: options.downloadDir }),
    ...(options.listenPort === undefined ? {} : { listenPort: options.listenPort }),
    ...(options.name === undefined ? {} : { name: options.name }),
    ...(options.lanDht === undefined ? {} : { lanDht: options.lanDht }),
    ...(options.internetDht === undefined ? {} : { internetDht: options.internetDht }),
    ...(options.mdns === undefined ? {} : { mdns: options.mdns }),
    ...(options.quic === undefined ? {} : { quic: options.quic }),
    ...(options.portMapping === undefined ? {} : { portMapping: options.portMapping }),
    ...(options.uploadSlots === undefined ? {} : { uploadSlots: options.uploadSlots }),
  }
}

async function applyLimits(
  api: EngineApi,
  { limitDown, limitUp }: Pick<DaemonOptions, 'limitDown' | 'limitUp'>,
): Promise<void> {
  if (limitDown === undefined && limitUp === undefined) return
  await api.limit({
    ...(limitDown === undefined ? {} : { down: limitDown }),
    ...(limitUp === undefined ? {} : { up: limitUp }),
  })
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= run()
    return running
  }
}
