/** Where the identity key lies: sealed by the system where that protects and nobody else needs it, else in its plain file. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  IdentityLocked,
  KeyVault,
  PLAIN_FILE,
  SEALED_FILE,
  type VaultOptions,
} from '../../../main/electron/key-vault.ts'
import { loadIdentity } from '../../../main/engine/network/identity.ts'

/** A key store that turns text round and can be locked, absent, or broken. */
function keyStore(over: Partial<VaultOptions['safeStorage']> = {}): VaultOptions['safeStorage'] {
  const turn = (text: string) => [...text].reverse().join('')
  return {
    isAsyncEncryptionAvailable: async () => true,
    encryptStringAsync: async (text) => Buffer.from(`sealed:${turn(text)}`),
    async decryptStringAsync(bytes) {
      const text = bytes.toString()
      if (!text.startsWith('sealed:')) throw new Error('not mine')
      return { result: turn(text.slice(7)), shouldReEncrypt: false }
    },
    getSelectedStorageBackend: () => 'gnome_libsecret',
    ...over,
  }
}

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shoal-vault-'))
})
afterEach(() => rm(dir, { recursive: true }))

function vault(over: Partial<VaultOptions> = {}): KeyVault {
  return new KeyVault({
    safeStorage: keyStore(),
    platform: 'linux',
    profileDir: dir,
    sole: true,
    explain: (reason, path) => `${reason}: ${path}`,
    ...over,
  })
}

/** As the engine makes it. */
async function plainKey(): Promise<Buffer> {
  await loadIdentity(dir)
  return readFile(join(dir, PLAIN_FILE))
}

describe('an installed app with a key store', () => {
  it('[EL30] the key of a fresh profile is made sealed, is one that the engine understands, and stays the same', async () => {
    const key = await vault().openKey()
    expect(await readdir(dir)).toEqual([SEALED_FILE])
    const identity = await loadIdentity(dir, key)
    expect(identity.type).toBe('Ed25519')
    expect(await identity.publicKey.verify(Buffer.from('x'), await identity.sign(Buffer.from('x')))).toBe(true)
    expect(await vault().openKey()).toEqual(key)
    const other = await mkdtemp(join(tmpdir(), 'shoal-vault-'))
    expect(await vault({ profileDir: other }).openKey()).not.toEqual(key)
    await rm(other, { recursive: true })
  })

  it('[EL30] says how the key is kept now, not how it will be', async () => {
    expect(await vault().protection()).toBe('file')
    await vault().openKey()
    expect(await vault().protection()).toBe('system')
    await writeFile(join(dir, PLAIN_FILE), 'imported')
    expect(await vault().protection()).toBe('file')
  })

  it('[EL30] seals a plain key at the next start and removes it; from then on it is opened, byte for byte', async () => {
    const key = await plainKey()
    expect(Buffer.from((await vault().openKey()) ?? [])).toEqual(key)
    expect(await readdir(dir)).toEqual([SEALED_FILE])
    const sealed = await readFile(join(dir, SEALED_FILE))
    expect(sealed.includes(key)).toBe(false)
    expect((await stat(join(dir, SEALED_FILE))).mode & 0o777).toBe(0o600)
    expect(Buffer.from((await vault().openKey()) ?? [])).toEqual(key)
    expect(await vault().protection()).toBe('system')
  })

  it('[EL30] the engine is the same peer with the key it is handed, and makes no file', async () => {
    const before = await loadIdentity(dir)
    const key = await vault().openKey()
    const after = await loadIdentity(dir, key)
    expect(after.equals(before)).toBe(true)
    expect(await readdir(dir)).toEqual([SEALED_FILE])
  })

  it('[EL31] a daemon on a sealed profile does not become somebody else: it says what to do', async () => {
    await plainKey()
    await vault().openKey()
    await expect(loadIdentity(dir)).rejects.toMatchObject({ code: 'PATH_UNREADABLE' })
    await expect(loadIdentity(dir)).rejects.toThrow('Start the app')
    expect(await readdir(dir)).toEqual([SEALED_FILE])
  })

  it('[EL31] a key store that does not open it is an error that says where to put an exported one; nothing is changed', async () => {
    await plainKey()
    await vault().openKey()
    const refusing = keyStore({ decryptStringAsync: () => Promise.reject(new Error('locked')) })
    const failure = await vault({ safeStorage: refusing })
      .openKey()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(IdentityLocked)
    expect(failure).toMatchObject({ code: 'IDENTITY_LOCKED', message: `it refused: ${join(dir, PLAIN_FILE)}` })
    const absent = keyStore({ isAsyncEncryptionAvailable: async () => false })
    await expect(vault({ safeStorage: absent }).openKey()).rejects.toThrow('it is not available')
    expect(await readdir(dir)).toEqual([SEALED_FILE])
  })

  it('[EL30] a key store that does not give back what it was given gets no only copy', async () => {
    const key = await plainKey()
    const broken = keyStore({ decryptStringAsync: async () => ({ result: 'AAAA', shouldReEncrypt: false }) })
    await expect(vault({ safeStorage: broken }).openKey()).rejects.toBeInstanceOf(IdentityLocked)
    expect(await readFile(join(dir, PLAIN_FILE))).toEqual(key)
    expect(await readdir(dir)).toEqual([PLAIN_FILE])
  })

  it('[EL32] an imported key is sealed in its turn, and the one that makes way is kept', async () => {
    await plainKey()
    await vault().openKey()
    const old = await readFile(join(dir, SEALED_FILE))
    const other = await mkdtemp(join(tmpdir(), 'shoal-vault-'))
    await loadIdentity(other)
    const imported = await readFile(join(other, PLAIN_FILE))
    await rm(other, { recursive: true })
    await writeFile(join(dir, PLAIN_FILE), imported, { mode: 0o600 })
    expect(Buffer.from((await vault().openKey()) ?? [])).toEqual(imported)
    expect((await readdir(dir)).sort()).toEqual(['identity-1.sealed', SEALED_FILE])
    expect(await readFile(join(dir, 'identity-1.sealed'))).toEqual(old)
  })

  it('[EL30] is sealed anew when the system says that its own key has changed', async () => {
    const key = await plainKey()
    await vault().openKey()
    const rotated = keyStore({
      encryptStringAsync: async (text) => Buffer.from(`new:${text}`),
      decryptStringAsync: async (bytes) => ({
        ...(await keyStore().decryptStringAsync(bytes)),
        shouldReEncrypt: true,
      }),
    })
    expect(Buffer.from((await vault({ safeStorage: rotated }).openKey()) ?? [])).toEqual(key)
    expect((await readFile(join(dir, SEALED_FILE))).toString()).toBe(`new:${key.toString('base64')}`)
  })
})

describe('where the system protects nothing, or others use the profile', () => {
  it.each<[string, Partial<VaultOptions>]>([
    ['Linux without a key store', { safeStorage: keyStore({ getSelectedStorageBackend: () => 'basic_text' }) }],
    ['a key store that is not there', { safeStorage: keyStore({ isAsyncEncryptionAvailable: async () => false }) }],
    [
      'a key store that fails',
      { safeStorage: keyStore({ isAsyncEncryptionAvailable: () => Promise.reject(new Error('x')) }) },
    ],
    ['a clone, with its daemon and command line', { sole: false }],
  ])('[EL30] the plain file stays, and that is what is said: %s', async (_what, over) => {
    const key = await plainKey()
    expect(await vault(over).openKey()).toBeUndefined()
    expect(await readFile(join(dir, PLAIN_FILE))).toEqual(key)
    expect(await readdir(dir)).toEqual([PLAIN_FILE])
    expect(await vault(over).protection()).toBe('file')
  })

  it('[EL30] macOS and Windows have no such backend to ask for', async () => {
    const safeStorage = keyStore({
      getSelectedStorageBackend: () => {
        throw new Error('Linux only')
      },
    })
    await vault({ safeStorage, platform: 'darwin' }).openKey()
    expect(await vault({ safeStorage, platform: 'darwin' }).protection()).toBe('system')
  })
})
