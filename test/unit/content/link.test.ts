/** Links: everything that is one, a table of everything that is not, and writing them. */
import fc from 'fast-check'
import { base32upper } from 'multiformats/bases/base32'
import { base36 } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { identity } from 'multiformats/hashes/identity'
import { describe, expect, test } from 'vitest'
import {
  formatLink,
  LINK_LIMIT_BYTES,
  LINK_PEER_LIMIT,
  type Link,
  parseLink,
} from '../../../main/engine/content/link.ts'
import { LinkError, type LinkErrorCode } from '../../../main/engine/content/link-error.ts'
import { cidOf, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'

const SEED = 20_261_122
const root = cidOf(DAG_PB, Buffer.from('a share'))
const cid = root.toString()
const ID = '12D3KooWGzh4mB1KxkGbYKdKzD2iLuHDaMyP1tpv7Ee1sDq9f1vX'
const PEER = `/ip4/192.0.2.7/tcp/4001/p2p/${ID}`
const RELAYED = `/dns4/relay.example/tcp/443/tls/ws/p2p/QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N/p2p-circuit/p2p/${ID}`

describe('what is a link', () => {
  test('[LI1] the whole form', () => {
    const link = parseLink(
      `shoal:${cid}?dn=Holiday%20photos%20%F0%9F%90%9F&xl=123456&pe=${PEER}&pe=${encodeURIComponent(RELAYED)}#secret=a?b&c`,
    )
    expect(link).toEqual({
      root,
      name: 'Holiday photos 🐟',
      sizeBytes: 123456,
      peers: [PEER, RELAYED],
      fragment: 'secret=a?b&c',
    })
  })

  test.each([
    `shoal:${cid}`,
    cid,
    `ipfs://${cid}`,
    `ipfs://${cid}/`,
    `ipfs:${cid}`,
    `IPFS://${cid}`,
    `SHOAL:${cid}`,
    `Shoal://${cid}`,
    `shoal://${cid}/`,
    `shoal:${cid}?`,
    `shoal:${cid}#`,
    `shoal:${cid}?dn=`,
    `shoal:${cid}?&&`,
    `shoal:${cid}?unknown=1&x=%41`,
    `  shoal:${cid}\n`,
    `"shoal:${cid}"`,
    `'shoal:${cid}'`,
    `<shoal:${cid}>`,
    `( "shoal:${cid}" )`,
    `“shoal:${cid}”`,
    `\`${cid}\``,
    `\ufeff${cid}\u200b`,
    `ipfs://${cid}?download=true`,
    cid.toUpperCase(),
    `SHOAL:${cid.toUpperCase()}`,
    root.toString(base36),
    root.toString(base36).toUpperCase(),
    root.toString(base58btc),
    root.toString(base32upper),
    `b${cid.slice(1).toUpperCase()}`,
  ])('[LI1] [LI2] %j is the bare root, in one spelling', (text) => {
    const link = parseLink(text)
    expect(link).toEqual({ root, peers: [] })
    expect(link.root.toString()).toBe(cid)
  })

  test('[LI1] the file name of a gateway is a name', () => {
    expect(parseLink(`ipfs://${cid}?filename=a%20b.txt`)).toEqual({ root, name: 'a b.txt', peers: [] })
  })

  test('[LI2] one chunk is a root too', () => {
    const raw = cidOf(RAW, Buffer.from('hello world'))
    expect(parseLink(raw.toString()).root.equals(raw)).toBe(true)
  })

  test('[LI1] a plus is a plus', () => {
    expect(parseLink(`shoal:${cid}?dn=c++.txt`).name).toBe('c++.txt')
  })

  test('[LI4] the same peer twice is one', () => {
    expect(parseLink(`shoal:${cid}?pe=${PEER}&pe=${PEER}`).peers).toEqual([PEER])
  })
})

const make = (codec: number, code: number, digest: Uint8Array) =>
  CID.createV1(codec, Digest.create(code, digest)).toString()
const digest = root.multihash.digest
const peers = (count: number) =>
  Array.from({ length: count }, (_, i) => `pe=/ip4/192.0.2.7/tcp/${4000 + i}/p2p/${ID}`).join('&')

const MALFORMED: readonly (readonly [string, string, LinkErrorCode])[] = [
  ['nothing', '', 'empty'],
  ['only spaces', ' \n\t ', 'empty'],
  ['only quotes', '""', 'empty'],
  ['the scheme alone', 'shoal:', 'no-cid'],
  ['the scheme and slashes', 'shoal://', 'no-cid'],
  ['only parameters', 'shoal:?dn=x&xl=1', 'no-cid'],
  ['only a secret', 'shoal:#secret', 'no-cid'],
  ['ipfs without a CID', 'ipfs://', 'no-cid'],
  ['a web page', 'https://example.com/file', 'scheme'],
  ['an IPFS gateway', `https://ipfs.io/ipfs/${cid}`, 'scheme'],
  ['a magnet link', 'magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c1367a88a', 'scheme'],
  ['an IPNS name', 'ipns://docs.ipfs.tech', 'scheme'],
  ['a file address', 'file:///etc/passwd', 'scheme'],
  ['a script', 'javascript:alert(1)', 'scheme'],
  ['a scheme that is nearly ours', `shoals:${cid}`, 'scheme'],
  ['a path', `/ipfs/${cid}`, 'scheme'],
  ['a path on disk', '/home/me/file', 'scheme'],
  ['a word', 'hello', 'cid-syntax'],
  ['a sentence', 'have a look at this', 'whitespace'],
  ['two links', `shoal:${cid} shoal:${cid}`, 'whitespace'],
  ['a link broken by a mail program', `shoal:${cid.slice(0, 30)}\n${cid.slice(30)}`, 'whitespace'],
  ['a NUL inside', `shoal:${cid}\0x`, 'whitespace'],
  ['a CID without its end', `shoal:${cid.slice(0, -4)}`, 'cid-syntax'],
  ['a CID without its beginning', `shoal:${cid.slice(4)}`, 'cid-syntax'],
  ['a CID with something added', `shoal:${cid}abcd`, 'cid-syntax'],
  ['a CID with a full stop', `shoal:${cid}.`, 'cid-syntax'],
  ['a CID with a letter that base32 has not', `shoal:${cid.slice(0, 20)}1${cid.slice(21)}`, 'cid-syntax'],
  ['a CID in letters of another alphabet', `shoal:${cid.replace('a', 'а')}`, 'cid-syntax'],
  ['a very long CID', `shoal:b${'a'.repeat(500)}`, 'cid-syntax'],
  ['a CID of version 0', 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N', 'cid-version'],
  ['a link with a CID of version 0', 'ipfs://QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N', 'cid-version'],
  ['the CID of a peer', make(0x72, 0x12, digest), 'codec'],
  ['the CID of CBOR', make(0x71, 0x12, digest), 'codec'],
  ['the CID of JSON', make(0x0129, 0x12, digest), 'codec'],
  ['an identity CID', CID.createV1(RAW, identity.digest(Buffer.from('hi'))).toString(), 'digest'],
  ['a CID of sha2-512', make(RAW, 0x13, new Uint8Array(64)), 'digest'],
  ['a CID of blake3', make(RAW, 0x1e, new Uint8Array(32)), 'digest'],
  ['a digest cut short', make(RAW, 0x12, digest.slice(0, 20)), 'digest'],
  ['something inside a share', `shoal:${cid}/photos/1.jpg`, 'path'],
  ['something inside an ipfs address', `ipfs://${cid}/index.html`, 'path'],
  ['a broken escape in the name', `shoal:${cid}?dn=%E0%A4%A`, 'encoding'],
  ['an escape that is no UTF-8', `shoal:${cid}?dn=%ff`, 'encoding'],
  ['an escape without digits', `shoal:${cid}?dn=100%`, 'encoding'],
  ['a broken escape in an unknown parameter', `shoal:${cid}?zz=%`, 'encoding'],
  ['two names', `shoal:${cid}?dn=a&dn=b`, 'duplicate'],
  ['two sizes', `shoal:${cid}?xl=1&xl=1`, 'duplicate'],
  ['a name of 256 bytes', `shoal:${cid}?dn=${'a'.repeat(256)}`, 'name'],
  ['a name with a NUL', `shoal:${cid}?dn=a%00b`, 'name'],
  ['a name with an escape sequence', `shoal:${cid}?dn=%1b[31m`, 'name'],
  ['a size in words', `shoal:${cid}?xl=big`, 'size'],
  ['an empty size', `shoal:${cid}?xl=`, 'size'],
  ['a negative size', `shoal:${cid}?xl=-1`, 'size'],
  ['a fractional size', `shoal:${cid}?xl=1.5`, 'size'],
  ['a hexadecimal size', `shoal:${cid}?xl=0x10`, 'size'],
  ['a size beyond 2^53', `shoal:${cid}?xl=9007199254740992`, 'size'],
  ['an empty address', `shoal:${cid}?pe=`, 'peer'],
  ['an address that is none', `shoal:${cid}?pe=192.0.2.7:4001`, 'peer'],
  ['an address without a peer', `shoal:${cid}?pe=/ip4/192.0.2.7/tcp/4001`, 'peer'],
  ['an address that ends in a relay', `shoal:${cid}?pe=${PEER}/p2p-circuit`, 'peer'],
  ['an address with a port too large', `shoal:${cid}?pe=/ip4/192.0.2.7/tcp/70000/p2p/${ID}`, 'peer'],
  ['an address with a wrong IP', `shoal:${cid}?pe=/ip4/192.0.2.777/tcp/4001/p2p/${ID}`, 'peer'],
  ['a damaged peer id', `shoal:${cid}?pe=/ip4/192.0.2.7/tcp/4001/p2p/12D3KooWGzh4mB1Kxk`, 'peer'],
  ['a peer id that is the CID of content', `shoal:${cid}?pe=/ip4/192.0.2.7/tcp/4001/p2p/${cid}`, 'peer'],
  ['an endless address', `shoal:${cid}?pe=${'/p2p-circuit'.repeat(50)}/p2p/${ID}`, 'peer'],
  ['33 peers', `shoal:${cid}?${peers(LINK_PEER_LIMIT + 1)}`, 'too-many-peers'],
  ['more than 8 KiB', `shoal:${cid}?zz=${'a'.repeat(LINK_LIMIT_BYTES)}`, 'too-long'],
  ['more than 8 KiB of spaces', ' '.repeat(LINK_LIMIT_BYTES + 1), 'too-long'],
  ['few characters but more than 8 KiB', `shoal:${cid}#${'🐟'.repeat(2048)}`, 'too-long'],
]

describe('[LI3] the claims of a link', () => {
  test('a name of 255 bytes and a size up to 2^53 - 1 are taken as they are', () => {
    const longest = `${'é'.repeat(127)}x`
    const link = parseLink(`shoal:${cid}?dn=${encodeURIComponent(longest)}&xl=${Number.MAX_SAFE_INTEGER}`)
    expect([link.name, Buffer.byteLength(link.name ?? ''), link.sizeBytes]).toEqual([
      longest,
      255,
      Number.MAX_SAFE_INTEGER,
    ])
  })

  test.each([
    ['a name of 256 bytes in 128 characters', `dn=${encodeURIComponent('é'.repeat(128))}`, 'name'],
    ['a name with a C1 control', 'dn=a%C2%85b', 'name'],
    ['a name with DEL', 'dn=a%7F', 'name'],
    ['the same name twice', 'dn=a&xl=1&dn=a', 'duplicate'],
    ['a size with a sign', 'xl=%2B1', 'size'],
    ['a size with a space', 'xl=1%20', 'size'],
    ['digits that are not ours', 'xl=%D9%A1', 'size'],
  ] as const)('%s is refused', (_, parameters, code) => {
    expect(() => parseLink(`shoal:${cid}?${parameters}`)).toThrow(expect.objectContaining({ code }))
  })
})

describe(`[LI5] ${MALFORMED.length} malformed links`, () => {
  test('are at least forty', () => expect(MALFORMED.length).toBeGreaterThanOrEqual(40))

  test.each(MALFORMED)('%s', (_, text, code) => {
    const error = errorOf(text)
    expect(error.code, error.message).toBe(code)
    // A sentence that says what is wrong, and one that says what to do.
    expect(error.message).toMatch(/^[“A-Z].*[.:;?].*\.$/su)
    expect(error.message.length).toBeLessThan(300)
  })

  test('[LI6] no error repeats the secret', () => {
    for (const text of [
      `shoal:#TOPSECRET`,
      `shoal:${cid}?xl=x#TOPSECRET`,
      `shoal:${cid}?pe=x#TOPSECRET`,
      `shoals:${cid}#TOPSECRET`,
    ]) {
      expect(errorOf(text).message).not.toContain('TOPSECRET')
    }
  })

  test(`any text at all is a link or a LinkError (seed ${SEED})`, () => {
    const piece = fc.constantFrom(
      'shoal:',
      'ipfs://',
      cid,
      '?',
      '&',
      '=',
      '#',
      '/',
      '%',
      '%41',
      'dn',
      'xl',
      'pe',
      PEER,
      '"',
      '<',
      '>',
      ' ',
      '\0',
      '🐟',
      '9',
    )
    fc.assert(
      fc.property(
        fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 12 }),
        (parts) => {
          try {
            parseLink(parts.join(''))
          } catch (error) {
            expect(error).toBeInstanceOf(LinkError)
          }
        },
      ),
      { seed: SEED, numRuns: 3000 },
    )
  })
})

function errorOf(text: string): LinkError {
  try {
    parseLink(text)
  } catch (error) {
    if (error instanceof LinkError) return error
    throw error
  }
  throw new Error(`accepted: ${text.slice(0, 100)}`)
}

describe('writing links', () => {
  test('[LI1] is readable where it can be', () => {
    const link = {
      root,
      name: 'a b&c=d#e',
      sizeBytes: 0,
      peers: [`/ip6/2001:db8::1/udp/4001/quic-v1/p2p/${ID}`],
      fragment: 's',
    }
    expect(formatLink(link)).toBe(
      `shoal:${cid}?dn=a%20b%26c%3Dd%23e&xl=0&pe=/ip6/2001:db8::1/udp/4001/quic-v1/p2p/${ID}#s`,
    )
    expect(formatLink({ root, peers: [] })).toBe(`shoal:${cid}`)
  })

  test('[LI4] [LI5] leaves out the addresses that are too many or do not fit', () => {
    const many = Array.from({ length: 40 }, (_, i) => `/ip4/192.0.2.7/tcp/${4000 + i}/p2p/${ID}`)
    expect(parseLink(formatLink({ root, peers: many })).peers).toEqual(many.slice(0, LINK_PEER_LIMIT))
    const long = many.slice(0, 32).map((address, i) => `/dns4/${'n'.repeat(240)}.example/tcp/${4000 + i}${address}`)
    const text = formatLink({ root, name: 'x', peers: long })
    expect(text.length).toBeLessThanOrEqual(LINK_LIMIT_BYTES)
    const kept = parseLink(text).peers
    expect(kept.length).toBeGreaterThan(15)
    expect(kept).toEqual(long.slice(0, kept.length))
  })

  test(`[LI1] and reading them again gives the same (seed ${SEED})`, () => {
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/\p{Cc}/u.test(text) && Buffer.byteLength(text) <= 255 && text.isWellFormed())
    const links: fc.Arbitrary<Link> = fc.record(
      {
        root: fc
          .tuple(fc.constantFrom(RAW, DAG_PB), fc.uint8Array({ maxLength: 8 }))
          .map(([codec, bytes]) => cidOf(codec, bytes)),
        peers: fc
          .uniqueArray(fc.nat(65_535), { maxLength: 32 })
          .map((ports) => ports.map((port) => `/ip4/192.0.2.7/tcp/${port}/p2p/${ID}`)),
        name,
        sizeBytes: fc.maxSafeNat(),
        fragment: fc.stringMatching(/^[\w=&?/+-]{1,40}$/),
      },
      { requiredKeys: ['root', 'peers'] },
    )
    fc.assert(
      fc.property(links, (link) => {
        expect(parseLink(formatLink(link))).toEqual(link)
      }),
      { seed: SEED, numRuns: 1000 },
    )
  })
})
