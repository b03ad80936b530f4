/**
 * Writing into dist/ while programs run from it: a file is replaced whole, and files of the build before are left for a
 * day, because a daemon that is running may still import them and a window that is open may still ask for them.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromRoot } from './paths.mjs'

const STALE_MS = 24 * 60 * 60_000

/**
 * Writes and renames, so that a process starting meanwhile reads the old file or the new one.
 * @param {string} name relative to dist/
 * @param {string | Uint8Array} content
 */
export function putFile(name, content) {
  const path = fromRoot(`dist/${name}`)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.tmp`, content)
  renameSync(`${path}.tmp`, path)
}

/**
 * Removes old files of one folder of dist/ that this build did not write.
 * @param {string} folder relative to dist/, '' or with a '/' at its end
 * @param {readonly string[]} files written by this build, relative to dist/
 * @param {RegExp} ours names that a build may have written
 */
export function removeStale(folder, files, ours) {
  for (const name of readdirSync(fromRoot(`dist/${folder}`))) {
    if (files.includes(`${folder}${name}`) || !ours.test(name)) continue
    const path = fromRoot(`dist/${folder}${name}`)
    if (Date.now() - statSync(path).mtimeMs > STALE_MS) rmSync(path)
  }
}
