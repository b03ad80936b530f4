/**
 * Where the daemon's local socket goes. `<profile>/shoal.sock`, unless that is longer than a socket address can hold
 * (then a private folder under the system's temporary folder, named in daemon.json), or a named pipe on Windows.
 * The decision is pure; making and removing are beside it.
 * Rule [DA13].
 */
import { createHash } from 'node:crypto'
import { lstat, mkdtemp, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ShoalError } from '../../shared/contract/errors.ts'

/** sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero; what is longer is cut off silently. */
export const MAX_SOCKET_PATH_BYTES = 100
const SOCKET_NAME = 'shoal.sock'
const PRIVATE_DIR_PREFIX = 'shoal-'

export type SocketPlan =
  | { readonly kind: 'pipe'; readonly path: string }
  | { readonly kind: 'profile'; readonly path: string }
  | { readonly kind: 'private-dir'; readonly prefix: string }
  | { readonly kind: 'none' }

export function planSocket(facts: { platform: string; profileDir: string; tmpDir: string }): SocketPlan {
  if (facts.platform === 'win32') {
    const hash = createHash('sha256').update(facts.profileDir.toLowerCase()).digest('hex').slice(0, 32)
    return { kind: 'pipe', path: `\\\\.\\pipe\\shoal-${hash}` }
  }
  const path = join(facts.profileDir, SOCKET_NAME)
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return { kind: 'profile', path }
  const prefix = join(facts.tmpDir, PRIVATE_DIR_PREFIX)
  // mkdtemp adds six characters.
  const length = Buffer.byteLength(join(`${prefix}XXXXXX`, SOCKET_NAME))
  return length <= MAX_SOCKET_PATH_BYTES ? { kind: 'private-dir', prefix } : { kind: 'none' }
}

/** Makes room for the socket. Called only while the profile's lock is held: whatever socket is there is of the dead. */
export async function prepareSocket(plan: SocketPlan): Promise<string | undefined> {
  switch (plan.kind) {
    case 'none':
      return undefined
    case 'pipe':
      return plan.path
    case 'private-dir':
      // mkdtemp makes a new folder of mode 0700: nobody else can have prepared it.
      return join(await mkdtemp(plan.prefix), SOCKET_NAME)
    case 'profile':
      await removeSocket(plan.path)
      return plan.path
  }
}

/** Removes a socket, and its folder if that was made for it; refuses to remove anything that is not a socket. */
export async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found !== undefined) {
    if (!found.isSocket()) {
      throw new ShoalError('IO', `${path} is in the way of the daemon's socket and is not a socket: move it away.`, {
        path,
      })
    }
    await rm(path, { force: true })
  }
}

/** After a kill -9: the private folder that the last daemon.json names. */
export async function removeLeftSocket(path: string, tmpDir: string): Promise<void> {
  const folder = dirname(path)
  if (dirname(folder) !== tmpDir || !folder.startsWith(join(tmpDir, PRIVATE_DIR_PREFIX))) return
  const found = await lstat(folder).catch(() => undefined)
  if (found?.isDirectory() !== true || found.uid !== process.getuid?.()) return
  await rm(path, { force: true })
  // Only when empty: nothing of anybody else's is touched.
  await rmdir(folder).catch(() => undefined)
}
