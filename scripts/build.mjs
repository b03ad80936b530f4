/**
 * Bundles the product into dist/, part by part: the node and the command line, the window, the desktop app. Parts whose
 * sources have not changed are left as they are; `--all` builds all of them, and naming parts builds those. Run by Node 24.
 */
import { mkdirSync } from 'node:fs'
import { putFile, usedUntilNow } from './lib/bundle-files.mjs'
import { fromRoot } from './lib/paths.mjs'
import { lastBuild, PARTS, sourceHash, staleParts, stampOf } from './lib/sources.mjs'

/** Loaded when they are needed: each brings a bundler along. */
const BUNDLERS = {
  engine: async () => (await import('./lib/bundle-engine.mjs')).bundleEngine(),
  ui: async () => (await import('./lib/bundle-ui.mjs')).bundleUi(),
  electron: async () => (await import('./lib/bundle-electron.mjs')).bundleElectron(),
}

const words = process.argv.slice(2)
const named = PARTS.filter((part) => words.includes(part))
const wrong = words.filter((word) => word !== '--all' && !named.some((part) => part === word))
if (wrong.length > 0) throw new Error(`${wrong.join(' ')}? The parts are ${PARTS.join(', ')}; --all is all of them.`)

mkdirSync(fromRoot('dist'), { recursive: true })
const parts = words.includes('--all') ? PARTS : named.length > 0 ? named : staleParts()
for (const part of parts) {
  const startedAt = performance.now()
  const hash = sourceHash(part)
  usedUntilNow(lastBuild(part)?.files ?? [])
  const files = await BUNDLERS[part]()
  // Last: a build that was cut short is no build.
  putFile(stampOf(part), JSON.stringify({ hash, files }))
  console.log(`${part}: ${files.length} files in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}
if (parts.length === 0) console.log('dist/ is what the sources give.')
