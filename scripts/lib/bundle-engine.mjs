/**
 * Bundles the node and the command line with rolldown: daemon.js, shoal.js and one file per worker, all flat in dist/, so
 * that `new URL('./x-worker.js', import.meta.url)` finds a worker from any of them. Dynamic imports stay lazy, in files of
 * their own. Native modules stay outside, in node_modules.
 */
import { chmodSync, existsSync, globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { rolldown } from 'rolldown'
import { limitCompileCache, putFile, removeStale } from './bundle-files.mjs'
import { inlinePackageJson } from './inline-package-json.mjs'
import { thirdPartyLicenses } from './licenses.mjs'
import { fromRoot, ROOT } from './paths.mjs'

/** Loaded as `.node` files or absent on some platforms: resolved at run time. */
const EXTERNAL = [/^sodium-native$/, /^@chainsafe\/libp2p-quic/, /^electron$/, /^bufferutil$/, /^utf-8-validate$/]
const PROGRAMS = { daemon: 'main/daemon/main.ts', shoal: 'cli/main.ts' }

/** @returns {Promise<string[]>} the files written, relative to dist/ */
export async function bundleEngine() {
  /** @type {Record<string, string>} */
  const input = { 'v8-setup': 'main/daemon/v8-setup.ts' }
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
    plugins: [inlinePackageJson()],
    resolve: { conditionNames: ['node', 'import', 'default'] },
  })
  const { output } = await bundle.generate({
    format: 'esm',
    // The licenses' own file has their texts; nobody reads the rest in a bundle, and V8 keeps a program's source in memory.
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()

  /** @type {string[]} */
  const files = []
  const put = (/** @type {string} */ name, /** @type {string | Uint8Array} */ content) => {
    putFile(name, content)
    files.push(name)
  }
  for (const file of output) put(file.fileName, file.type === 'chunk' ? ascii(file.code) : file.source)
  const launcher = readFileSync(fromRoot('scripts/launcher.mjs'), 'utf8')
  for (const name of Object.keys(PROGRAMS)) {
    put(`${name}.js`, launcher.replace('./PROGRAM.js', `./${name}-program.js`))
    chmodSync(fromRoot(`dist/${name}.js`), 0o755)
  }
  put(
    'THIRD-PARTY-LICENSES',
    thirdPartyLicenses(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))),
  )
  removeStale('', files, /\.js$/)
  limitCompileCache()
  return files
}

/**
 * One character beyond Latin-1 makes V8 keep the whole file with two bytes a character (4 MB instead of 2 for the engine), and
 * one beyond ASCII makes reading it slower. An escape means the same in strings, templates and regular expressions; elsewhere
 * the code has none.
 * @param {string} code
 */
function ascii(code) {
  return code.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
