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

const GIVE_BACK_AFTER_MS = 5_000

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Shoal needs Node 24 or newer; this is Node ${process.versions.node}. In a clone, npm brings the right one along: \`npm start\`, \`npm run shoal -- --help\`.\n`,
  )
  process.exitCode = 1
} else {
  // Before the heap has grown. Why: docs/decisions, "A small young generation".
  v8.setFlagsFromString('--semi-space-growth-factor=1')
  v8.setFlagsFromString('--external-memory-accounted-in-global-limit')
  // Beside the program, not in the machine-wide temporary folder where others may write. Where that is read-only, Node goes without.
  module.enableCompileCache(fileURLToPath(new URL('.compile-cache', import.meta.url)))
  stopWithParent()
  setTimeout(giveBackWhatStartLeft, GIVE_BACK_AFTER_MS).unref()
  await import(new URL('./PROGRAM.js', import.meta.url).href)
}

/** One full collection (20 ms): an idle program allocates nothing, so V8 would keep what starting left behind, 3 MB, for ever. */
function giveBackWhatStartLeft() {
  v8.setFlagsFromString('--expose-gc')
  /** @type {(options: object) => void} */
  const collect = vm.runInNewContext('gc')
  v8.setFlagsFromString('--no-expose-gc')
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
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
