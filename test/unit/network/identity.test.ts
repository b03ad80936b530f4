/** The key file: whole or absent, private, stable, and never overwritten. */
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { generateKeyPair, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadIdentity } from '../../../main/engine/network/identity.ts'
import { nodeName } from '../../../main/engine/network/node-name.ts'

let profile: string
let file: string

beforeEach(async () => {
  profile = await mkdtemp(path.join(tmpdir(), 'shoal-identity-'))
  file = path.join(profile, 'identity.key')
})
afterEach(() => rm(profile, { recursive: true, force: true }))

const idOf = async (): Promise<string> => peerIdFromPrivateKey(await loadIdentity(profile)).toString()

describe('identity', () => {
  it('[NE1] is made once, readable by the owner only, and nothing else is left behind', async () => {
    const first = await idOf()
    expect(await idOf()).toBe(first)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(await readdir(profile)).toEqual(['identity.key'])
  })

  it('[NE1] is the same for all who race to make it', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, idOf))
    expect(new Set(ids).size).toBe(1)
    expect(await readdir(profile)).toEqual(['identity.key'])
  })

  it.each([
    ['empty', new Uint8Array()],
    ['cut short', new Uint8Array([8, 1, 18, 64, 1, 2, 3])],
    ['text', new TextEncoder().encode('hello')],
    ['huge', new Uint8Array(100_000)],
  ])('[NE2] a damaged file (%s) is an error that says so, and stays as it is', async (_, bytes) => {
    await writeFile(file, bytes)
    await expect(loadIdentity(profile)).rejects.toThrow(/identity key .* is damaged: .*backup/)
    expect(new Uint8Array(await readFile(file))).toEqual(new Uint8Array(bytes))
  })

  it('[NE2] a key of another kind is refused', async () => {
    await writeFile(file, privateKeyToProtobuf(await generateKeyPair('secp256k1')))
    await expect(loadIdentity(profile)).rejects.toThrow('does not hold an Ed25519 key')
  })

  it('[NE1] takes away what others may do with the file', async (ctx) => {
    if (process.platform === 'win32') ctx.skip('Windows has no such bits')
    const first = await idOf()
    await chmod(file, 0o644)
    expect(await idOf()).toBe(first)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})

describe('names', () => {
  it('[NE3] are two words that never change for a peer id', () => {
    expect(nodeName('12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb')).toBe('Humble Porpoise')
    expect(nodeName('12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd')).toBe('Keen Cuttlefish')
  })

  it('[NE3] are spread: 2,000 ids have more than 1,500 names', () => {
    const names = new Set(Array.from({ length: 2000 }, (_, index) => nodeName(`peer ${index}`)))
    expect(names.size).toBeGreaterThan(1500)
    for (const name of names) expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
  })
})
