/** Taking an identity along: out into a new file, in for the next start, and nothing lost or told on the way. */
import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadIdentity } from '../../../main/engine/network/identity.ts'
import { exportIdentity, importIdentity } from '../../../main/engine/network/identity-transfer.ts'

const WITHOUT_DESCRIPTORS = fileURLToPath(new URL('./export-without-descriptors.ts', import.meta.url))

let folder = ''
let profile = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shoal-identity-'))
  profile = join(folder, 'profile')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function foreignKey(name = 'other.key') {
  const key = await generateKeyPair('Ed25519')
  const file = join(folder, name)
  writeFileSync(file, privateKeyToProtobuf(key), { mode: 0o644 })
  return { file, key, peer: peerIdFromPrivateKey(key).toString() }
}

describe('export', () => {
  it('[NE4] what is exported is what a profile has, for its owner only', async () => {
    const identity = await loadIdentity(profile)
    const file = join(folder, 'kept.key')
    await exportIdentity(identity, file)
    expect(readFileSync(file).equals(readFileSync(join(profile, 'identity.key')))).toBe(true)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('[NE4] nothing is overwritten', async () => {
    const identity = await loadIdentity(profile)
    const file = join(folder, 'mine.txt')
    writeFileSync(file, 'precious')
    await expect(exportIdentity(identity, file)).rejects.toMatchObject({
      code: 'ALREADY_EXISTS',
      facts: { path: file },
    })
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it.skipIf(process.platform === 'win32')('[NE4] nor deleted, when it cannot even be opened', async () => {
    const file = join(folder, 'mine.txt')
    writeFileSync(file, 'precious')
    // In a process without a free descriptor, where the system does not come to say that the name is taken.
    const { code } = await new Promise<{ code: string }>((resolve, reject) => {
      execFile(
        'sh',
        ['-c', 'ulimit -n 48; exec "$0" "$@"', process.execPath, WITHOUT_DESCRIPTORS, profile, file],
        (error, out) => (error === null ? resolve(JSON.parse(out)) : reject(error)),
      )
    })
    expect(code).toBe('IO')
    expect(readFileSync(file, 'utf8')).toBe('precious')
  })

  it('[NE4] a relative path and a folder that is not there are refused', async () => {
    const identity = await loadIdentity(profile)
    await expect(exportIdentity(identity, 'kept.key')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(exportIdentity(identity, join(folder, 'no', 'kept.key'))).rejects.toMatchObject({
      code: 'PATH_MISSING',
    })
  })
})

describe('import', () => {
  it('[NE5] the next start is the imported peer; the key of before stays beside it', async () => {
    const before = await loadIdentity(profile)
    const { file, key, peer } = await foreignKey()
    expect(await importIdentity(profile, file)).toBe(peer)
    expect((await loadIdentity(profile)).equals(key)).toBe(true)
    const kept = join(profile, `identity-${peerIdFromPrivateKey(before).toString()}.key`)
    expect(readFileSync(kept).equals(Buffer.from(privateKeyToProtobuf(before)))).toBe(true)
    if (process.platform !== 'win32') {
      expect(statSync(join(profile, 'identity.key')).mode & 0o777).toBe(0o600)
      expect(statSync(kept).mode & 0o777).toBe(0o600)
    }
  })

  it('[NE5] there and back again: one file for each key, and no more', async () => {
    const before = await loadIdentity(profile)
    const home = join(folder, 'home.key')
    await exportIdentity(before, home)
    const { file } = await foreignKey()
    for (const path of [file, home, file, home]) await importIdentity(profile, path)
    expect((await loadIdentity(profile)).equals(before)).toBe(true)
    expect(readdirSync(profile)).toHaveLength(3)
  })

  it('[NE5] where the key of before lies elsewhere, the imported one is all that is written', async () => {
    mkdirSync(profile)
    const { file, key } = await foreignKey()
    await importIdentity(profile, file)
    expect(readdirSync(profile)).toEqual(['identity.key'])
    expect((await loadIdentity(profile)).equals(key)).toBe(true)
  })

  it('[NE5] the same key again changes nothing', async () => {
    const identity = await loadIdentity(profile)
    const file = join(folder, 'same.key')
    await exportIdentity(identity, file)
    expect(await importIdentity(profile, file)).toBe(peerIdFromPrivateKey(identity).toString())
    expect(readdirSync(profile)).toEqual(['identity.key'])
  })

  it('[NE5] a damaged key makes way for a sound one: that is how it is mended', async () => {
    mkdirSync(profile)
    writeFileSync(join(profile, 'identity.key'), 'rubbish')
    const { file, key } = await foreignKey()
    await importIdentity(profile, file)
    expect((await loadIdentity(profile)).equals(key)).toBe(true)
  })

  it.each([
    ['rubbish', () => Buffer.from('not a key')],
    ['nothing', () => Buffer.alloc(0)],
    ['something large', () => Buffer.alloc(100_000)],
    ['an RSA key', async () => Buffer.from(privateKeyToProtobuf(await generateKeyPair('RSA', 2048)).slice(0, 1024))],
    ['a secp256k1 key', async () => Buffer.from(privateKeyToProtobuf(await generateKeyPair('secp256k1')))],
  ])('[NE5] %s is refused, changes nothing, and is not told', async (_, content) => {
    await loadIdentity(profile)
    const before = readFileSync(join(profile, 'identity.key'))
    const file = join(folder, 'bad.key')
    const bytes = await content()
    writeFileSync(file, bytes)
    const error: unknown = await importIdentity(profile, file).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'CONTENT_INVALID', facts: { path: file } })
    expect(JSON.stringify(error)).not.toContain(bytes.toString('hex').slice(0, 16) || '\0')
    expect(readdirSync(profile)).toEqual(['identity.key'])
    expect(readFileSync(join(profile, 'identity.key')).equals(before)).toBe(true)
  })

  it.runIf(existsSync('/proc/kallsyms'))(
    '[NE5] a file that does not tell its length is not read to its end',
    async () => {
      await loadIdentity(profile)
      const before = process.memoryUsage().arrayBuffers
      await expect(importIdentity(profile, '/proc/kallsyms')).rejects.toMatchObject({ code: 'CONTENT_INVALID' })
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
    },
  )

  it('[NE5] what is not there, not a file, or not readable is refused', async () => {
    await loadIdentity(profile)
    await expect(importIdentity(profile, 'x.key')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(importIdentity(profile, join(folder, 'no.key'))).rejects.toMatchObject({ code: 'PATH_MISSING' })
    await expect(importIdentity(profile, folder)).rejects.toMatchObject({ code: 'CONTENT_INVALID' })
    if (process.platform !== 'win32' && process.getuid?.() !== 0) {
      const { file } = await foreignKey()
      chmodSync(file, 0o000)
      await expect(importIdentity(profile, file)).rejects.toMatchObject({ code: 'PATH_UNREADABLE' })
    }
  })
})
