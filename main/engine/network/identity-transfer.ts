/**
 * Taking an identity along: the key of this node into a file of the user's, and a key from such a file into the profile, for
 * the next start. A key is written into new files only, readable by their owner; a plain one that makes way stays beside as
 * `identity-<peer id>.key`, linked there before the new one takes its name, so at no moment is there none. No key and no part
 * of one is returned, logged, or told in an error.
 * SPEC: [NE4], [NE5].
 */
import { randomUUID } from 'node:crypto'
import { constants, link, open, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { ShoalError } from '../../../shared/contract/errors.ts'
import { systemCode, systemCodeOrUnknown } from '../../../shared/system-code.ts'
import { identityFile, MAX_KEY_FILE_BYTES, parseIdentity, syncFolder, writeNewFile } from './identity.ts'

/** Nothing is overwritten: a name that is taken is refused. */
export async function exportIdentity(identity: Ed25519PrivateKey, file: string): Promise<void> {
  checkAbsolute(file)
  try {
    await writeNewFile(file, privateKeyToProtobuf(identity))
    await syncFolder(path.dirname(file)).catch(async (error: unknown) => {
      await rm(file, { force: true }).catch(() => {})
      throw error
    })
  } catch (error) {
    throw writeError(error, file)
  }
}

/** Returns the peer id of the key. It is this node's from the next start on. */
export async function importIdentity(profileDir: string, file: string): Promise<string> {
  checkAbsolute(file)
  const key = await readForeignKey(file)
  const peer = peerIdFromPrivateKey(key).toString()
  const own = identityFile(profileDir)
  const before = parseIdentity(await readFile(own).catch(() => new Uint8Array()))
  if (before?.equals(key) === true) return peer
  const temporary = `${own}.${randomUUID()}.tmp`
  try {
    if (before !== undefined) await keepBeside(own, profileDir, before)
    await writeNewFile(temporary, privateKeyToProtobuf(key))
    await rename(temporary, own)
    await syncFolder(profileDir)
  } catch (error) {
    throw writeError(error, own)
  } finally {
    await rm(temporary, { force: true }).catch(() => {})
  }
  return peer
}

async function keepBeside(own: string, profileDir: string, key: Ed25519PrivateKey): Promise<void> {
  const base = path.join(profileDir, `identity-${peerIdFromPrivateKey(key).toString()}`)
  for (let number = 1; ; number++) {
    const kept = number === 1 ? `${base}.key` : `${base}-${number}.key`
    try {
      await link(own, kept)
      return
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      // From an earlier import: the same key need not be kept twice.
      if (parseIdentity(await readFile(kept))?.equals(key) === true) return
    }
  }
}

async function readForeignKey(file: string): Promise<Ed25519PrivateKey> {
  let bytes: Buffer
  try {
    // Without waiting: somebody's pipe is no key either.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const facts = await handle.stat()
      if (!facts.isFile() || facts.size > MAX_KEY_FILE_BYTES) throw noKey(file)
      // Not to its end: it may grow, and files of the system say that they are empty.
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(MAX_KEY_FILE_BYTES + 1),
        0,
        MAX_KEY_FILE_BYTES + 1,
        0,
      )
      if (bytesRead > MAX_KEY_FILE_BYTES) throw noKey(file)
      bytes = buffer.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (error instanceof ShoalError) throw error
    const code = systemCodeOrUnknown(error)
    const [kind, what] = code === 'ENOENT' ? (['PATH_MISSING', 'is not there'] as const) : unreadable(code)
    throw new ShoalError(kind, `${file} ${what}.`, { path: file, system: code }, { cause: error })
  }
  const key = parseIdentity(bytes)
  if (key === undefined) throw noKey(file)
  return key
}

function unreadable(code: string) {
  return ['PATH_UNREADABLE', `cannot be read (${code})`] as const
}

function noKey(file: string): ShoalError {
  const message = `${file} is no identity of Shoal. Choose a file that was exported from a Shoal profile.`
  return new ShoalError('CONTENT_INVALID', message, { path: file })
}

function checkAbsolute(file: string): void {
  if (!path.isAbsolute(file)) throw new ShoalError('BAD_INPUT', `${file} is not an absolute path.`, { path: file })
}

function writeError(error: unknown, file: string): ShoalError {
  const code = systemCodeOrUnknown(error)
  const facts = { path: file, system: code }
  switch (code) {
    case 'EEXIST':
      return new ShoalError('ALREADY_EXISTS', `${file} is there already. Choose another name.`, facts, { cause: error })
    case 'ENOENT':
    case 'ENOTDIR':
      return new ShoalError('PATH_MISSING', `The folder of ${file} is not there.`, facts, { cause: error })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ShoalError('PATH_READ_ONLY', `${file} may not be written.`, facts, { cause: error })
    case 'ENOSPC':
      return new ShoalError('DISK_FULL', `The disk of ${file} is full. Free some space.`, facts, { cause: error })
    default:
      return new ShoalError('IO', `${file} could not be written (${code}).`, facts, { cause: error })
  }
}
