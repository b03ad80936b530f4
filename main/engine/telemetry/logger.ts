/**
 * The structured log: JSON lines with a level, a time and facts, to a bounded file in the profile and, if wanted, to
 * stderr. Everything passes redact.ts first. The engine depends on the small `Logger` interface only; pino is behind it.
 * Rules [DA15] [DA16].
 */
import { join } from 'node:path'
import { type Logger as PinoLogger, pino } from 'pino'
import { type LogFacts, redact, withoutLinkSecrets } from './redact.ts'
import { RotatingFile } from './rotating-file.ts'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** `logger.info({ root, peers: 3 }, 'share announced')`: facts under keys, a constant sentence as text. */
export interface LogMethod {
  (facts: object, text?: string): void
  (text: string): void
}

export interface Logger {
  readonly trace: LogMethod
  readonly debug: LogMethod
  readonly info: LogMethod
  readonly warn: LogMethod
  readonly error: LogMethod
  readonly fatal: LogMethod
  child(facts: Record<string, unknown>): Logger
}

export interface LoggerOptions {
  readonly level: LogLevel
  /** Writes `<profileDir>/logs/shoal.log`; no file when absent. */
  readonly profileDir?: string
  /** A second copy of each line, for example to stderr. */
  readonly copy?: (line: string) => void
}

export interface OpenLogger {
  readonly logger: Logger
  close(): void
}

/** pino's number of `info`: from here on, names of files are left out. */
const INFO = 30

export function openLogger(options: LoggerOptions): OpenLogger {
  const file =
    options.profileDir === undefined ? undefined : new RotatingFile(join(options.profileDir, 'logs', 'shoal.log'))
  const write = (line: string) => {
    file?.write(line)
    options.copy?.(line)
  }
  const logger = pino(
    {
      level: options.level,
      base: null,
      // redact.ts has made plain facts of errors already; pino's own serializer would take them for errors of its own.
      serializers: { err: (facts: unknown) => facts },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
      },
      hooks: {
        logMethod(args, method, level) {
          method.apply(this, cleanArguments(args, level < INFO))
        },
      },
    },
    { write },
  )
  return { logger: wrap(logger), close: () => file?.close() }
}

/**
 * pino does not pass a child's facts through its formatters, so children are made here: their facts stand in every line,
 * whatever its level, so they hold no names.
 */
function wrap(log: PinoLogger): Logger {
  return {
    trace: log.trace.bind(log),
    debug: log.debug.bind(log),
    info: log.info.bind(log),
    warn: log.warn.bind(log),
    error: log.error.bind(log),
    fatal: log.fatal.bind(log),
    child: (facts) => wrap(log.child(redact(facts, false))),
  }
}

function cleanArguments(args: [unknown, ...unknown[]], names: boolean): [string] | [object, string] {
  const [first, text] = args
  if (typeof first === 'string') return [withoutLinkSecrets(first, names)]
  const facts: LogFacts = first instanceof Error ? { err: first } : isFacts(first) ? first : {}
  return [redact(facts, names), typeof text === 'string' ? withoutLinkSecrets(text, names) : '']
}

function isFacts(value: unknown): value is LogFacts {
  return typeof value === 'object' && value !== null
}
