/** The preload that imitates Electron's ciphers does what it says; without this, the second run of the transfer tests would prove nothing. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const preload = fileURLToPath(new URL('../../support/electron-crypto.mjs', import.meta.url))

/** Runs an expression in a Node of its own, with the preload, through NODE_OPTIONS as for the processes of e2e tests. */
function evaluate(expression: string): unknown {
  const script = `import crypto, { createCipheriv } from 'node:crypto'
    const attempt = (make) => { try { return make() } catch (error) { return error.code } }
    console.log(JSON.stringify(${expression}))`
  const env = { ...process.env, NODE_OPTIONS: `--import=${preload}` }
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env, encoding: 'utf8' }))
}

describe('the imitation of Electron', () => {
  it.each(['createCipheriv', 'crypto.createCipheriv', 'crypto.createDecipheriv'])(
    '%s does not know chacha20-poly1305',
    (call) => {
      expect(
        evaluate(
          `attempt(() => typeof ${call}('chacha20-poly1305', Buffer.alloc(32), Buffer.alloc(12), { authTagLength: 16 }))`,
        ),
      ).toBe('ERR_CRYPTO_UNKNOWN_CIPHER')
    },
  )

  it('AES works as before', () => {
    expect(evaluate(`createCipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12)).update('abc').length`)).toBe(3)
  })

  it('says that it is Electron, and lists only AES', () => {
    expect(
      evaluate(`[typeof process.versions.electron, crypto.getCiphers().every((name) => /aes/.test(name))]`),
    ).toEqual(['string', true])
  })
})
