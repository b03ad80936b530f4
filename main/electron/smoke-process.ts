/**
 * Entry of the smoke test's own process: the engine checks in a folder given as its one argument. As a utility process it
 * posts the result to its parent; under plain Node it prints it as JSON and exits with 0 or 1.
 * Rule [EL28].
 */
import process from 'node:process'
import type { ParentPort } from 'electron'
import { engineChecks } from './smoke/engine-checks.ts'

const folder = process.argv.at(-1)
// Electron types it as always there; under plain Node it is not.
const port = process.parentPort as ParentPort | undefined
if (folder === undefined || process.argv.length < 3) {
  process.stderr.write('Usage: smoke.js <empty folder>\n')
  process.exit(2)
}
const checks = await engineChecks(folder)
const code = checks.every(({ ok }) => ok) ? 0 : 1
if (port === undefined) {
  process.stdout.write(`${JSON.stringify({ ok: code === 0, checks }, null, 2)}\n`)
  process.exit(code)
} else {
  port.postMessage(checks)
}
