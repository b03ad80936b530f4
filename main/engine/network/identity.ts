/**
 * Who this node is: an Ed25519 key in `<profile>/identity.key`, readable by its owner only, the same for ever
 * (SPEC [NE1], [NE2]). Created atomically: either no file or a whole one, whatever crashes in between; if two processes
 * race, both end with the key of the one that came first. A damaged file is an error that says what to do; it is never
 * overwritten, because a new key would make this node a stranger to everyone who knows it. Taking a key along to another
 * machine is identity-transfer.ts.
 */
import { randomUUID } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { systemCode, systemCodeOrUnknown } from '../../../shared/system-code.ts'

/** A protobuf-encoded Ed25519 key is 68 bytes; anything beyond this is not one, and is not read into memory. */
export const MAX_KEY_FILE_BYTES = 1024

/** What the desktop app leaves in the place of `identity.key` when the system's key store keeps the key. */
const SEALED_FILE = 'identity.sealed'

/** `given`: the key itself, from a shell that keeps it elsewhere; then no file is read or made. */
export async function loadIdentity(profileDir: string, given?: Uint8Array): Promise<Ed25519PrivateKey> {
  const file = identityFile(profileDir)
  if (given !== undefined) {
    const key = parseIdentity(given)
    if (key === undefined) throw damaged(path.join(profileDir, SEALED_FILE), 'it does not hold an Ed25519 key')
    return key
  }
  const existing = await readIdentity(file)
  if (existing !== undefined) return existing
  const sealed = path.join(profileDir, SEALED_FILE)
  if ((await stat(sealed).catch(() => undefined)) !== undefined) throw locked(sealed, file)

  await mkdir(profileDir, { recursive: true, mode: 0o700 })
  const created = await generateKeyPair('Ed25519')
  const wasFirst = await createExclusively(file, privateKeyToProtobuf(created))
  if (wasFirst) return created

  const winner = await readIdentity(file)
  if (winner === undefined) throw damaged(file, 'it vanished while it was being read')
  return winner
}

export function identityFile(profileDir: string): string {
  return path.join(profileDir, 'identity.key')
}

async function readIdentity(file: string): Promise<Ed25519PrivateKey | undefined> {
  let bytes: Buffer
  try {
    const facts = await stat(file)
    if (!facts.isFile()) throw damaged(file, 'it is not a regular file')
    if (facts.size > MAX_KEY_FILE_BYTES) throw damaged(file, `it has ${facts.size} bytes`)
    // A key that others may read is a mistake of a copy or a backup: mend it, it harms nobody. (Windows has no such bits.)
    if (process.platform !== 'win32' && (facts.mode & 0o077) !== 0) await chmod(file, 0o600)
    bytes = await readFile(file)
  } catch (error) {
    if (error instanceof ShoalError) throw error
    if (systemCode(error) === 'ENOENT') return undefined
    throw new ShoalError(
      'PATH_UNREADABLE',
      `The identity key ${file} cannot be read (${systemCodeOrUnknown(error)}). Make it readable for this user and start again.`,
      { path: file },
      { cause: error },
    )
  }
  const key = parseIdentity(bytes)
  if (key === undefined) throw damaged(file, 'it does not hold an Ed25519 key')
  return key
}

/** Undefined for what is no Ed25519 key. No error tells the bytes: they may be most of a private key. */
export function parseIdentity(bytes: Uint8Array): Ed25519PrivateKey | undefined {
  try {
    const key = privateKeyFromProtobuf(bytes)
    return key.type === 'Ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/** False when somebody else's file was there first. */
async function createExclusively(file: string, bytes: Uint8Array): Promise<boolean> {
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await writeNewFile(temporary, bytes)
    // link() refuses an existing name, which rename() would not.
    await link(temporary, file)
    await syncFolder(path.dirname(file))
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw new ShoalError(
      'IO',
      `The identity key ${file} could not be written (${systemCodeOrUnknown(error)}). Check that the profile folder is writable and has room.`,
      { path: file },
      { cause: error },
    )
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Readable by its owner only, and on disk, or not there. Fails with EEXIST where something is; what is there stays. */
export async function writeNewFile(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    // Half a key is of no use to anybody. Only what was made here is removed.
    await rm(file, { force: true }).catch(() => {})
    throw error
  } finally {
    await handle.close()
  }
}

export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return // folders cannot be opened there
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function locked(sealed: string, file: string): ShoalError {
  return new ShoalError(
    'PATH_UNREADABLE',
    `The identity of this profile is kept by the system's key store (${sealed}), which only the Shoal app opens. Start the app, choose another profile, or put an identity exported from the app into ${file}.`,
    { path: sealed },
  )
}

function damaged(file: string, what: string): ShoalError {
  return new ShoalError(
    'IO',
    `The identity key ${file} is damaged: ${what}. Put a backup in its place, or move it away to become a new peer.`,
    { path: file },
  )
}
