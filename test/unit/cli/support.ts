/** A command line without a terminal: streams that remember, a session on an engine double. */
import type { Context } from '../../../cli/context.ts'
import type { AddressAnswer } from '../../../cli/embedded.ts'
import { CliError, exitCodeOf } from '../../../cli/exit-codes.ts'
import { Io } from '../../../cli/io.ts'
import { type GlobalOptions, runProgram } from '../../../cli/program.ts'
import { EngineDouble } from '../../contract/support/engine-double.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
  readonly sessions: { embed: boolean; downloadDir?: string }[]
  /** Addresses that a window was opened on. */
  readonly windows: string[]
}

export interface RunOptions {
  readonly double?: EngineDouble
  readonly kind?: 'daemon' | 'embedded'
  readonly tty?: boolean
  readonly signal?: AbortSignal
  readonly confirm?: (question: string) => Promise<boolean>
  readonly now?: () => number
  /** What the daemon answers when it is asked for its window. */
  readonly address?: AddressAnswer
  readonly daemon?: (argv: readonly string[]) => Promise<number>
}

/** Runs `shoal <argv>` as main.ts does, errors included. */
export async function shoal(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const double = options.double ?? new EngineDouble()
  let out = ''
  let err = ''
  const sessions: Ran['sessions'] = []
  const windows: string[] = []
  let io: Io | undefined
  const makeIo = (global: GlobalOptions) => {
    const tty = options.tty === true
    io = new Io({
      json: global.json,
      quiet: global.quiet,
      unicode: false,
      stdout: {
        write: (text: string) => {
          out += text
        },
        isTTY: tty,
        columns: 100,
      },
      stderr: {
        write: (text: string) => {
          err += text
        },
        isTTY: tty,
        columns: 100,
      },
    })
    return io
  }
  const context = (global: GlobalOptions): Context => ({
    io: makeIo(global),
    signal: options.signal ?? new AbortController().signal,
    now: options.now ?? (() => 5_000),
    tickMs: 5,
    resolve: (path) => (path.startsWith('/') ? path : path === '.' ? '/cwd' : `/cwd/${path}`),
    confirm: options.confirm,
    window: {
      askAddress: async () => options.address ?? { type: 'no-daemon' },
      open: async (address, say) => {
        windows.push(address)
        say('A window was opened.')
      },
    },
    openSession: async (wanted) => {
      sessions.push(wanted)
      return { kind: options.kind ?? 'daemon', api: double, close: async () => {} }
    },
  })
  try {
    const code = await runProgram(argv, {
      version: '9.9.9',
      context,
      runDaemon: options.daemon ?? (async () => 0),
      write: {
        out: (text) => {
          out += text
        },
        err: (text) => {
          err += text
        },
      },
    })
    return { code, out, err, sessions, windows }
  } catch (error) {
    const code = exitCodeOf(error)
    io?.failure(
      error instanceof Error ? error.message : String(error),
      { code: 'X', exit: code },
      error instanceof CliError ? error.list : [],
    )
    return { code, out, err, sessions, windows }
  }
}
