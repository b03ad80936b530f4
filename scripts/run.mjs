/**
 * `node scripts/run.mjs <script> [arguments]`: installs and builds like `npm start`, then runs the script with Node 24.
 * `npm run shoal` and `npm run bench` go through here. Runs under Node 18 and later.
 */
import { fromRoot } from './lib/paths.mjs'
import { prepareBuild, prepareNode, runScript, sayOnStderr } from './lib/prepare.mjs'
import { becomeNode24, stayWhereThePersonIs } from './lib/run-node.mjs'

runScript(async () => {
  const [script, ...args] = process.argv.slice(2)
  if (script === undefined) throw new Error('Usage: node scripts/run.mjs <script> [arguments]')
  const node = await prepareNode(sayOnStderr)
  await prepareBuild(node, sayOnStderr, ['engine', 'ui'])
  stayWhereThePersonIs()
  await becomeNode24(node, [fromRoot(script), ...args])
})
