/**
 * Bundles the desktop app into dist/electron with rolldown: the main process as one CommonJS file (it must be loaded before
 * the app is ready), the preload script as another (a sandboxed one can load nothing), and the engine's process with its
 * workers as modules, flat in one folder like the daemon's. Electron and native modules stay outside.
 */
import { copyFileSync, globSync, mkdirSync, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { rolldown } from 'rolldown'
import { putFile, removeStale } from './bundle-files.mjs'
import { inlinePackageJson } from './inline-package-json.mjs'
import { thirdPartyLicenses } from './licenses.mjs'
import { fromRoot, ROOT } from './paths.mjs'

const ELECTRON = /^electron$/
/** Loaded as `.node` files or absent on some platforms: resolved at run time. */
const NATIVE = [/^sodium-native$/, /^@chainsafe\/libp2p-quic-/, /^bufferutil$/, /^utf-8-validate$/]
const FOLDER = 'electron/'

/** @returns {Promise<string[]>} the files written, relative to dist/ */
export async function bundleElectron() {
  /** @type {Record<string, string>} */
  const engine = { engine: 'main/electron/engine-process.ts', smoke: 'main/electron/smoke-process.ts' }
  for (const worker of globSync('main/engine/**/*-worker.ts', { cwd: ROOT })) engine[basename(worker, '.ts')] = worker

  const outputs = [
    ...(await bundle({ preload: 'main/electron/preload.ts' }, 'cjs', [ELECTRON])),
    ...(await bundle({ main: 'main/electron/main.ts' }, 'cjs', [ELECTRON, ...NATIVE])),
    ...(await bundle(engine, 'esm', [ELECTRON, ...NATIVE])),
  ]
  /** @type {string[]} */
  const files = []
  const put = (/** @type {string} */ name, /** @type {string | Uint8Array} */ content) => {
    putFile(`${FOLDER}${name}`, content)
    files.push(`${FOLDER}${name}`)
  }
  for (const file of outputs) put(file.fileName, file.type === 'chunk' ? file.code : file.source)
  put(
    'THIRD-PARTY-LICENSES',
    thirdPartyLicenses(outputs.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))),
  )
  files.push(...copyImages())
  removeStale(FOLDER, files, /\.c?js$/)
  return files
}

/**
 * @param {Record<string, string>} input
 * @param {'cjs' | 'esm'} format
 * @param {RegExp[]} external
 */
async function bundle(input, format, external) {
  const extension = format === 'cjs' ? 'cjs' : 'js'
  const built = await rolldown({
    cwd: ROOT,
    input,
    platform: 'node',
    external,
    plugins: [inlinePackageJson()],
    resolve: { conditionNames: ['node', 'import', 'default'] },
  })
  const { output } = await built.generate({
    format,
    // One CommonJS file each: a part in another file would load the first one again for its helpers.
    codeSplitting: format === 'esm',
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name]-[hash].${extension}`,
  })
  await built.close()
  return output
}

/** Pictures that the app itself shows: tray and window icon. */
function copyImages() {
  const from = fromRoot('assets/images')
  mkdirSync(fromRoot(`dist/${FOLDER}images`), { recursive: true })
  return readdirSync(from).map((name) => {
    copyFileSync(`${from}/${name}`, fromRoot(`dist/${FOLDER}images/${name}`))
    return `${FOLDER}images/${name}`
  })
}
