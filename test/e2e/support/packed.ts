/** The packed app, taken apart: staged, packed by electron-builder against a folder that stands in for Electron, extracted. */
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { staleParts } from '../../../scripts/lib/sources.mjs'
import { stageApp } from '../../../scripts/lib/stage-app.mjs'
import { makeStandIn } from '../../../scripts/lib/stand-in-electron.mjs'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** A net for what hangs. */
const PACK_LIMIT_MS = 180_000

export interface Packed {
  /** What a person would have installed. */
  readonly app: string
  /** The archive's content, away from the repository: nothing of it can be found by accident. */
  readonly extracted: string
  /** Paths in the archive, '/'-separated, without the first '/'. */
  readonly files: readonly string[]
}

export async function pack(folder: string): Promise<Packed> {
  const stale = staleParts(['ui', 'electron'])
  const node = (args: readonly string[]) =>
    execFileSync(process.execPath, [...args], {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: PACK_LIMIT_MS,
    })
  if (stale.length > 0) node([join(ROOT, 'scripts/build.mjs'), ...stale])
  stageApp({ platform: process.platform, arch: process.arch })
  const standIn = join(folder, 'electron')
  makeStandIn(standIn, '45.3.0')
  const output = join(folder, 'packages')
  node([
    join(ROOT, 'node_modules/electron-builder/cli.js'),
    ...['--config', 'electron-builder.yml', '--linux', `--${process.arch}`, '--dir', '--publish', 'never'],
    `-c.electronDist=${standIn}`,
    `-c.directories.output=${output}`,
  ])
  const app = join(output, process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`)
  const archive = join(app, 'resources', 'app.asar')
  const { extractAll, listPackage } = await import('@electron/asar')
  const extracted = join(folder, 'extracted')
  extractAll(archive, extracted)
  const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').slice(1))
  return { app, extracted, files }
}

/** The fuse wire of a program: one character per fuse ('0' off, '1' on, 'r' removed). */
export function fusesOf(program: Buffer): string {
  const { SENTINEL } = createRequire(createRequire(import.meta.url).resolve('electron-builder'))(
    '@electron/fuses/dist/constants.js',
  )
  const at = program.indexOf(SENTINEL) + SENTINEL.length
  return program.toString('latin1', at + 2, at + 2 + (program[at + 1] ?? 0))
}
