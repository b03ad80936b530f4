/**
 * Entry of `shoal`: reads the world (argv, environment, terminal, Ctrl-C), runs one command, and leaves with its code.
 * The first Ctrl-C asks the command to end well, the second ends it. Rules [CL1] [CL3].
 */
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { defaultProfileDir } from '../shared/profile.ts'
import { VERSION } from '../shared/version.ts'
import { connectToDaemon } from './client.ts'
import type { Context } from './context.ts'
import { askAddress, openWindow, runDaemon, startEmbedded } from './embedded.ts'
import { CliError, EXIT, exitCodeOf } from './exit-codes.ts'
import { Io, speaksUnicode } from './io.ts'
import { type GlobalOptions, runProgram } from './program.ts'
import { openSession } from './session.ts'
import { sleep } from './sleep.ts'

/** As the daemon's: after this an engine in this process is not going to stop by itself. */
const STOP_TIMEOUT_MS = 5_000

/** Waits are counted in seconds and minutes. */
const TICK_MS = 500

const stopping = new AbortController()
let io = makeIo({ json: process.argv.includes('--json'), quiet: false })
let isDaemon = false

function makeIo(options: { json: boolean; quiet: boolean }): Io {
  const unicode = speaksUnicode(process.env, process.platform)
  return new Io({ ...options, unicode, stdout: process.stdout, stderr: process.stderr })
}

function networkFromEnv(): GlobalOptions['network'] {
  const text = process.env.SHOAL_NETWORK
  if (text === undefined || text === '') return undefined
  if (text === 'local' || text === 'lan' || text === 'internet') return text
  throw new CliError(EXIT.usage, `SHOAL_NETWORK is one of local, lan, internet; not "${text}".`, 'USAGE')
}

function context(options: GlobalOptions): Context {
  io = makeIo(options)
  const system = { platform: process.platform, env: process.env, home: homedir() }
  const profileDir = resolve(options.profile ?? defaultProfileDir(system))
  const network = options.network ?? networkFromEnv()
  const canAsk = process.stdin.isTTY === true && process.stderr.isTTY === true && !options.json
  return {
    io,
    signal: stopping.signal,
    now: () => Date.now(),
    tickMs: TICK_MS,
    resolve: (path) => resolve(path),
    confirm: canAsk ? ask : undefined,
    window: {
      askAddress: () => askAddress(profileDir),
      open: (address, say) => openWindow(address, profileDir, say),
    },
    openSession: ({ embed, downloadDir }) =>
      openSession(
        {
          profileDir,
          network,
          embed,
          embedded: {
            bootstrap: options.bootstrap,
            logLevel: options.verbose ? 'debug' : 'info',
            ...(downloadDir === undefined ? {} : { downloadDir }),
            ...(options.listenPort === undefined ? {} : { listenPort: options.listenPort }),
          },
        },
        { connect: connectToDaemon, startEmbedded, sleep },
        stopping.signal,
      ),
  }
}

async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await reader.question(`${question}Type yes or no: `, { signal: stopping.signal })).trim())
  } catch {
    return false
  } finally {
    reader.close()
  }
}

function onSignal(signal: NodeJS.Signals): void {
  if (isDaemon) return
  const code = signal === 'SIGINT' ? EXIT.cancelled : 143
  if (stopping.signal.aborted) process.exit(code)
  stopping.abort()
  setTimeout(() => process.exit(code), STOP_TIMEOUT_MS).unref()
}

async function main(): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    // `shoal share x | head -1` goes on sharing when its reader has gone.
    stream.on('error', () => {})
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  process.on('SIGHUP', onSignal)
  try {
    return await runProgram(process.argv.slice(2), {
      version: VERSION,
      context,
      runDaemon: (argv) => {
        isDaemon = true
        return runDaemon(argv)
      },
      write: { out: (text) => process.stdout.write(text), err: (text) => process.stderr.write(text) },
    })
  } catch (error) {
    const exit = exitCodeOf(error)
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'INTERNAL'
    // Whoever pressed Ctrl-C knows; a program that reads JSON is told.
    if (exit !== EXIT.cancelled || io.json)
      io.failure(
        error instanceof Error ? error.message : String(error),
        { code, exit },
        error instanceof CliError ? error.list : [],
      )
    return exit
  }
}

const code = await main()
// Written out first: a pipe may be slower than we are. Then gone, whatever a library has left running.
process.stdout.write('', () => {
  const unwritten = reasonOf(process.stdout.errored)
  if (unwritten === undefined) process.exit(code)
  process.stderr.write(`shoal: the result could not be written to stdout (${unwritten}).\n`)
  process.exit(code === EXIT.ok ? EXIT.disk : code)
})

/** Why the result could not be written where it was to go. A reader that went away wanted no more of it. */
function reasonOf(error: NodeJS.ErrnoException | null): string | undefined {
  return error === null || error.code === 'EPIPE' ? undefined : (error.code ?? error.message)
}
