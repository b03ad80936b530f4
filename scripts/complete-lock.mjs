/**
 * Completes package-lock.json: adds an entry for every platform package that a dependency names among its optional
 * dependencies and that the lockfile leaves out. npm drops such entries when the registry at hand does not carry them,
 * and `npm ci` then refuses the lockfile on every machine ("Missing: … from lock file"). test/unit/repo/packages.test.ts
 * says when this has to be run: `npm run lock:complete`, after an `npm install`.
 *
 * The entries added carry the exact version, os, cpu and libc, but no integrity hash: the package could not be had here.
 * It deliberately adds nothing but leaf packages whose name says their platform; anything else is an error.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { lockedEntryOf } from './lib/lockfile.mjs'
import { fromRoot } from './lib/paths.mjs'

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/
const OS = /(?:^|[-/])(android|darwin|freebsd|linux|openharmony|win32|netbsd|openbsd|sunos|aix)-/
const CPUS = ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'wasm32']

const file = fromRoot('package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))

let added = 0
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const found = lockedEntryOf(lock, from, name)
    if (found !== undefined && (found.version === version || !EXACT.test(version))) continue
    // Where npm would put it: beside the package that asks for it, or below it when that place holds another version.
    const beside = `${from.slice(0, from.lastIndexOf('node_modules/'))}node_modules/${name}`
    const place = lock.packages[beside] === undefined ? beside : `${from}/node_modules/${name}`
    lock.packages[place] = platformEntry(name, version, entry.dev === true)
    added += 1
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
if (added > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(added === 0 ? 'package-lock.json is complete.' : `package-lock.json: ${added} platform packages added.`)

/**
 * @param {string} name
 * @param {string} version
 * @param {boolean} dev
 */
function platformEntry(name, version, dev) {
  const os = OS.exec(name)?.[1]
  const words = name.slice(name.lastIndexOf('/') + 1).split('-')
  const cpu = CPUS.find((word) => words.includes(word))
  if (cpu === undefined || (os === undefined && cpu !== 'wasm32') || !EXACT.test(version)) {
    throw new Error(
      `${name}@${version} is no platform package of an exact version: npm install it from a registry that has it.`,
    )
  }
  const libc = os !== 'linux' ? undefined : /-musl/.test(name) ? 'musl' : /-gnu/.test(name) ? 'glibc' : undefined
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(libc === undefined ? {} : { libc: [libc] }),
    optional: true,
    ...(os === undefined ? {} : { os: [os] }),
  }
}
