#!/usr/bin/env node
/**
 * What dist/daemon.js and dist/shoal.js consist of: a look at Node's version, V8 set up for a program that moves buffers,
 * its compile cache switched on, and only then the program itself. scripts/build.mjs copies this file and puts the program's name in the place of PROGRAM.js.
 * Under npm it also ends with its parent. Runs under any Node, or an old one could not be told what is wrong.
 */
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import vm from 'node:vm'

const LOOK_EVERY_MS = 3_000
/** A program that used less than this part of one core since the last look is quiet. */
const QUIET_CPU = 0.05
const WORTH_COLLECTING_BYTES = 8 * 1024 * 1024

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Shoal needs Node 24 or newer; this is Node ${process.versions.node}. In a clone, npm brings the right one along: \`npm start\`, \`npm run shoal -- --help\`.\n`,
  )
  process.exitCode = 1
} else {
  // Before the heap has grown. Why: docs/decisions 0014, "A small young generation", and 0032, "Garbage waits for a quiet moment".
  v8.setFlagsFromString('--semi-space-growth-factor=1')
  v8.setFlagsFromString('--external-memory-accounted-in-global-limit')
  v8.setFlagsFromString('--heap-growing-percent=200')
  // Beside the program, not in the machine-wide temporary folder where others may write. Where that is read-only, Node goes without.
  module.enableCompileCache(fileURLToPath(new URL('.compile-cache', import.meta.url)))
  stopWithParent()
  giveBackWhenQuiet()
  await import(new URL('./PROGRAM.js', import.meta.url).href)
}

/**
 * Full collections (20 to 70 ms) where nobody waits for them: once the program is quiet and there is something to give
 * back. V8 alone would collect in the middle of a transfer, and keep what starting left behind for as long as an idle
 * program allocates nothing.
 */
function giveBackWhenQuiet() {
  let kept = 0
  let used = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(used)
    used = process.cpuUsage()
    if ((user + system) / 1_000 > QUIET_CPU * LOOK_EVERY_MS || heldBytes() < kept + WORTH_COLLECTING_BYTES) return
    collect()
    kept = heldBytes()
  }, LOOK_EVERY_MS).unref()
}

function collect() {
  v8.setFlagsFromString('--expose-gc')
  // A context of its own, gone with the collection: kept, it would cost an idle program 4 MB.
  /** @type {(options: object) => void} */
  const gc = vm.runInNewContext('gc')
  v8.setFlagsFromString('--no-expose-gc')
  gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}

function heldBytes() {
  const { used_heap_size, external_memory } = v8.getHeapStatistics()
  return used_heap_size + external_memory
}

/**
 * npm passes SIGTERM to the shell it runs scripts in and to nobody below, so a killed `npm start` would leave the daemon
 * behind. scripts/lib/run-node.mjs asks for this by the variable; whoever starts the program otherwise is not affected.
 */
function stopWithParent() {
  if (process.env.SHOAL_STOP_WITH_PARENT !== '1') return
  delete process.env.SHOAL_STOP_WITH_PARENT
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  watch.unref()
}
