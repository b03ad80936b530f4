/**
 * For rolldown: packages that read their own package.json while they load (`createRequire(import.meta.url)('../../package.json')`)
 * would look for it beside the bundle, where there is another one or none. What they want of it, name and version, is put in
 * its place. A bundle in which such a reading is left is an error, not a surprise at somebody's start.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const READING = /\b\w+\((['"])((?:\.\.?\/)+package\.json)\1\)/g

/** @returns {import('rolldown').Plugin} */
export function inlinePackageJson() {
  return {
    name: 'inline-package-json',
    transform(code, id) {
      if (!code.includes('package.json') || !code.includes('createRequire')) return null
      const inlined = code.replace(READING, (_, _quote, path) => {
        const { name, version } = JSON.parse(readFileSync(join(dirname(id), path), 'utf8'))
        return JSON.stringify({ name, version })
      })
      return inlined === code ? null : { code: inlined, map: null }
    },
    renderChunk(code, chunk) {
      if (/createRequire\([^)]*\)\((['"])[./]+package\.json\1\)/.test(code))
        throw new Error(`${chunk.fileName} reads a package.json beside it: see scripts/lib/inline-package-json.mjs.`)
      return null
    },
  }
}
