/**
 * Writing into dist/ while programs run from it: a file is replaced whole, and files of earlier builds are left for a day
 * after they were replaced, because a daemon that is running may still import them and a window that is open may still ask
 * for them. What is left has a limit all the same: builds name files by their content, so each leaves some behind.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fromRoot } from './paths.mjs'

export const STALE_MS = 24 * 60 * 60_000

/**
 * Files of earlier builds in one folder. An edit renames 1 to 11 of them, with a big one of up to 2 MB among them: this is
 * 27 builds and more, and some 300 MB at most; of builds that rename everything, the last four. A daemon serves at most
 * 2,000 files of the window (MAX_ASSETS), those left behind included.
 */
export const MAX_STALE = 300

/** Entries of the compile cache: a program that has run has some 50 of 3.5 MB together, and an edit adds its renamed files. */
const MAX_COMPILED = 500
/** scripts/launcher.mjs switches it on. */
const COMPILE_CACHE = 'dist/.compile-cache'

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
 * Before a build replaces them: their day begins now, however long ago they were written.
 * @param {readonly string[]} files of the build before, relative to dist/
 */
export function usedUntilNow(files) {
  const now = new Date()
  for (const file of files) {
    try {
      utimesSync(fromRoot(`dist/${file}`), now, now)
    } catch {
      // Somebody has removed it: the build writes it anew or does not need it.
    }
  }
}

/**
 * Removes old files of one folder of dist/ that this build did not write.
 * @param {string} folder relative to dist/, '' or with a '/' at its end
 * @param {readonly string[]} files written by this build, relative to dist/
 * @param {RegExp} ours names that a build may have written
 */
export function removeStale(folder, files, ours) {
  const left = readdirSync(fromRoot(`dist/${folder}`))
    .filter((name) => !files.includes(`${folder}${name}`) && ours.test(name))
    .map((name) => fromRoot(`dist/${folder}${name}`))
    .map((path) => ({ path, usedAt: statSync(path).mtimeMs }))
  for (const path of tooOld(left, Date.now())) rmSync(path)
}

/**
 * Of files that earlier builds left, those to remove: what was replaced more than a day ago, and the oldest of too many.
 * @param {readonly { path: string, usedAt: number }[]} left
 * @param {number} now
 */
export function tooOld(left, now) {
  return [...left]
    .sort((a, b) => b.usedAt - a.usedAt)
    .filter(({ usedAt }, at) => at >= MAX_STALE || now - usedAt > STALE_MS)
    .map(({ path }) => path)
}

/**
 * Node adds an entry for every file that ever ran and removes none; which are of files that are gone, only Node knows. So a
 * cache of too many goes as a whole: running programs have read theirs, and the next start compiles once more.
 */
export function limitCompileCache() {
  try {
    if (readdirSync(fromRoot(COMPILE_CACHE), { recursive: true }).length <= MAX_COMPILED) return
    rmSync(fromRoot(COMPILE_CACHE), { recursive: true, force: true, maxRetries: 3 })
  } catch {
    // Nothing has run yet, or a program that ends writes into it right now: the next build looks again.
  }
}
