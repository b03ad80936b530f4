/**
 * Ending a daemon's process. The first signal asks it to stop and gives it STOP_TIMEOUT_MS; the second ends it at once;
 * an error nobody caught is logged, and only a row of them (MAX_CRASHES a minute) ends it with 1, after the same try to
 * stop: what a stranger sends may make a library throw, and must not take the process with it, while everything on disk
 * is consistent at any moment. The process is a parameter, so that tests need not kill themselves.
 * Rule [DA18].
 */

/** DESIGN: SIGTERM finishes in 5 s with everything on disk. A little is kept back for leaving. */
export const STOP_TIMEOUT_MS = 4_800

/** Uncaught errors within CRASH_WINDOW_MS that are survived: more means that something of ours is broken for good. */
export const MAX_CRASHES = 20
const CRASH_WINDOW_MS = 60_000

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]
/** 128 + the signal's number, as shells have it. */
const SIGNAL_EXIT: Record<Signal, number> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }

export interface ProcessPort {
  on(event: Signal | 'uncaughtException' | 'unhandledRejection', listener: (detail: unknown) => void): unknown
  removeListener(
    event: Signal | 'uncaughtException' | 'unhandledRejection',
    listener: (detail: unknown) => void,
  ): unknown
  exit(code: number): void
}

export interface ShutdownPort {
  /** Stops what runs; called once. */
  stop(): Promise<void>
  onSignal(signal: Signal): void
  onCrash(error: unknown): void
  onStuck(): void
}

/** Resolves with the exit code when the daemon has stopped. `dispose` takes the listeners away again. */
export function superviseProcess(process: ProcessPort, port: ShutdownPort, timeoutMs = STOP_TIMEOUT_MS) {
  let stopping = false
  let finish: (code: number) => void = () => {}
  const finished = new Promise<number>((resolve) => {
    finish = resolve
  })
  const stop = (codeWhenStopped: number) => {
    if (stopping) return
    stopping = true
    const timer = setTimeout(() => {
      port.onStuck()
      process.exit(1)
    }, timeoutMs)
    port
      .stop()
      .then(
        () => codeWhenStopped,
        (error: unknown) => {
          port.onCrash(error)
          return 1
        },
      )
      .then((code) => {
        clearTimeout(timer)
        finish(code)
      })
  }
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (stopping) {
        process.exit(SIGNAL_EXIT[signal])
        return
      }
      port.onSignal(signal)
      stop(0)
    }
    return [signal, listener] as const
  })
  let crashes: number[] = []
  const crash = (error: unknown) => {
    port.onCrash(error)
    const nowMs = performance.now()
    crashes = crashes.filter((atMs) => nowMs - atMs < CRASH_WINDOW_MS)
    crashes.push(nowMs)
    if (crashes.length > MAX_CRASHES) stop(1)
  }
  for (const [signal, listener] of listeners) process.on(signal, listener)
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  return {
    finished,
    stop,
    dispose() {
      for (const [signal, listener] of listeners) process.removeListener(signal, listener)
      process.removeListener('uncaughtException', crash)
      process.removeListener('unhandledRejection', crash)
    },
  }
}
