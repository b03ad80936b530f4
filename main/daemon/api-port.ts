/**
 * The port of the TCP door, kept from one start to the next where that is possible: a window that stays open while the
 * daemon is restarted then finds it again, and can say that its session has ended. Rule [DA28].
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ShoalError } from '../../shared/contract/errors.ts'
import { systemCode } from '../../shared/system-code.ts'

const FILE = 'api-port'

/** Opens with the port asked for; with the one used last when none is, and with any when that one is taken. */
export async function openOnPort<T extends { readonly port: number | undefined }>(
  asked: number,
  profileDir: string,
  open: (port: number) => Promise<T>,
): Promise<T> {
  const file = join(profileDir, FILE)
  const last = asked === 0 ? portIn(await readFile(file, 'utf8').catch(() => '')) : undefined
  const opened = await open(last ?? asked).catch((error: unknown) => {
    if (!isTaken(error)) throw error
    if (last !== undefined) return open(0)
    const message = `Port ${asked} of this machine is taken, or only for administrators. Choose another with --api-port, or leave it out.`
    throw new ShoalError('NETWORK', message, { port: asked }, { cause: error })
  })
  // Not being remembered is no reason not to serve.
  if (opened.port !== last) await writeFile(file, `${opened.port}\n`, { mode: 0o600 }).catch(() => undefined)
  return opened
}

function isTaken(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'EADDRINUSE' || code === 'EACCES'
}

function portIn(text: string): number | undefined {
  const port = /^\d{1,5}\n?$/.test(text) ? Number(text) : 0
  return port > 0 && port <= 65_535 ? port : undefined
}
