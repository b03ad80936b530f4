/** Makes this clone ready to run: packages installed, bundle built. Says what it does; says nothing when nothing is to be done. */
import { spawn } from 'node:child_process'
import { ensureInstalled } from './install.mjs'
import { withWorkLock } from './mutex.mjs'
import { findNode24, noNode24Message } from './node24.mjs'
import { fromRoot, ROOT } from './paths.mjs'
import { staleParts } from './sources.mjs'

/**
 * @param {(line: string) => void} say
 * @returns {Promise<string>} the Node 24 to use
 */
export async function prepareNode(say) {
  await ensureInstalled(say)
  const node = findNode24()
  if (node === undefined) throw new Error(noNode24Message())
  return node
}

/**
 * @param {string} node
 * @param {(line: string) => void} say
 * @param {readonly import('./sources.mjs').Part[]} [parts] what is going to be used; all of it by default
 */
export async function prepareBuild(node, say, parts) {
  if (staleParts(parts).length === 0) return
  await withWorkLock(
    (pid) => say(`Process ${pid} is installing or building here; waiting for it.`),
    async () => {
      const stale = staleParts(parts)
      if (stale.length === 0) return
      const startedAt = Date.now()
      const child = spawn(node, [fromRoot('scripts/build.mjs'), ...stale], {
        cwd: ROOT,
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      const code = await new Promise((resolve, reject) => {
        child.once('error', reject)
        child.once('close', resolve)
      })
      if (code !== 0) throw new Error('The build failed; its message is above.')
      say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`)
    },
  )
}

/** @param {string} line */
export function sayOnStderr(line) {
  process.stderr.write(`${line}\n`)
}

/**
 * Runs `main`; a failure is one plain message and exit code 1.
 * @param {() => Promise<unknown>} main
 */
export function runScript(main) {
  main().catch((error) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
