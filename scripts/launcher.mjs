#!/usr/bin/env node
/**
 * What dist/daemon.js and dist/shoal.js consist of: a look at Node's version, V8 set up for a program that moves buffers,
 * its compile cache switched on, and only then the program itself. scripts/build.mjs copies this file and puts the program's name in the place of PROGRAM.js.
 * Under npm it also ends with its parent. Runs under any Node, or an old one could not be told what is wrong.
 */
import module from 'node:module'
import { fileURLToPath } from 'node:url'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `Shoal needs Node 24 or newer; this is Node ${process.versions.node}. In a clone, npm brings the right one along: \`npm start\`, \`npm run shoal -- --help\`.\n`,
  )
  process.exitCode = 1
} else {
  // Beside the program, not in the machine-wide temporary folder where others may write. Where that is read-only, Node goes without.
  module.enableCompileCache(fileURLToPath(new URL('.compile-cache', import.meta.url)))
  stopWithParent()
  // Before the heap has grown.
  const { setUpV8 } = await import(new URL('./v8-setup.js', import.meta.url).href)
  setUpV8()
  await import(new URL('./PROGRAM.js', import.meta.url).href)
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
