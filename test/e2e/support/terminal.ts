/** A command on a terminal: util-linux `script` gives it one, and what it draws there is what comes out. */
import { execFileSync, spawn } from 'node:child_process'
import { Running } from './daemon.ts'

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
