/**
 * Commands on a terminal (util-linux `script` gives them one, and what they draw there is what comes out), and names that
 * would do harm on one.
 */
import { execFileSync, spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { Running } from './daemon.ts'

/** The build under test, and its command line. */
export const DIST = resolve(process.env.SHOAL_TEST_DIST ?? fileURLToPath(new URL('../../../dist/', import.meta.url)))
export const SHOAL = join(DIST, 'shoal.js')

export const ESC = '\u001b'
/** Clears the screen, sets the title, rings, returns the carriage, turns the direction of text, hides a character. */
export const NASTY = `${ESC}[2J${ESC}]0;owned\u0007evil\r\u202egnp.exe\u200b.txt`

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** As in a pipe: no control characters, nothing drawn. */
export function expectPlain({ out, err }: Said): void {
  expect(out).not.toMatch(CONTROL)
  expect(err).not.toMatch(CONTROL)
}

export function terminalMissing(): string | undefined {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'util-linux `script` is not installed'
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`

/** stdout, stderr and stdin of the command are one terminal of 100 columns. */
export function onTerminal(command: readonly string[], env: Record<string, string> = {}): Running {
  const line = `stty cols 100 rows 30; ${command.map(quoted).join(' ')}`
  return new Running(
    spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, TERM: 'xterm-256color', LANG: 'C.UTF-8', SHOAL_NETWORK: 'local', ...env },
    }),
  )
}
