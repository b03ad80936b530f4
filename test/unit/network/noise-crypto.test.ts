/** Every implementation of the connection's cipher against the library's own: the same bytes, the same refusals. */
import { randomBytes } from 'node:crypto'
import type { ICryptoInterface } from '@libp2p/noise'
import { defaultCrypto, pureJsCrypto } from '@libp2p/noise/crypto'
import { Uint8ArrayList } from 'uint8arraylist'
import { describe, expect, it } from 'vitest'
import { noiseCipherName, noiseCrypto, opensslCipher, sodiumCipher } from '../../../main/engine/network/noise-crypto.ts'

type Cipher = Pick<ICryptoInterface, 'chaCha20Poly1305Encrypt' | 'chaCha20Poly1305Decrypt'>

const sodium = sodiumCipher()
const ciphers: [string, Cipher][] = [['the one in use', noiseCrypto]]
// Under an imitation of Electron, OpenSSL's cipher is not to be had: that is why there is another.
if (noiseCipherName === 'openssl') ciphers.push(['openssl', opensslCipher])
if (sodium !== undefined) ciphers.push(['libsodium', sodium])

const reference: Cipher = noiseCipherName === 'openssl' ? defaultCrypto : pureJsCrypto
const key = () => new Uint8Array(randomBytes(32))
const nonce = (counter: number) => {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setUint32(4, counter, true)
  return bytes
}
const empty = new Uint8Array(0)

/** Below and above the size (1,200) at which the library changes implementations, and noise's largest frame. */
const SIZES = [0, 1, 15, 16, 17, 64, 1_199, 1_200, 1_201, 4_096, 65_519]
const ADS: [string, Uint8Array][] = [
  ['no additional data', empty],
  ['additional data', new Uint8Array(randomBytes(32))],
]

/** The same bytes as one array and as a list of uneven pieces. */
function shapes(bytes: Uint8Array): [string, Uint8Array | Uint8ArrayList][] {
  const list = new Uint8ArrayList()
  for (let at = 0, step = 1; at < bytes.byteLength; at += step, step = step * 3 + 1) {
    list.append(bytes.subarray(at, at + step))
  }
  return [
    ['array', bytes],
    ['list', list],
  ]
}

it('libsodium loads here: it is what Electron will use', () => {
  expect(sodium).toBeDefined()
})

describe.each(ciphers)('%s', (_, cipher) => {
  describe.each(ADS)('with %s', (_, ad) => {
    it.each(SIZES)('[NE95] encrypts %d bytes to what the library decrypts, and the other way round', (size) => {
      const [k, n, plain] = [key(), nonce(size), new Uint8Array(randomBytes(size))]
      for (const [shape, input] of shapes(plain)) {
        const sealed = cipher.chaCha20Poly1305Encrypt(input, n, ad, k).subarray()
        expect(Buffer.from(sealed).equals(reference.chaCha20Poly1305Encrypt(plain, n, ad, k).subarray()), shape).toBe(
          true,
        )
      }
      const sealed = reference.chaCha20Poly1305Encrypt(plain, n, ad, k).subarray()
      for (const [shape, input] of shapes(sealed)) {
        const opened = cipher.chaCha20Poly1305Decrypt(input, n, ad, k).subarray()
        expect(Buffer.from(opened).equals(plain), shape).toBe(true)
        const dst = new Uint8Array(sealed.subarray(0, size))
        const inPlace = cipher.chaCha20Poly1305Decrypt(input, n, ad, k, dst).subarray()
        expect(Buffer.from(inPlace).equals(plain), `${shape} with a destination`).toBe(true)
      }
    })

    it.each(SIZES)('[NE95] refuses %d bytes that were touched anywhere', (size) => {
      const [k, n, plain] = [key(), nonce(7), new Uint8Array(randomBytes(size))]
      const sealed = reference.chaCha20Poly1305Encrypt(plain, n, ad, k).subarray()
      const open = (bytes: Uint8Array, with_ = { n, ad, k }) =>
        cipher.chaCha20Poly1305Decrypt(bytes, with_.n, with_.ad, with_.k)
      for (const at of new Set([0, size >> 1, size, sealed.byteLength - 1])) {
        const touched = new Uint8Array(sealed)
        touched[at] = (touched[at] ?? 0) ^ 1
        expect(() => open(touched), `byte ${at}`).toThrow()
      }
      expect(() => open(sealed, { n: nonce(8), ad, k })).toThrow()
      expect(() => open(sealed, { n, ad: Uint8Array.of(1, 2, 3), k })).toThrow()
      expect(() => open(sealed, { n, ad, k: key() })).toThrow()
      expect(() => open(sealed.subarray(0, sealed.byteLength - 1))).toThrow()
      expect(Buffer.from(open(sealed).subarray()).equals(plain)).toBe(true)
    })
  })

  it('[NE95] does not mix up keys: two of each, by turns', () => {
    const keys = [key(), key()]
    for (let i = 0; i < 20; i++) {
      const k = keys[i % 2] ?? key()
      const sealed = cipher.chaCha20Poly1305Encrypt(Uint8Array.of(i), nonce(i), empty, k).subarray()
      expect(reference.chaCha20Poly1305Decrypt(sealed, nonce(i), empty, k).subarray()[0]).toBe(i)
    }
  })

  it('[NE95] leaves what it encrypts as it was', () => {
    const plain = new Uint8Array(randomBytes(5_000))
    const before = plain.slice()
    cipher.chaCha20Poly1305Encrypt(plain, nonce(1), empty, key())
    expect(plain).toEqual(before)
  })
})
