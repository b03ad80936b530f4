/**
 * Where the identity key of an installed app lies: sealed by the system's key store (Keychain, DPAPI, libsecret, KWallet)
 * in `<profile>/identity.sealed`, and handed to the engine over its private port. For a fresh profile the key is made here,
 * so that it never lies on the disk unsealed. A plain `identity.key` is what an import or the daemon leaves; it is sealed
 * at the next start, and only removed once what was sealed has been opened again and found equal. Where the system protects nothing (no key store, `basic_text`) or several programs share
 * the profile (a clone, with its daemon and command line), the plain file of mode 0600 stays, and that is what is said.
 * A key that cannot be opened is an error, never a new key. No key is logged or told.
 * Rules [EL30] [EL31] [EL32].
 */
import { generateKeyPairSync } from 'node:crypto'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ElectronApi } from './electron-api.ts'

export type KeyProtection = 'system' | 'file'

/** The part of the reason a person can act on; a code for the supervisor, which does not try the same again. */
export class IdentityLocked extends Error {
  readonly code = 'IDENTITY_LOCKED'
}

export interface VaultOptions {
  readonly safeStorage: Pick<
    ElectronApi['safeStorage'],
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >
  readonly platform: string
  readonly profileDir: string
  /** Nobody but this app uses the profile. */
  readonly sole: boolean
  /** Makes the message of an IdentityLocked. */
  readonly explain: (reason: string, plainFile: string) => string
}

export const SEALED_FILE = 'identity.sealed'
export const PLAIN_FILE = 'identity.key'
/** libp2p's protobuf form of an Ed25519 key has 68 bytes; sealed and in base64, some hundred. */
const MAX_FILE_BYTES = 16 * 1024

export class KeyVault {
  readonly #options: VaultOptions
  readonly #plain: string
  readonly #sealed: string

  constructor(options: VaultOptions) {
    this.#options = options
    this.#plain = join(options.profileDir, PLAIN_FILE)
    this.#sealed = join(options.profileDir, SEALED_FILE)
  }

  /** How the key of this profile is kept now: an import leaves a plain file until the next start. */
  async protection(): Promise<KeyProtection> {
    const sealed = (await exists(this.#sealed)) && !(await exists(this.#plain))
    return sealed && (await this.#protects()) ? 'system' : 'file'
  }

  /** The key for the engine; undefined: it finds or makes its own plain file. */
  async openKey(): Promise<Uint8Array | undefined> {
    const plain = await readBounded(this.#plain)
    const sealed = await readBounded(this.#sealed)
    const protects = await this.#protects()
    // A plain file beside a sealed one is newer: an import, or a person's way back in.
    if (plain !== undefined) {
      if (!protects) return undefined
      await this.#seal(plain, sealed)
      return new Uint8Array(plain)
    }
    if (sealed === undefined) return protects ? this.#makeKey() : undefined
    if (!protects) throw this.#locked('it is not available')
    return this.#unseal(sealed)
  }

  async #protects(): Promise<boolean> {
    const { safeStorage, platform, sole } = this.#options
    if (!sole) return false
    if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
      return false
    return safeStorage.isAsyncEncryptionAvailable().catch(() => false)
  }

  async #makeKey(): Promise<Uint8Array> {
    const key = newIdentity()
    await this.#store(key)
    return new Uint8Array(key)
  }

  async #seal(key: Buffer, before: Buffer | undefined): Promise<void> {
    await this.#store(key, before)
    await rm(this.#plain)
  }

  async #store(key: Buffer, before?: Buffer): Promise<void> {
    const { safeStorage } = this.#options
    const sealed = await safeStorage.encryptStringAsync(key.toString('base64'))
    const { result } = await safeStorage.decryptStringAsync(sealed)
    // A key store that does not give back what it was given must not have the only copy.
    if (!Buffer.from(result, 'base64').equals(key)) throw this.#locked('what it returned is not what it was given')
    if (before !== undefined) await this.#keepBeside()
    await writeWhole(this.#sealed, sealed)
  }

  async #unseal(sealed: Buffer): Promise<Uint8Array> {
    const { safeStorage } = this.#options
    let opened: { readonly result: string; readonly shouldReEncrypt: boolean }
    try {
      opened = await safeStorage.decryptStringAsync(sealed)
    } catch {
      throw this.#locked('it refused')
    }
    const key = Buffer.from(opened.result, 'base64')
    if (key.length === 0) throw this.#locked('it returned nothing')
    if (opened.shouldReEncrypt) await writeWhole(this.#sealed, await safeStorage.encryptStringAsync(opened.result))
    return new Uint8Array(key)
  }

  /** The sealed key that makes way for an imported one stays, under a name of its own. */
  async #keepBeside(): Promise<void> {
    for (let number = 1; ; number += 1) {
      const kept = join(this.#options.profileDir, `identity-${number}.sealed`)
      if (await exists(kept)) continue
      await rename(this.#sealed, kept)
      return
    }
  }

  #locked(reason: string): IdentityLocked {
    return new IdentityLocked(this.#options.explain(reason, this.#plain))
  }
}

/** libp2p's protobuf form of an Ed25519 key: type 1, then 64 bytes of seed and public key. */
function newIdentity(): Buffer {
  const { d = '', x = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0x08, 0x01, 0x12, 0x40]),
    Buffer.from(d, 'base64url'),
    Buffer.from(x, 'base64url'),
  ])
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined
}

async function readBounded(file: string): Promise<Buffer | undefined> {
  const facts = await stat(file).catch(() => undefined)
  if (facts === undefined || !facts.isFile() || facts.size > MAX_FILE_BYTES) return undefined
  return readFile(file)
}

/** Whole and on the disk when it resolves; the file of the name is the old one or the new one at any moment. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.tmp`
  await rm(temporary, { force: true })
  const handle = await open(temporary, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, file)
}
