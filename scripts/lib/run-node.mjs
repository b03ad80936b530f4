/**
 * Runs a script under Node 24 in the place of this process: same terminal, same arguments, same exit code, signals
 * passed on.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { majorOf } from './node24.mjs'

/** npm passes on what the group was sent already: the same signal twice within milliseconds is one. */
const SAME_SIGNAL_MS = 500
const PARENT_POLL_MS = 500

/**
 * @param {string} node absolute path
 * @param {readonly string[]} args script and its arguments
 * @returns {Promise<never>}
 */
export async function becomeNode24(node, args) {
  const env = { ...process.env, SHOAL_STOP_WITH_PARENT: '1' }
  // Where the process can be replaced by the new one, nothing stays in between.
  const execve = /** @type {{ execve?: (file: string, args: readonly string[], env: NodeJS.ProcessEnv) => never }} */ (
    process
  ).execve
  if (execve !== undefined && process.platform !== 'win32' && majorOf(process.versions.node) >= 24) {
    execve.call(process, node, [node, ...args], env)
  }
  // On a terminal the child belongs to the foreground like us, and Ctrl-C reaches it directly. Elsewhere it gets a group of
  // its own, and every signal through us, once: a second one would mean "leave at once".
  const onTerminal = process.stdin.isTTY === true
  const child = spawn(node, args, { env, stdio: 'inherit', detached: !onTerminal && process.platform !== 'win32' })
  passSignals(child, onTerminal ? ['SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'])
  stopWithParent(child)
  return new Promise((_, reject) => {
    child.once('error', (error) => reject(new Error(`${node} could not be started: ${error.message}`)))
    child.once('close', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
  })
}

/** npm runs scripts in the project's folder; relative paths on the command line are meant from where it was called. */
export function stayWhereThePersonIs() {
  const folder = process.env['INIT_CWD']
  if (folder !== undefined) process.chdir(folder)
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {readonly NodeJS.Signals[]} passed the others reach the child by themselves
 */
function passSignals(child, passed) {
  /** @type {Map<string, number>} */
  const lastAt = new Map()
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      const now = Date.now()
      if (!passed.includes(signal) || now - (lastAt.get(signal) ?? 0) < SAME_SIGNAL_MS) return
      lastAt.set(signal, now)
      child.kill(signal)
    })
  }
}

/**
 * npm ends only the shell between it and us: our parent then is another process. The launcher in dist/ does the same.
 * @param {import('node:child_process').ChildProcess} child
 */
function stopWithParent(child) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    child.kill('SIGTERM')
  }, PARENT_POLL_MS)
  watch.unref()
}
