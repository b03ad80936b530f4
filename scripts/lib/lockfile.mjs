/**
 * Compares what is installed with what package-lock.json asks for, without npm and without the network.
 *
 * npm leaves its own record of what it put into node_modules in node_modules/.package-lock.json, written last, so an
 * interrupted installation has none. An installation is right when that record has every package of the lockfile in
 * the same version and with the same hash; optional packages (mostly other platforms') may be absent.
 * It does not look into the packages themselves: who edits node_modules by hand is on their own.
 */
import { readFileSync } from 'node:fs'
import { fromRoot } from './paths.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, dev?: boolean, optionalDependencies?: Record<string, string> }} LockedPackage */
/** @typedef {{ packages: Record<string, LockedPackage> }} Lock */

/**
 * @param {string} path relative to the repository
 * @returns {Lock | undefined}
 */
export function readLock(path) {
  try {
    return JSON.parse(readFileSync(fromRoot(path), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Why the installation has to be made (again), as half a sentence; undefined when it is right.
 * @param {Lock | undefined} wanted package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json
 */
export function whyInstall(wanted, installed) {
  if (wanted === undefined) throw new Error('package-lock.json is missing or damaged: restore it with git.')
  if (installed === undefined) return 'the packages are not installed yet'
  for (const [path, want] of Object.entries(wanted.packages)) {
    if (path === '') continue
    const have = installed.packages[path]
    if (have === undefined && want.optional === true) continue
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    if (have === undefined) return `${name} is not installed`
    if (have.version !== want.version) return `${name} is installed as ${have.version} instead of ${want.version}`
    if (want.integrity !== undefined && have.integrity !== want.integrity)
      return `${name} was installed from another archive`
  }
  return undefined
}

/**
 * The entry that `name`, asked for by the package at `from`, resolves to: the nearest node_modules upwards.
 * @param {Lock} lock
 * @param {string} from key of a package in the lockfile; '' is the project itself
 * @param {string} name
 */
export function lockedEntryOf(lock, from, name) {
  const inside = from === '' ? [] : from.split(/\/?node_modules\//).slice(1)
  for (let depth = inside.length; depth >= 0; depth -= 1) {
    const folder = inside
      .slice(0, depth)
      .map((package_) => `node_modules/${package_}/`)
      .join('')
    const entry = lock.packages[`${folder}node_modules/${name}`]
    if (entry !== undefined) return entry
  }
  return undefined
}
