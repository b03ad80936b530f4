/**
 * `npm run pack`: the desktop app as packages for this machine's system and processor, in dist/packages. Builds what is
 * stale, stages dist/app and runs electron-builder. Arguments are electron-builder's: `npm run pack -- --dir` for a folder
 * instead of packages, `-- --publish always` in the release workflow.
 *
 * Without a certificate a macOS app is signed for this machine only (ad hoc), and then not with the hardened runtime, which
 * would refuse its own unsigned libraries. Runs under Node 24.
 */
import { spawnSync } from 'node:child_process'
import { fromRoot, ROOT } from './lib/paths.mjs'
import { stageApp } from './lib/stage-app.mjs'

const args = process.argv.slice(2)
run('scripts/build.mjs', [])
const { natives } = stageApp({
  platform: process.platform,
  arch: process.arch,
  repository: process.env['GITHUB_REPOSITORY'],
})
console.log(`Native modules: ${natives.join(', ')}`)
const unsigned = process.platform === 'darwin' && (process.env['CSC_LINK'] ?? '') === ''
run('node_modules/electron-builder/cli.js', [
  '--config',
  'electron-builder.yml',
  `--${process.arch}`,
  ...(args.includes('--publish') ? [] : ['--publish', 'never']),
  ...(unsigned ? ['-c.mac.identity=-', '-c.mac.hardenedRuntime=false'] : []),
  ...args,
])

/**
 * @param {string} script
 * @param {readonly string[]} scriptArgs
 */
function run(script, scriptArgs) {
  const { status, error } = spawnSync(process.execPath, [fromRoot(script), ...scriptArgs], {
    cwd: ROOT,
    stdio: 'inherit',
  })
  if (error !== undefined) throw error
  if (status !== 0) process.exit(status ?? 1)
}
