/**
 * A daemon as a process: reads the options, starts, says so, lives until a signal, stops, returns the exit code.
 * In the foreground it prints plain words on stdout; headless it prints one "ready" line there and logs to stderr. A window
 * that was asked for is opened when it serves, or on the daemon that runs already.
 * Rules [DA9] [DA14] [DA18] [DA19] [DA27].
 */
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ShoalError } from '../../shared/contract/errors.ts'
import { visible } from '../../shared/format/visible.ts'
import { defaultProfileDir } from '../../shared/profile.ts'
import { VERSION } from '../../shared/version.ts'
import { openLogger } from '../engine/telemetry/logger.ts'
import { banner, commandFor, eventLine } from './foreground.ts'
import { openHere, openOnRunning } from './opening/open-on-running.ts'
import { type DaemonOptions, parseOptions, USAGE } from './options.ts'
import { realParts } from './parts.ts'
import { superviseProcess } from './shutdown.ts'
import { type DaemonParts, type RunningDaemon, startDaemon } from './start.ts'

const EXIT = { ok: 0, failure: 1, usage: 2, profileBusy: 3 } as const

/** Between two looks whether an engine that is started anew is back. */
const RESUBSCRIBE_MS = 500

export async function runDaemon(argv: readonly string[], parts: DaemonParts = realParts): Promise<number> {
  const facts = { platform: process.platform, env: process.env, home: homedir() }
  const parsed = parseOptions(argv, {
    ...facts,
    stdoutIsTerminal: process.stdout.isTTY === true,
    resolve: (path) => resolve(path),
  })
  switch (parsed.type) {
    case 'help':
      process.stdout.write(USAGE)
      return EXIT.ok
    case 'version':
      process.stdout.write(`${VERSION}\n`)
      return EXIT.ok
    case 'wrong':
      process.stderr.write(`shoal daemon: ${parsed.reason}\nTry --help.\n`)
      return EXIT.usage
    case 'run':
      return run(
        parsed.options,
        parts,
        commandFor({ ...facts, profileDir: parsed.options.profileDir, defaultProfileDir: defaultProfileDir(facts) }),
      )
  }
}

async function run(options: DaemonOptions, parts: DaemonParts, command: string): Promise<number> {
  const foreground = options.output === 'foreground'
  // A closed pipe on either end is no reason to stop sharing.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const log = openLogger({
    level: options.logLevel,
    profileDir: options.profileDir,
    ...(foreground ? {} : { copy: (line: string) => void process.stderr.write(line) }),
  })
  const starting = new AbortController()
  let daemon: RunningDaemon | undefined
  const supervisor = superviseProcess(process, {
    async stop() {
      starting.abort(new ShoalError('CANCELLED', 'Asked to stop while starting.'))
      await daemon?.stop()
    },
    onSignal(signal) {
      log.logger.info({ signal }, 'stopping')
      if (foreground) process.stdout.write('\nStopping: bringing everything to disk. Again to leave at once.\n')
    },
    onCrash(error) {
      log.logger.fatal({ err: error instanceof Error ? error : new Error(String(error)) }, 'unexpected error')
      const text = error instanceof Error ? error.message : String(error)
      if (foreground) process.stderr.write(`Something went wrong inside Shoal: ${visible(text)}\n`)
    },
    onStuck() {
      log.logger.fatal({}, 'did not stop in time')
    },
  })
  try {
    const ready = await startDaemon(
      options,
      { ...parts, requestStop: () => supervisor.stop(EXIT.ok) },
      log.logger,
      starting.signal,
    )
    daemon = ready
    const show = () => void showWindow(ready, options).catch((error: unknown) => sayNoWindow(error))
    if (foreground) void narrate(ready, command, show, starting.signal).catch(() => {})
    else {
      process.stdout.write(
        `ready ${JSON.stringify({ pid: process.pid, port: ready.file.port, profile: options.profileDir })}\n`,
      )
      show()
    }
    return await supervisor.finished
  } catch (error) {
    if (starting.signal.aborted) return EXIT.ok
    if (isBusy(error) && options.window !== undefined) {
      if (await openOnRunning(options.profileDir, say, options.window === 'print')) return EXIT.ok
    }
    return explainFailure(error, log.logger.error)
  } finally {
    supervisor.dispose()
    log.close()
  }
}

function explainFailure(error: unknown, log: (facts: object, text: string) => void): number {
  log({ err: error }, 'could not start')
  process.stderr.write(`${visible(error instanceof Error ? error.message : String(error))}\n`)
  if (!(error instanceof ShoalError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  return isBusy(error) ? EXIT.profileBusy : EXIT.failure
}

function isBusy(error: unknown): boolean {
  return error instanceof ShoalError && error.code === 'PROFILE_BUSY'
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function sayNoWindow(error: unknown): void {
  process.stderr.write(
    `No window could be opened: ${visible(error instanceof Error ? error.message : String(error))}\n`,
  )
}

async function showWindow(daemon: RunningDaemon, { window, output, profileDir }: DaemonOptions): Promise<void> {
  if (window === undefined) return
  const address = await daemon.address()
  if (address === undefined) throw new Error('its files were not built. In a clone, `npm run build` does it.')
  // For programs: one line, one word in front.
  if (window === 'print' && output === 'headless') say(`address ${address}`)
  else await openHere(address, profileDir, say, window === 'print')
}

/** The banner, then each notable event as it happens; an engine that is started anew goes on with its events. */
async function narrate(
  daemon: RunningDaemon,
  command: string,
  afterBanner: () => void,
  signal: AbortSignal,
): Promise<void> {
  let introduced = false
  while (!signal.aborted) {
    try {
      for await (const event of daemon.api.subscribe({ signal })) {
        if (event.type === 'snapshot') {
          if (introduced) continue
          introduced = true
          const { node, shares } = event.value
          process.stdout.write(`${banner({ node, shares: shares.length, command })}\n`)
          afterBanner()
          continue
        }
        for (const change of event.value.changes) {
          if (change.type === 'log') process.stdout.write(`${eventLine(change.value)}\n`)
        }
      }
    } catch (error) {
      if (!(error instanceof ShoalError) || error.code !== 'NETWORK') throw error
    }
    await delay(RESUBSCRIBE_MS, undefined, { signal })
  }
}
