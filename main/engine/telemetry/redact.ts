/**
 * What a log line may say. Secrets never appear at any level; names of files and people's paths appear at debug only,
 * because an info log is what gets pasted into a bug report. Pure: objects in, objects out.
 *
 * It works on keys, so the rule for whoever logs is: facts go under keys, never into the message text; a name goes
 * under one of NAME_KEYS, and a secret is not logged at all (SECRET_KEYS is the net below).
 * Rule [DA15].
 */
import { ShoalError } from '../../../shared/contract/errors.ts'

const SECRET_KEYS = new Set([
  'token',
  'secret',
  'privatekey',
  'private',
  'key',
  'password',
  'passphrase',
  'authorization',
  'cookie',
  'psk',
  'seed',
])
const NAME_KEYS = new Set([
  'path',
  'paths',
  'name',
  'names',
  'file',
  'files',
  'filename',
  'folder',
  'directory',
  'destination',
  'downloaddir',
  'profile',
  'profiledir',
  'dn',
  'title',
  'dest',
  'target',
])
/** Deep enough for facts; a deeper object is somebody's mistake. */
const MAX_DEPTH = 4
const MAX_ITEMS = 50

export type LogFacts = Record<string, unknown>

/** `names`: whether names of files may appear (debug and below). */
export function redact(facts: LogFacts, names: boolean): LogFacts {
  return record(facts, names, 0)
}

function record(facts: object, names: boolean, depth: number): LogFacts {
  const clean: LogFacts = {}
  for (const [key, value] of Object.entries(facts).slice(0, MAX_ITEMS)) {
    const plain = key.toLowerCase().replace(/[-_]/g, '')
    if (SECRET_KEYS.has(plain) || plain.endsWith('token') || plain.endsWith('secret')) clean[key] = '[secret]'
    else if (!names && NAME_KEYS.has(plain)) clean[key] = '[name]'
    else clean[key] = redactValue(value, names, depth + 1)
  }
  return clean
}

function redactValue(value: unknown, names: boolean, depth: number): unknown {
  if (typeof value === 'string') return withoutLinkSecrets(value, names)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return errorFacts(value, names, depth)
  if (depth > MAX_DEPTH) return '[deep]'
  if (value instanceof Uint8Array) return `[${value.length} bytes]`
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map((item) => redactValue(item, names, depth + 1))
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return String(value)
  if (value instanceof Map || value instanceof Set) return `[${value.size} items]`
  return record(value, names, depth)
}

/** The fragment of a link is a secret; its `dn` is a name. */
export function withoutLinkSecrets(text: string, names: boolean): string {
  if (!/shoal:/i.test(text)) return text
  const noFragment = text.replace(/(shoal:[^\s#]*)#\S*/gi, '$1#[secret]')
  return names ? noFragment : noFragment.replace(/(shoal:[^\s#]*[?&]dn=)[^&#\s]*/gi, '$1[name]')
}

/**
 * An error's code, type and place. Its message often quotes a path ("ENOENT … open '/home/…'"), so without `names` a
 * message survives only when the error names no path, and a ShoalError (whose sentences are written for its owner's
 * screen) gives its code and facts.
 */
function errorFacts(error: Error, names: boolean, depth: number): LogFacts {
  const facts: LogFacts = { type: error.name }
  const { code, syscall, path } = error as { code?: unknown; syscall?: unknown; path?: unknown }
  if (code !== undefined) facts.code = code
  if (syscall !== undefined) facts.syscall = syscall
  const quotesPath =
    error instanceof ShoalError || path !== undefined || /ENOENT|EACCES|EPERM|ENOSPC|EISDIR|ENOTDIR/.test(error.message)
  if (names || !quotesPath) facts.message = withoutLinkSecrets(error.message, names)
  if (error instanceof ShoalError) facts.facts = record(error.facts, names, depth)
  const frames = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
  if (frames.length > 0)
    facts.stack = frames
      .slice(0, 12)
      .map((frame) => frame.trim())
      .join(' < ')
  if (error.cause instanceof Error && depth < MAX_DEPTH) facts.cause = errorFacts(error.cause, names, depth + 1)
  return facts
}
