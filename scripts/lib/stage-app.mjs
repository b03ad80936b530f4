/**
 * Lays out what goes into the packaged app, in dist/app: the bundles of the desktop app and of the window, a package.json
 * of its own, and the native modules of this machine's kind with what they need at run time: no other package, and of
 * each no sources and no other machine's binary. They are dependencies of that package.json, so that electron-builder
 * finds these and does not go on looking for others in the repository.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { fromRoot } from './paths.mjs'

/** Where libsodium's prebuilt module lies in its package. */
const SODIUM = 'sodium-native'
const QUIC = '@chainsafe/libp2p-quic'
const MODULES = 'dist/app/node_modules'
/** What a package brings along for building it, or for other runtimes than Node. */
const NOT_LOADED = /\.(c|cc|cpp|h|md|map|bare|d\.ts)$|CMakeLists\.txt$|\/(prebuilds|extensions|node_modules)$/

/**
 * @param {{ platform: string, arch: string, repository?: string | undefined }} target `repository`: owner/name on GitHub
 * @returns {{ natives: string[] }} the native files, relative to dist/app
 */
export function stageApp({ platform, arch, repository }) {
  for (const needed of ['dist/electron/main.cjs', 'dist/ui/index.html']) {
    if (!existsSync(fromRoot(needed))) throw new Error(`${needed} is missing: build first (npm run build).`)
  }
  rmSync(fromRoot('dist/app'), { recursive: true, force: true })
  mkdirSync(fromRoot('dist/app'), { recursive: true })
  for (const file of builtFiles('electron')) copy(`dist/${file}`, `dist/app/${file}`)
  for (const file of builtFiles('ui')) copy(`dist/${file}`, `dist/app/${file}`)
  // One QUIC module per libc on Linux; where there is none for this kind, the app does without QUIC and says so.
  const quic = globSync(`node_modules/${QUIC}-${platform}-${arch}*`, { cwd: fromRoot('.') })
  const direct = [SODIUM, ...quic.map((folder) => `@chainsafe/${basename(folder)}`)]
  writeFileSync(fromRoot('dist/app/package.json'), `${JSON.stringify(manifest(repository, direct), null, 2)}\n`)

  for (const name of new Set(direct.flatMap((name) => [...closureOf(name)]))) copyPackage(name)
  copy(
    `node_modules/${SODIUM}/prebuilds/${platform}-${arch}/${SODIUM}.node`,
    `${MODULES}/${SODIUM}/prebuilds/${platform}-${arch}/${SODIUM}.node`,
  )
  const natives = globSync('**/*.node', { cwd: fromRoot('dist/app') }).map((path) => path.replaceAll('\\', '/'))
  return { natives: natives.sort() }
}

/**
 * @param {string | undefined} repository
 * @param {readonly string[]} direct packages that the bundles load
 */
function manifest(repository, direct) {
  const { version, description, license } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'))
  const known = repository !== undefined && /^[\w.-]+\/[\w.-]+$/.test(repository)
  const home = known ? `https://github.com/${repository}` : undefined
  return {
    name: 'shoal',
    productName: 'Shoal',
    version,
    description,
    license,
    author: 'The Shoal authors',
    type: 'module',
    main: 'electron/main.cjs',
    desktopName: 'shoal.desktop',
    dependencies: Object.fromEntries(direct.map((name) => [name, packageOf(name).version])),
    ...(home === undefined ? {} : { homepage: home, repository: { type: 'git', url: `${home}.git` } }),
  }
}

/**
 * What the last build wrote: older files may lie beside.
 * @param {'electron' | 'ui'} part
 * @returns {string[]}
 */
function builtFiles(part) {
  return JSON.parse(readFileSync(fromRoot(`dist/.build-${part}.json`), 'utf8')).files
}

/**
 * A package and everything it needs at run time, by name; all hoisted.
 * @param {string} name
 * @param {Set<string>} [found]
 */
function closureOf(name, found = new Set()) {
  if (found.has(name)) return found
  found.add(name)
  for (const next of Object.keys(packageOf(name).dependencies ?? {})) closureOf(next, found)
  return found
}

/** @param {string} name */
function copyPackage(name) {
  const from = fromRoot(`node_modules/${name}`)
  cpSync(from, fromRoot(`${MODULES}/${name}`), {
    recursive: true,
    dereference: true,
    filter: (source) => !NOT_LOADED.test(source.slice(from.length).replaceAll('\\', '/')),
  })
}

/**
 * @param {string} name
 * @returns {{ version: string, dependencies?: Record<string, string> }}
 */
function packageOf(name) {
  return JSON.parse(readFileSync(fromRoot(`node_modules/${name}/package.json`), 'utf8'))
}

/**
 * @param {string} from
 * @param {string} to
 */
function copy(from, to) {
  if (!existsSync(fromRoot(from))) throw new Error(`${from} is missing: it belongs into the app.`)
  mkdirSync(dirname(fromRoot(to)), { recursive: true })
  cpSync(fromRoot(from), fromRoot(to))
}
