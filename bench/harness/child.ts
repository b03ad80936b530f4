/**
 * One measured process: started, timed to its "ready" line, killed by its id. It keeps the end of what the process wrote
 * on stderr, so that a failure says why. Every process started here is ended at the latest when the benchmark ends;
 * nothing else is ever killed.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { within } from './wait.ts'

/** Of stderr, bytes kept for an error message. */
const KEPT_STDERR_BYTES = 4_096
/** From the signal to the end of the process. SIGTERM may bring data to disk first. */
const EXIT_TIMEOUT_MS = 10_000

const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

export interface ChildOptions {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Opens an IPC channel. */
  readonly ipc?: boolean
  /** A line of stdout that begins so says that the process is ready. */
  readonly readyPrefix: string
  readonly readyTimeoutMs: number
}

export interface Child {
  readonly pid: number
  readonly startedAtMs: number
  /** Milliseconds from before the start of the process to its ready line. */
  readonly readyMs: number
  readonly readyLine: string
  readonly process: ChildProcess
  /** The end of what it wrote on stderr. */
  lastWords(): string
  kill(signal: NodeJS.Signals): void
  /** Asks it to end, insists after a while, resolves when it is gone. */
  stop(): Promise<void>
  /** Resolves with why, once the process is gone; never rejects. */
  readonly exited: Promise<string>
}

export async function startChild(options: ChildOptions): Promise<Child> {
  const startedAtMs = Date.now()
  const started = performance.now()
  const child = spawn(process.execPath, [...options.args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc === true ? (['ipc'] as const) : [])],
    env: { ...process.env, ...options.env },
  })
  alive.add(child)
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_BYTES)
  })
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => {
      alive.delete(child)
      resolve(`ended with ${signal ?? `code ${code}`}${stderr === '' ? '' : `: ${stderr.trim()}`}`)
    })
  })
  const ready = new Promise<{ readyMs: number; readyLine: string }>((resolve) => {
    if (child.stdout === null) return
    // Read to the end, or the process would block on a full pipe.
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith(options.readyPrefix)) resolve({ readyMs: performance.now() - started, readyLine: line })
    })
  })
  const early = exited.then((why): never => {
    throw new Error(`the process ${why}`)
  })
  early.catch(() => {})
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    child.kill('SIGTERM')
    // A stopped process does not hear SIGTERM.
    child.kill('SIGCONT')
    await within(exited, EXIT_TIMEOUT_MS, 'a process to end').catch(() => child.kill('SIGKILL'))
    await exited
  }
  try {
    const said = await within(Promise.race([ready, early]), options.readyTimeoutMs, 'a process to be ready')
    if (child.pid === undefined) throw new Error('the process has no id')
    const { pid } = child
    return {
      ...said,
      pid,
      startedAtMs,
      process: child,
      lastWords: () => stderr.trim(),
      kill: (signal) => void child.kill(signal),
      stop,
      exited,
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
