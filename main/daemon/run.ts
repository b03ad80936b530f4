/**
 * A daemon as a process: reads the options, starts, says so, lives until a signal, stops, returns the exit code.
 * In the foreground it prints plain words on stdout; headless it prints one "ready" line there and logs to stderr.
 * Rules [DA9] [DA14] [DA18] [DA19].
 */
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { ShoalError } from '../../shared/contract/errors.ts'
import { visible } from '../../shared/format/visible.ts'
import { defaultProfileDir } from '../../shared/profile.ts'
import { VERSION } from '../../shared/version.ts'
import { openLogger } from '../engine/telemetry/logger.ts'
import { banner, commandFor, eventLine } from './foreground.ts'
import { type DaemonOptions, parseOptions, USAGE } from './options.ts'
import { realParts } from './parts.ts'
import { superviseProcess } from './shutdown.ts'
import { type DaemonParts, type RunningDaemon, startDaemon } from './start.ts'

const EXIT = { ok: 0, failure: 1, usage: 2, profileBusy: 3 } as const

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
    daemon = await startDaemon(options, parts, log.logger, starting.signal)
    if (foreground) void narrate(daemon, command, starting.signal).catch(() => {})
    else
      process.stdout.write(
        `ready ${JSON.stringify({ pid: process.pid, port: daemon.file.port, profile: options.profileDir })}\n`,
      )
    return await supervisor.finished
  } catch (error) {
    if (starting.signal.aborted) return EXIT.ok
    return explainFailure(error, log.logger.error)
  } finally {
    supervisor.dispose()
    log.close()
  }
}

function explainFailure(error: unknown, log: (facts: object, text: string) => void): number {
  const busy = error instanceof ShoalError && error.code === 'PROFILE_BUSY'
  log({ err: error }, 'could not start')
  process.stderr.write(`${visible(error instanceof Error ? error.message : String(error))}\n`)
  if (!(error instanceof ShoalError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`)
  return busy ? EXIT.profileBusy : EXIT.failure
}

/** The banner, then each notable event as it happens. */
async function narrate(daemon: RunningDaemon, command: string, signal: AbortSignal): Promise<void> {
  for await (const event of daemon.api.subscribe({ signal })) {
    if (event.type === 'snapshot') {
      const { node, shares } = event.value
      process.stdout.write(`${banner({ node, shares: shares.length, command })}\n`)
      continue
    }
    for (const change of event.value.changes) {
      if (change.type === 'log') process.stdout.write(`${eventLine(change.value)}\n`)
    }
  }
}
