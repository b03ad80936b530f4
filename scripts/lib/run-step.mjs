/** Runs one step of `npm test` and says how it went. Output goes straight to the terminal; nothing is read from stdin. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fromRoot, ROOT } from './paths.mjs'

/** @typedef {{ name: string, passed: number, failures: string[], skipped: import('./count-reporter.mjs').Counts['skipped'], seconds: number }} Outcome */

/**
 * @param {string} node absolute path of Node 24
 * @param {import('./steps.mjs').Step} step
 * @param {readonly string[]} extraArgs for test steps: files to limit the run to
 * @returns {Promise<Outcome>}
 */
export async function runStep(node, step, extraArgs) {
  const startedAt = Date.now()
  const scratch = mkdtempSync(join(tmpdir(), 'shoal-test-'))
  const countsFile = join(scratch, 'counts.json')
  const reporters = ['--reporter=default', `--reporter=${fromRoot('scripts/lib/count-reporter.mjs')}`]
  const args = step.kind === 'tests' ? [...step.args, ...reporters, ...extraArgs] : step.args
  try {
    const ending = await run(
      node,
      [fromRoot(step.script), ...args],
      { ...step.env, SHOAL_TEST_COUNTS: countsFile },
      step.limitMs,
    )
    const seconds = (Date.now() - startedAt) / 1000
    if (step.kind === 'check') {
      return {
        name: step.name,
        passed: ending === undefined ? 1 : 0,
        failures: ending === undefined ? [] : [ending],
        skipped: [],
        seconds,
      }
    }
    const counts = readCounts(countsFile)
    const failures = counts === undefined ? ['vitest ended without a report'] : [...counts.failed]
    if (ending !== undefined && failures.length === 0) failures.push(`vitest: ${ending}`)
    // Tests that say what they lack here may all be skipped; a run that found none at all has gone wrong.
    const skippedWithReason = counts?.skipped.some(({ reason }) => reason !== undefined) === true
    if (counts?.passed === 0 && failures.length === 0 && !skippedWithReason) failures.push('not a single test was run')
    return { name: step.name, passed: counts?.passed ?? 0, failures, skipped: counts?.skipped ?? [], seconds }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {Record<string, string>} extraEnv
 * @param {number} limitMs
 * @returns {Promise<string | undefined>} what went wrong
 */
function run(node, args, extraEnv, limitMs) {
  // Tools that start `node` or each other by name get the ones of this project.
  const path = [dirname(node), fromRoot('node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter)
  // Some tools colour their output even in a pipe.
  const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' }
  const env = { ...process.env, PATH: path, ...plain, ...extraEnv }
  return new Promise((resolve) => {
    const child = spawn(node, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
    // Whoever ends the whole run must not leave a tool behind.
    const end = () => {
      child.kill('SIGTERM')
      process.exit(130)
    }
    process.once('SIGINT', end).once('SIGTERM', end)
    const stopwatch = setTimeout(() => child.kill('SIGKILL'), limitMs)
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('close', (code, signal) => {
      clearTimeout(stopwatch)
      process.off('SIGINT', end).off('SIGTERM', end)
      if (signal !== null)
        resolve(`ended by ${signal}${signal === 'SIGKILL' ? ` (limit ${limitMs / 60_000} minutes)` : ''}`)
      else resolve(code === 0 ? undefined : `exit code ${code}`)
    })
  })
}

/**
 * @param {string} file
 * @returns {import('./count-reporter.mjs').Counts | undefined}
 */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
