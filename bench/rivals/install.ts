/** Installs the rivals into a folder of their own, from the exact lockfile beside this file, when they are not there yet. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const STAMP = join(HERE, 'node_modules', '.installed-from')

export async function installRivals(say: (line: string) => void): Promise<void> {
  const wanted = createHash('sha256')
    .update(readFileSync(join(HERE, 'package-lock.json')))
    .digest('hex')
  if (readStamp() === wanted) return
  say('Installing webtorrent and Helia into bench/rivals/node_modules (about 160 MB, once) ...')
  const npm = process.env.npm_execpath
  const [command, args] = npm === undefined ? ['npm', ['ci']] : [process.execPath, [npm, 'ci']]
  const child = spawn(command, args, { cwd: HERE, stdio: ['ignore', 'ignore', 'inherit'] })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error('the rivals could not be installed; npm says why above')
  writeFileSync(STAMP, wanted)
}

function readStamp(): string | undefined {
  try {
    return readFileSync(STAMP, 'utf8')
  } catch {
    return undefined
  }
}
