/**
 * Collects the licence texts of the packages whose code is in the bundle, which their licences ask to go along with it.
 * A package without a licence file is named with the licence of its package.json.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i

/** @param {readonly string[]} moduleIds absolute paths of bundled modules */
export function thirdPartyLicenses(moduleIds) {
  const folders = new Set(moduleIds.map(packageFolder).filter((folder) => folder !== undefined))
  const notices = new Map([...folders].map((folder) => notice(folder)))
  return [...notices]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, text]) => `${'='.repeat(80)}\n${title}\n\n${text}\n`)
    .join('\n')
}

/**
 * @param {string} id
 * @returns {string | undefined}
 */
function packageFolder(id) {
  const parts = id.split(`${sep}node_modules${sep}`)
  const last = parts.pop()
  if (last === undefined || parts.length === 0) return undefined
  const name = last.split(sep).slice(0, last.startsWith('@') ? 2 : 1)
  const folder = [...parts, name.join(sep)].join(`${sep}node_modules${sep}`)
  return existsSync(join(folder, 'package.json')) ? folder : undefined
}

/**
 * @param {string} folder
 * @returns {[title: string, text: string]}
 */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return [
    `${name} ${version} (${license ?? 'see below'})`,
    texts.length > 0 ? texts.join('\n\n') : `Licensed under ${license ?? 'unknown terms'}.`,
  ]
}
