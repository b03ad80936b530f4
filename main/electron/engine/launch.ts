/**
 * Forks the engine as a utility process and makes one `gone` of the two events that tell its end: `exit` of the process
 * and `child-process-gone` of the app come in either order, one of them perhaps never, and each knows something that the
 * other does not. The last lines of its stderr go into the reason.
 * Rules [EL17] [EL18].
 */
import type { MessagePortMain } from 'electron'
import type { ElectronApi, ShellClock } from '../electron-api.ts'
import { type EngineStart, FromEngine } from './messages.ts'
import type { ChildEvents, EngineChild } from './supervisor.ts'

/** Name of the process in the system's lists, and in `child-process-gone`. */
export const SERVICE_NAME = 'Shoal engine'
/** How long the second event is waited for, once the first has come. */
const JOIN_MS = 250
/** Characters of stderr that are kept. */
const MAX_STDERR = 2_000

/** Of our environment, what the engine is given: nothing that makes Node or Electron behave differently. */
const ENVIRONMENT =
  /^(PATH|HOME|USERPROFILE|HOMEDRIVE|HOMEPATH|APPDATA|LOCALAPPDATA|SYSTEMROOT|WINDIR|TEMP|TMP|TMPDIR|LANG|LC_\w+|TZ|XDG_\w+|SHOAL_NETWORK)$/i

export function engineEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value !== undefined && ENVIRONMENT.test(name)) kept[name] = value
  return kept
}

interface Ending {
  readonly exitCode: number | undefined
  readonly gone: string | undefined
  readonly stderr: string
}

export interface LaunchOptions {
  readonly electron: Pick<ElectronApi, 'app' | 'utilityProcess'>
  readonly clock: ShellClock
  /** Of engine-process.ts, bundled. */
  readonly modulePath: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Called for each launch: the key of the identity may have changed. */
  readonly start: () => Promise<EngineStart>
}

export async function launchEngine(options: LaunchOptions, events: ChildEvents): Promise<EngineChild<MessagePortMain>> {
  const start = await options.start()
  const { app, utilityProcess } = options.electron
  const child = utilityProcess.fork(options.modulePath, [], {
    serviceName: SERVICE_NAME,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: engineEnvironment(options.env),
  })
  let stderr = ''
  child.stderr?.on('data', (data: unknown) => {
    stderr = `${stderr}${String(data)}`.slice(-MAX_STDERR)
  })
  child.on('message', (data: unknown) => {
    const message = FromEngine.safeParse(data)
    if (message.success) events.message(message.data)
  })

  let exitCode: number | undefined
  let gone: string | undefined
  let cancel: (() => void) | undefined
  let finished = false
  const finish = () => {
    if (finished) return
    finished = true
    cancel?.()
    app.removeListener('child-process-gone', onProcessGone)
    events.gone(reasonOf({ exitCode, gone, stderr }))
  }
  const join = () => {
    if (exitCode !== undefined && gone !== undefined) finish()
    else cancel ??= options.clock.after(JOIN_MS, giveUpWaiting)
  }
  const giveUpWaiting = () => {
    cancel = undefined
    // `child-process-gone` names a service, not a process: with our process still there it told of the one before it.
    if (exitCode === undefined && child.pid !== undefined) gone = undefined
    else finish()
  }
  const onProcessGone = (_event: unknown, details: { type: string; name?: string; reason: string }) => {
    if (details.type !== 'Utility' || details.name !== SERVICE_NAME || gone !== undefined) return
    gone = details.reason
    join()
  }
  app.on('child-process-gone', onProcessGone)
  child.on('exit', (code: number) => {
    exitCode = code
    join()
  })

  child.postMessage({ type: 'start', start })
  // What was sent is a copy; the one here is not needed any more.
  start.identity?.fill(0)
  return {
    post: (message, ports) => child.postMessage(message, [...ports]),
    kill: () => {
      child.kill()
    },
  }
}

function reasonOf({ exitCode, gone, stderr }: Ending): string {
  const last = stderr
    .split('\n')
    .map((line) => line.trim())
    .findLast((line) => line !== '')
  const how = [
    ...(gone === undefined ? [] : [gone]),
    ...(exitCode === undefined ? [] : [`exit code ${exitCode}`]),
    ...(last === undefined ? [] : [last]),
  ]
  return `The engine ended unexpectedly (${how.join(', ')}).`
}
