/**
 * `npm start`: installs what is missing, builds what has changed, and opens Shoal: the desktop app where it can run, else
 * a window in a browser on a node in this terminal, else that node with the window's address. `--electron`, `--web` and
 * `--headless` choose; everything else is the node's: `npm start -- --profile /tmp/a --network local`.
 * Runs under Node 18 and later.
 */
import { spawnSync } from 'node:child_process'
import { electronPackage, electronProgram, fetchElectron, fetchFailedLately, runElectron } from './lib/electron.mjs'
import { fromRoot } from './lib/paths.mjs'
import { nodeArguments, planStart, readStartArguments } from './lib/plan-start.mjs'
import { prepareBuild, prepareNode, runScript, sayOnStderr } from './lib/prepare.mjs'
import { becomeNode24, stayWhereThePersonIs } from './lib/run-node.mjs'

runScript(async () => {
  const { wanted, rest } = readStartArguments(process.argv.slice(2))
  const node = await prepareNode(sayOnStderr)
  const plan = planStart({
    wanted,
    platform: process.platform,
    hasDisplay: hasDisplay(),
    isRoot: process.getuid?.() === 0,
    electronPackage: electronPackage(),
    electronProgram: electronProgram() !== undefined,
    fetchFailedLately: fetchFailedLately(),
  })
  if (plan.kind === 'refuse') throw new Error(plan.because)
  if (plan.kind === 'web' && plan.because !== undefined) sayOnStderr(plan.because)
  if ((plan.kind === 'electron' || plan.kind === 'fetch-electron') && (await startElectron(node, rest))) return
  await prepareBuild(node, sayOnStderr, ['engine', 'ui'])
  stayWhereThePersonIs()
  await becomeNode24(node, [
    fromRoot('dist/daemon.js'),
    '--foreground',
    ...(plan.kind === 'headless' ? [] : ['--open']),
    ...rest,
  ])
})

/**
 * @param {string} node
 * @param {readonly string[]} rest
 * @returns {Promise<boolean>} false: it cannot be, and the reason has been said
 */
async function startElectron(node, rest) {
  const why = electronProgram() === undefined ? await fetchElectron(node, sayOnStderr) : undefined
  const program = electronProgram()
  if (program === undefined) {
    sayOnStderr(
      `The desktop app is not possible here (Electron: ${why ?? 'not there'}); a browser shows the same window.`,
    )
    return false
  }
  await prepareBuild(node, sayOnStderr)
  stayWhereThePersonIs()
  // A node of this profile that runs in a terminal keeps the profile: it gets a window.
  const mine = nodeArguments(rest)
  const opened = spawnSync(node, [fromRoot('dist/shoal.js'), ...mine, 'open'], {
    stdio: ['ignore', 'inherit', 'ignore'],
  })
  if (opened.status === 0) return true
  const { code, broken } = await runElectron(program, [fromRoot('dist/electron/main.cjs'), ...rest])
  if (broken) {
    sayOnStderr(`The desktop app ended at once (exit code ${code}); a browser shows the same window.`)
    return false
  }
  process.exitCode = code
  return true
}

function hasDisplay() {
  const { DISPLAY = '', WAYLAND_DISPLAY = '', SSH_CONNECTION = '' } = process.env
  if (process.platform === 'win32' || process.platform === 'darwin') return SSH_CONNECTION === ''
  return DISPLAY !== '' || WAYLAND_DISPLAY !== ''
}
