/**
 * The cipher of every connection: ChaCha20-Poly1305 for libp2p-noise. It moves every byte of every transfer, so it is
 * chosen for speed among implementations of the same bytes (SPEC [NE95]):
 *
 * 1. OpenSSL through node:crypto with a KeyObject made once per key: about 2.4 GB/s on 64 KiB frames. (The library's
 *    own default passes the raw key and pays 11 us a call for it, against 3 us.)
 * 2. libsodium (prebuilt N-API): 1.5 GB/s, for Electron, whose BoringSSL has no chacha20-poly1305; there the library
 *    would fall back to a WASM cipher of 145 MB/s.
 * 3. The library's default where neither is to be had.
 *
 * The handshake's primitives (X25519, HKDF, SHA-256) stay the library's.
 */
import { createCipheriv, createDecipheriv, createSecretKey, getCiphers, type KeyObject } from 'node:crypto'
import { createRequire } from 'node:module'
import type { ICryptoInterface } from '@libp2p/noise'
import { defaultCrypto } from '@libp2p/noise/crypto'
import { Uint8ArrayList } from 'uint8arraylist'
import { plaintextTaken } from './taken-plaintext.ts'

const CIPHER = 'chacha20-poly1305'
const TAG_BYTES = 16

type Cipher = Pick<ICryptoInterface, 'chaCha20Poly1305Encrypt' | 'chaCha20Poly1305Decrypt'>

/** Noise keeps one Uint8Array per direction for the life of a connection: a weak map turns each into a KeyObject once. */
const keyObjects = new WeakMap<Uint8Array, KeyObject>()

function keyObject(key: Uint8Array): KeyObject {
  let object = keyObjects.get(key)
  if (object === undefined) {
    object = createSecretKey(key)
    keyObjects.set(key, object)
  }
  return object
}

/** Exported for the test that compares every implementation with the library's. */
export const opensslCipher: Cipher = {
  chaCha20Poly1305Encrypt(plaintext, nonce, ad, key) {
    const cipher = createCipheriv(CIPHER, keyObject(key), nonce, { authTagLength: TAG_BYTES })
    if (ad.byteLength > 0) cipher.setAAD(ad, { plaintextLength: plaintext.byteLength })
    const output = new Uint8ArrayList()
    for (const piece of piecesOf(plaintext)) {
      output.append(cipher.update(piece))
      plaintextTaken(piece)
    }
    cipher.final()
    output.append(cipher.getAuthTag())
    return output
  },
  chaCha20Poly1305Decrypt(ciphertext, nonce, ad, key, dst) {
    const bodyBytes = ciphertext.byteLength - TAG_BYTES
    const decipher = createDecipheriv(CIPHER, keyObject(key), nonce, { authTagLength: TAG_BYTES })
    if (ad.byteLength > 0) decipher.setAAD(ad, { plaintextLength: bodyBytes })
    decipher.setAuthTag(ciphertext.subarray(bodyBytes))
    // `dst`, where given, already is one contiguous copy of the ciphertext's body.
    const output = decipher.update(dst ?? ciphertext.subarray(0, bodyBytes))
    decipher.final()
    return output
  },
}

interface Sodium {
  crypto_aead_chacha20poly1305_ietf_encrypt_detached(
    ciphertext: Uint8Array,
    tag: Uint8Array,
    message: Uint8Array,
    ad: Uint8Array | null,
    secret: null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): number
  crypto_aead_chacha20poly1305_ietf_decrypt_detached(
    message: Uint8Array,
    secret: null,
    ciphertext: Uint8Array,
    tag: Uint8Array,
    ad: Uint8Array | null,
    nonce: Uint8Array,
    key: Uint8Array,
  ): void
}

function piecesOf(data: Uint8Array | Uint8ArrayList): Iterable<Uint8Array> {
  return data instanceof Uint8Array ? [data] : data
}

function copyInto(target: Uint8Array, source: Uint8Array | Uint8ArrayList): void {
  let offset = 0
  for (const piece of piecesOf(source)) {
    target.set(piece, offset)
    offset += piece.byteLength
  }
}

/** libsodium when its binary loads. Exported for the test that compares every implementation with the library's. */
export function sodiumCipher(): Cipher | undefined {
  let sodium: Sodium
  try {
    sodium = createRequire(import.meta.url)('sodium-native') as Sodium
  } catch {
    return undefined
  }
  return {
    chaCha20Poly1305Encrypt(plaintext, nonce, ad, key) {
      const bodyBytes = plaintext.byteLength
      const output = Buffer.allocUnsafeSlow(bodyBytes + TAG_BYTES)
      const body = output.subarray(0, bodyBytes)
      copyInto(body, plaintext)
      for (const piece of piecesOf(plaintext)) plaintextTaken(piece)
      const tag = output.subarray(bodyBytes)
      const extra = ad.byteLength === 0 ? null : ad
      sodium.crypto_aead_chacha20poly1305_ietf_encrypt_detached(body, tag, body, extra, null, nonce, key)
      return output
    },
    chaCha20Poly1305Decrypt(ciphertext, nonce, ad, key, dst) {
      const bodyBytes = ciphertext.byteLength - TAG_BYTES
      const body = dst ?? Buffer.allocUnsafeSlow(bodyBytes)
      if (dst === undefined) copyInto(body, ciphertext.subarray(0, bodyBytes))
      const extra = ad.byteLength === 0 ? null : ad
      const tag = ciphertext.subarray(bodyBytes)
      sodium.crypto_aead_chacha20poly1305_ietf_decrypt_detached(body, null, body, tag, extra, nonce, key)
      return body
    },
  }
}

function choose(): { name: 'openssl' | 'libsodium' | 'default'; cipher: Cipher } {
  // Electron reports the cipher's name and then throws, so a trial tells more than the list.
  if (getCiphers().includes(CIPHER)) {
    try {
      createCipheriv(CIPHER, createSecretKey(new Uint8Array(32)), new Uint8Array(12), { authTagLength: TAG_BYTES })
      return { name: 'openssl', cipher: opensslCipher }
    } catch {}
  }
  const sodium = sodiumCipher()
  return sodium === undefined ? { name: 'default', cipher: defaultCrypto } : { name: 'libsodium', cipher: sodium }
}

const chosen = choose()

/** Name of the implementation in use, for diagnostics. */
export const noiseCipherName = chosen.name
export const noiseCrypto: ICryptoInterface = { ...defaultCrypto, ...chosen.cipher }
