/**
 * `npm start`: installs what is missing, builds if the sources changed, and runs the node in the foreground.
 * Arguments are the daemon's: `npm start -- --profile /tmp/a --network local`. Runs under Node 18 and later.
 */
import { fromRoot } from './lib/paths.mjs'
import { prepareBuild, prepareNode, runScript, sayOnStderr } from './lib/prepare.mjs'
import { becomeNode24, stayWhereThePersonIs } from './lib/run-node.mjs'

runScript(async () => {
  const node = await prepareNode(sayOnStderr)
  await prepareBuild(node, sayOnStderr)
  stayWhereThePersonIs()
  await becomeNode24(node, [fromRoot('dist/daemon.js'), '--foreground', ...process.argv.slice(2)])
})
