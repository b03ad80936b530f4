/** Single nodes that a stranger may send: other kinds of content, other digests, and what is no dag-pb at all. */
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { identity } from 'multiformats/hashes/identity'
import { describe, expect, test } from 'vitest'
import type { ManifestErrorCode } from '../../../main/engine/content/manifest-error.ts'
import { cidOf, RAW } from '../../../main/engine/content/verify.ts'
import { type Block, Blocks, refusal } from './support.ts'

describe('other kinds of content', () => {
  test.each<[string, ManifestErrorCode, (blocks: Blocks) => Block]>([
    ['data inside a file node', 'profile', (b) => b.node({ type: 'file', data: Buffer.from('inline') })],
    [
      'data beside links',
      'profile',
      (b) => b.node({ type: 'file', data: Buffer.from('x'), blockSizes: [3n] }, [{ block: b.leaf('abc') }]),
    ],
    [
      'a dag-pb leaf of type file',
      'profile',
      (b) => b.file([b.node({ type: 'file', data: Buffer.from('abc') }, [], 3)]),
    ],
    ['a dag-pb leaf of type raw', 'profile', (b) => b.file([b.node({ type: 'raw', data: Buffer.from('abc') }, [], 3)])],
    ['a directory with data', 'profile', (b) => b.node({ type: 'directory', data: Buffer.from('x') })],
    ['metadata', 'type', (b) => b.node({ type: 'metadata' })],
    ['a folder as a part of a file', 'type', (b) => b.file([b.directory({})], [3])],
    [
      'a symbolic link as a part of a file',
      'type',
      (b) => b.file([b.node({ type: 'symlink', data: Buffer.from('x') })], [3]),
    ],
    [
      'a symbolic link with links',
      'type',
      (b) => b.node({ type: 'symlink', data: Buffer.from('x') }, [{ block: b.leaf('x') }]),
    ],
    [
      'a named part of a file',
      'syntax',
      (b) => b.node({ type: 'file', blockSizes: [3n] }, [{ name: 'x', block: b.leaf('abc') }]),
    ],
  ])('[CO23] %s', async (_, code, make) => {
    const blocks = new Blocks()
    const error = await refusal(blocks, make(blocks).cid, code)
    if (code === 'profile') expect(error.message).toContain('not made with the profile unixfs-v1-2025')
  })

  const sha256 = cidOf(RAW, Buffer.from('abc'))
  const withHash = (code: number, digest: Uint8Array, codec: number = RAW) =>
    CID.createV1(codec, Digest.create(code, digest))

  test.each<[string, ManifestErrorCode, CID]>([
    ['identity digests', 'digest', CID.createV1(RAW, identity.digest(Buffer.from('abc')))],
    ['identity digests of 32 bytes', 'digest', withHash(0, new Uint8Array(32))],
    ['sha2-512', 'digest', withHash(0x13, new Uint8Array(64))],
    ['blake3', 'digest', withHash(0x1e, new Uint8Array(32))],
    ['sha2-256 cut to 20 bytes', 'digest', withHash(0x12, new Uint8Array(20))],
    ['dag-cbor', 'codec', withHash(0x12, sha256.multihash.digest, 0x71)],
    ['libp2p keys', 'codec', withHash(0x12, sha256.multihash.digest, 0x72)],
    ['CIDs of version 0', 'cid-version', CID.createV0(sha256.multihash as never)],
  ])('[CO22] %s, as a link and as the root', async (_, code, cid) => {
    const blocks = new Blocks()
    const folder = blocks.node({ type: 'directory' }, [{ name: 'a', block: { cid }, tsize: 3 }])
    await refusal(blocks, folder.cid, code)
    await refusal(blocks, cid, code)
  })

  test.each<[string, ManifestErrorCode, Uint8Array]>([
    ['nothing', 'syntax', new Uint8Array(0)],
    ['noise', 'syntax', Buffer.from('\x7f\x00\x01\x02 not dag-pb', 'latin1')],
    ['a length of 4 GiB', 'syntax', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f])],
    ['a number that never ends', 'syntax', Buffer.alloc(100_000, 0xff)],
    [
      'a million links without anything',
      'syntax',
      Buffer.concat([Buffer.alloc(1_000_000, Buffer.from([0x12, 0x00])), Buffer.from([0x0a, 0x02, 0x08, 0x01])]),
    ],
    ['links before and after the data', 'syntax', join([link('a'), data(), link('b')])],
    ['two data fields', 'syntax', join([data(), data()])],
    ['no data', 'syntax', link('a')],
    ['an unknown field', 'syntax', join([data(), Buffer.from([0x1a, 0x00])])],
    ['bytes after the last field', 'syntax', join([data(), Buffer.from([0x0a])])],
    ['a link without a CID', 'syntax', join([field(0x12, Buffer.from([0x12, 1, 0x61])), data()])],
    [
      'a link with its fields in another order',
      'syntax',
      join([field(0x12, Buffer.concat([Buffer.from([0x12, 1, 0x61]), cidField()])), data()]),
    ],
    [
      'a link with an unknown field',
      'syntax',
      join([field(0x12, Buffer.concat([cidField(), field(0x12, Buffer.from('a')), Buffer.from([0x20, 1])])), data()]),
    ],
    [
      'a link with two sizes',
      'syntax',
      join([
        field(0x12, Buffer.concat([cidField(), field(0x12, Buffer.from('a')), Buffer.from([0x18, 1, 0x18, 1])])),
        data(),
      ]),
    ],
    [
      'a CID with bytes after it',
      'syntax',
      join([field(0x12, field(0x0a, Buffer.concat([sha256.bytes, Buffer.from([0])]))), data()]),
    ],
    ['a CID cut short', 'syntax', join([field(0x12, field(0x0a, Buffer.from(sha256.bytes.subarray(0, 20)))), data()])],
    ['a UnixFS type that does not exist', 'type', field(0x0a, Buffer.from([0x08, 9]))],
    ['no UnixFS type', 'type', field(0x0a, Buffer.from([0x18, 0]))],
    ['two UnixFS types', 'syntax', field(0x0a, Buffer.from([0x08, 1, 0x08, 2]))],
    ['a UnixFS group', 'syntax', field(0x0a, Buffer.from([0x08, 1, 0x4b]))],
  ])('[CO21] %s', async (_, code, bytes) => {
    const blocks = new Blocks()
    await refusal(blocks, blocks.block(bytes).cid, code)
  })

  function cidField(): Buffer {
    return field(0x0a, Buffer.from(sha256.bytes))
  }

  function link(name: string): Buffer {
    return field(0x12, Buffer.concat([cidField(), field(0x12, Buffer.from(name)), Buffer.from([0x18, 3])]))
  }

  function data(): Buffer {
    return field(0x0a, Buffer.from([0x08, 1]))
  }

  function join(parts: Buffer[]): Buffer {
    return Buffer.concat(parts)
  }
})

function field(tag: number, content: Buffer): Buffer {
  if (content.length > 127) throw new Error('a field of one length byte')
  return Buffer.concat([Buffer.from([tag, content.length]), content])
}
