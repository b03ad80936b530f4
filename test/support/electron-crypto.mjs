/**
 * Preload that makes Node's crypto look like Electron's: its BoringSSL has no chacha20-poly1305 among the ciphers of
 * createCipheriv, only AES; and process.versions.electron is there. Loaded by `--import` when SHOAL_ELECTRON_CRYPTO=1, so
 * that what works only thanks to OpenSSL fails here and not first on a user's machine. It imitates nothing else of Electron.
 */
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const { createCipheriv, createDecipheriv, getCiphers } = crypto
const isAes = (/** @type {string} */ name) => /^(id-)?aes/i.test(name)

/** @param {string} name */
function assertKnown(name) {
  // The error of Node itself for a cipher that its library does not know.
  if (!isAes(name)) throw Object.assign(new Error('Unknown cipher'), { code: 'ERR_CRYPTO_UNKNOWN_CIPHER' })
}

Object.assign(crypto, {
  /** @param {[string, ...unknown[]]} args */
  createCipheriv(...args) {
    assertKnown(args[0])
    return Reflect.apply(createCipheriv, crypto, args)
  },
  /** @param {[string, ...unknown[]]} args */
  createDecipheriv(...args) {
    assertKnown(args[0])
    return Reflect.apply(createDecipheriv, crypto, args)
  },
  getCiphers: () => getCiphers().filter(isAes),
})
syncBuiltinESMExports()

Object.defineProperty(process.versions, 'electron', { value: '45.3.0', enumerable: true, configurable: true })
