/**
 * Bundles the product into dist/ with rolldown: daemon.js, shoal.js and one file per worker, all flat in one folder, so
 * that `new URL('./x-worker.js', import.meta.url)` finds a worker from any of them. Dynamic imports stay lazy, in files of
 * their own. Native modules stay outside, in node_modules.
 *
 * Files of the build before are left for a day: a daemon that is running may still import them. Run by Node 24.
 */
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import { rolldown } from 'rolldown'
import { thirdPartyLicenses } from './lib/licenses.mjs'
import { fromRoot, ROOT } from './lib/paths.mjs'
import { sourceHash } from './lib/sources.mjs'

/** Loaded as `.node` files or absent on some platforms: resolved at run time. */
const EXTERNAL = [/^sodium-native$/, /^@chainsafe\/libp2p-quic/, /^electron$/, /^bufferutil$/, /^utf-8-validate$/]
const PROGRAMS = { daemon: 'main/daemon/main.ts', shoal: 'cli/main.ts' }
const STALE_MS = 24 * 60 * 60_000

const startedAt = performance.now()
const hash = sourceHash()
/** @type {Record<string, string>} */
const input = {}
for (const [name, source] of Object.entries(PROGRAMS)) input[`${name}-program`] = source
for (const worker of globSync('main/engine/**/*-worker.ts', { cwd: ROOT })) input[basename(worker, '.ts')] = worker
for (const source of Object.values(input)) {
  if (!existsSync(fromRoot(source))) throw new Error(`${source} is missing: it is an entry of the bundle.`)
}

const bundle = await rolldown({
  cwd: ROOT,
  input,
  platform: 'node',
  external: EXTERNAL,
  resolve: { conditionNames: ['node', 'import', 'default'] },
})
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
})
await bundle.close()

mkdirSync(fromRoot('dist'), { recursive: true })
/** @type {string[]} */
const files = []
for (const file of output) put(file.fileName, file.type === 'chunk' ? file.code : file.source)
const launcher = readFileSync(fromRoot('scripts/launcher.mjs'), 'utf8')
for (const name of Object.keys(PROGRAMS)) {
  put(`${name}.js`, launcher.replace('./PROGRAM.js', `./${name}-program.js`))
  chmodSync(fromRoot(`dist/${name}.js`), 0o755)
}
put('THIRD-PARTY-LICENSES', thirdPartyLicenses(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))))
removeStale()
// Last: a build that was cut short is no build.
put('.build.json', JSON.stringify({ hash, files }))

const bytes = output.reduce((sum, file) => sum + (file.type === 'chunk' ? file.code.length : file.source.length), 0)
console.log(
  `dist/: ${files.length} files, ${(bytes / 1e6).toFixed(1)} MB of code, in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
)

/**
 * Writes and renames, so that a process starting meanwhile reads the old file or the new one.
 * @param {string} name
 * @param {string | Uint8Array} content
 */
function put(name, content) {
  const path = fromRoot(`dist/${name}`)
  writeFileSync(`${path}.tmp`, content)
  renameSync(`${path}.tmp`, path)
  if (name !== '.build.json') files.push(name)
}

function removeStale() {
  for (const name of readdirSync(fromRoot('dist'))) {
    if (files.includes(name) || !name.endsWith('.js')) continue
    const path = fromRoot(`dist/${name}`)
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path)
  }
}
