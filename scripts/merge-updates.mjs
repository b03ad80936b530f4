/**
 * `node scripts/merge-updates.mjs <packages> <release>`: gathers what the runners made into one folder. Two runners of one
 * system each write an update file of the same name (latest-mac.yml and latest.yml list x64 or arm64): their lists are
 * joined, since electron-updater picks by processor from one file. Any other name that occurs twice is an error.
 */
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The files of electron-builder are written by one program in one form: a `files:` list between the version and the rest.
 * @param {readonly string[]} texts of one name; the first one's `path` is what very old clients read
 */
export function mergeUpdateFiles(texts) {
  const parts = texts.map((text) => {
    const match = /^(version: .+\n)files:\n((?: .*\n)+)([\s\S]*)$/.exec(text)
    if (match === null) throw new Error('This is no update file of electron-builder.')
    const [, version = '', files = '', rest = ''] = match
    return { version, files, rest }
  })
  const [first] = parts
  if (first === undefined) throw new Error('There is nothing to join.')
  if (parts.some(({ version }) => version !== first.version)) throw new Error('The runners made different versions.')
  return `${first.version}files:\n${parts.map(({ files }) => files).join('')}${first.rest}`
}

function main() {
  const [from, to] = process.argv.slice(2)
  if (from === undefined || to === undefined) throw new Error('Usage: merge-updates.mjs <packages> <release>')
  mkdirSync(to, { recursive: true })
  /** @type {Map<string, string[]>} */
  const found = new Map()
  for (const path of globSync('**/*.*', { cwd: from })) {
    const name = basename(path)
    found.set(name, [...(found.get(name) ?? []), join(from, path)])
  }
  for (const [name, paths] of found) {
    if (/^latest.*\.yml$/.test(name)) {
      writeFileSync(join(to, name), mergeUpdateFiles(paths.map((path) => readFileSync(path, 'utf8'))))
    } else if (paths.length === 1) copyFileSync(paths[0] ?? '', join(to, name))
    else throw new Error(`${name} was made more than once: ${paths.join(', ')}`)
  }
  console.log(`${found.size} files in ${to}`)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main()
