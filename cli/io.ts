/**
 * Where a command's words go. The result, and nothing else, goes to stdout; everything said on the way goes to stderr.
 * With --json stdout carries JSON only. On a terminal the last line of stderr may be a status line that is redrawn in
 * place; in a pipe there is none. The streams are parameters, so that tests read what was written.
 * Rules [CL2] [CL7].
 */
import { displayWidth, truncate, visible } from '../shared/format/visible.ts'

export interface TextStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface IoOptions {
  readonly stdout: TextStream
  readonly stderr: TextStream
  readonly json: boolean
  readonly quiet: boolean
  /** Block characters for bars; otherwise ASCII. */
  readonly unicode: boolean
}

const CLEAR_LINE = '\r\u001b[2K'

export class Io {
  readonly json: boolean
  readonly unicode: boolean
  readonly #options: IoOptions
  #status = ''

  constructor(options: IoOptions) {
    this.#options = options
    this.json = options.json
    this.unicode = options.unicode
  }

  /** Whether a status line would be seen. */
  get interactive(): boolean {
    const { stderr, json, quiet } = this.#options
    return stderr.isTTY === true && !json && !quiet
  }

  get columns(): number {
    return this.#options.stderr.columns ?? 80
  }

  /** A line of the result. Text from elsewhere must have passed `visible`. */
  result(text: string): void {
    if (!this.json) this.#out(`${text}\n`)
  }

  /** One JSON value on one line; ignored without --json. */
  data(value: unknown): void {
    if (this.json) this.#out(`${JSON.stringify(value)}\n`)
  }

  /** A remark; silent with --quiet and --json. */
  note(text: string): void {
    if (!this.#options.quiet && !this.json) this.#err(`${text}\n`)
  }

  /** A failure: always said, also as JSON. Only between the lines of `list` are line breaks ours: those in a text are shown. */
  failure(text: string, facts: { code: string; exit: number }, list: readonly string[] = []): void {
    this.status('')
    if (this.json) this.data({ event: 'error', ...facts, message: [text, ...list].join('\n') })
    else this.#err(`shoal: ${[text, ...list].map(visible).join('\n')}\n`)
  }

  /** Replaces the status line; '' takes it away. Nothing happens where it would not be seen. */
  status(text: string): void {
    if (!this.interactive) return
    const line = truncate(text, Math.max(1, this.columns - 1))
    if (line === this.#status) return
    this.#options.stderr.write(displayWidth(line) === 0 ? CLEAR_LINE : `${CLEAR_LINE}${line}`)
    this.#status = line
  }

  #err(text: string): void {
    const status = this.#status
    if (status !== '') this.#options.stderr.write(CLEAR_LINE)
    this.#options.stderr.write(text)
    if (status !== '') this.#options.stderr.write(status)
  }

  #out(text: string): void {
    const status = this.#status
    // The terminal is one: a result must not be written into the status line.
    if (status !== '' && this.#options.stdout.isTTY === true) {
      this.#options.stderr.write(CLEAR_LINE)
      this.#options.stdout.write(text)
      this.#options.stderr.write(status)
    } else this.#options.stdout.write(text)
  }
}

/** Whether the terminal can draw blocks, by its locale (POSIX order of precedence). */
export function speaksUnicode(env: Readonly<Record<string, string | undefined>>, platform: string): boolean {
  if (env.TERM === 'dumb' || env.TERM === 'linux') return false
  if (platform === 'win32') return env.WT_SESSION !== undefined
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '')
}
