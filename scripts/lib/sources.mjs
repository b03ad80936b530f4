/**
 * Says whether dist/ is what the sources would give. The bundle has parts (the node and the command line, the window, the
 * desktop app), each with a hash over everything it is made of, kept in dist/ by scripts/build.mjs: whoever edits the
 * window waits for the window only. Contents are hashed, not times, since git sets times as it pleases; a thousand files
 * of this size take some 30 ms.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fromRoot } from './paths.mjs'

/** @typedef {'engine' | 'ui' | 'electron'} Part */

const COMMON = ['shared', 'scripts/build.mjs', 'scripts/lib/bundle-files.mjs', 'package.json', 'package-lock.json']

/**
 * Everything that can change what a part holds.
 * @type {Readonly<Record<Part, readonly string[]>>}
 */
const INPUTS = {
  engine: [...COMMON, 'main/engine', 'main/daemon', 'cli', 'scripts/lib/bundle-engine.mjs', 'scripts/launcher.mjs'],
  ui: [...COMMON, 'renderer', 'vite.config.ts', 'scripts/lib/bundle-ui.mjs'],
  electron: [...COMMON, 'main', 'assets/images', 'scripts/lib/bundle-electron.mjs'],
}

/** @type {readonly Part[]} */
export const PARTS = ['engine', 'ui', 'electron']

/** @param {Part} part */
export function stampOf(part) {
  return `.build-${part}.json`
}

/** @param {Part} part */
export function sourceHash(part) {
  const hash = createHash('sha256')
  for (const path of INPUTS[part].flatMap(filesBelow)) {
    const content = readFileSync(fromRoot(path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * The parts that the last finished build of each does not match.
 * @param {readonly Part[]} parts
 */
export function staleParts(parts = PARTS) {
  return parts.filter((part) => !isBuilt(part))
}

/** @param {Part} part */
function isBuilt(part) {
  const build = lastBuild(part)
  return (
    build !== undefined &&
    build.hash === sourceHash(part) &&
    build.files.every((file) => existsSync(fromRoot(`dist/${file}`)))
  )
}

/**
 * What the last finished build of a part left behind.
 * @param {Part} part
 * @returns {{ hash: string, files: string[] } | undefined}
 */
export function lastBuild(part) {
  try {
    return JSON.parse(readFileSync(fromRoot(`dist/${stampOf(part)}`), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  const facts = statSync(fromRoot(path), { throwIfNoEntry: false })
  if (facts === undefined) return []
  if (facts.isFile()) return [path]
  return readdirSync(fromRoot(path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : entry.isFile() ? [`${path}/${entry.name}`] : [],
    )
}
