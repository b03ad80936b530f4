/**
 * Installs what package-lock.json asks for, if it is not there yet: `npm ci`, so the versions are exactly those of the
 * lockfile, whatever Node runs npm. When everything is in place neither npm nor the network is touched.
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, sep } from 'node:path'
import { readLock, whyInstall } from './lockfile.mjs'
import { withWorkLock } from './mutex.mjs'
import { findNode24, NODE_MAJOR } from './node24.mjs'
import { fromRoot, ROOT } from './paths.mjs'

const MODULES = `${sep}node_modules${sep}`

/** @param {(line: string) => void} say */
export async function ensureInstalled(say) {
  if (reason() === undefined) return
  await withWorkLock(
    (pid) => say(`Process ${pid} is installing or building here; waiting for it.`),
    async () => {
      const why = reason()
      if (why === undefined) return
      const count = Object.keys(readLock('package-lock.json')?.packages ?? {}).length
      say(
        `Installing up to ${count} packages, Node ${NODE_MAJOR} among them, into node_modules (${why}). Once; about 300 MB to download.`,
      )
      const startedAt = Date.now()
      await npm(cleanInstallIsPossible() ? 'ci' : 'install')
      const still = whyInstall(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))
      if (still !== undefined)
        throw new Error(`npm says it has installed everything, yet ${still}. Delete node_modules and try again.`)
      say(`Installed in ${((Date.now() - startedAt) / 1000).toFixed(0)} s.`)
    },
  )
}

/** @returns {string | undefined} */
function reason() {
  const why = whyInstall(readLock('package-lock.json'), readLock('node_modules/.package-lock.json'))
  if (why !== undefined) return why
  // A copy of node_modules from another kind of machine has the right versions but not this machine's packages.
  return existsSync(fromRoot('node_modules')) && findNode24() === undefined && !triedAlready
    ? `Node ${NODE_MAJOR} is missing`
    : undefined
}
let triedAlready = false

/** `npm ci` deletes node_modules first; on Windows that fails for the node.exe that runs this very script. */
function cleanInstallIsPossible() {
  return process.platform !== 'win32' || !process.execPath.includes(MODULES)
}

/** @param {'ci' | 'install'} command */
async function npm(command) {
  triedAlready = true
  // Errors only: the engine warnings of an old Node are void, since nothing but npm itself runs on it.
  const args = [
    command,
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  if (command === 'install') args.push('--no-save')
  // npm must run on the Node it belongs to, not on the one inside the node_modules that it is about to replace.
  const { npm_execpath: npmScript, npm_node_execpath: npmNode } = process.env
  const node = [npmNode, process.execPath].find(
    (path) => path !== undefined && existsSync(path) && !path.includes(MODULES),
  )
  const path = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`${sep}node_modules`))
    .join(delimiter)
  const env = { ...process.env, PATH: path }
  const direct = node !== undefined && npmScript !== undefined && existsSync(npmScript)
  const child = direct
    ? spawn(node, [npmScript, ...args], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
    : spawn('npm', args, {
        cwd: ROOT,
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
        shell: process.platform === 'win32',
      })
  const code = await new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`npm could not be started: ${error.message}`)))
    child.once('close', resolve)
  })
  if (code !== 0)
    throw new Error(
      `npm ${command} failed (exit code ${code}); its message is above. Without a network the first installation cannot work.`,
    )
}
