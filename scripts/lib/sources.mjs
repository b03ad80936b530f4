/**
 * Says whether dist/ is what the sources would give: a hash over everything the bundle is made of, kept in
 * dist/.build.json by scripts/build.mjs. Contents are hashed, not times, since git sets times as it pleases; a thousand
 * files of this size take some 30 ms.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fromRoot } from './paths.mjs'

/** Everything that can change what the bundle holds. */
const INPUTS = [
  'main',
  'shared',
  'cli',
  'scripts/build.mjs',
  'scripts/launcher.mjs',
  'package.json',
  'package-lock.json',
]
const STAMP = 'dist/.build.json'

export function sourceHash() {
  const hash = createHash('sha256')
  for (const path of INPUTS.flatMap(filesBelow)) {
    const content = readFileSync(fromRoot(path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}

/**
 * What the last finished build left behind.
 * @returns {{ hash: string, files: string[] } | undefined}
 */
export function lastBuild() {
  try {
    return JSON.parse(readFileSync(fromRoot(STAMP), 'utf8'))
  } catch {
    return undefined
  }
}

export function isBuilt() {
  const build = lastBuild()
  return (
    build !== undefined &&
    build.hash === sourceHash() &&
    build.files.every((file) => existsSync(fromRoot(`dist/${file}`)))
  )
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesBelow(path) {
  if (statSync(fromRoot(path)).isFile()) return [path]
  return readdirSync(fromRoot(path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? filesBelow(`${path}/${entry.name}`) : entry.isFile() ? [`${path}/${entry.name}`] : [],
    )
}
