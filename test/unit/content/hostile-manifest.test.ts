/** What a stranger may send instead of a manifest: refused with its own code, in bounded time and memory. */
import { encode } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { identity } from 'multiformats/hashes/identity'
import { describe, expect, test } from 'vitest'
import { bitfieldOf } from '../../../main/engine/content/bits.ts'
import { nameHash } from '../../../main/engine/content/hamt-hash.ts'
import { MANIFEST_LIMITS } from '../../../main/engine/content/limits.ts'
import type { ManifestErrorCode } from '../../../main/engine/content/manifest-error.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, cidOfDigest, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'
import { type Block, Blocks, type Child, refusal } from './support.ts'

const MIB = 1_048_576

/** A shard with these entries; '' for a nested shard is written as `[slot, '']`. */
function shard(
  blocks: Blocks,
  entries: readonly (readonly [number, string, Block])[],
  options: { data?: Uint8Array; fanout?: bigint; hashType?: bigint } = {},
): Block {
  const children = entries.map(([slot, name, block]) => ({
    name: `${slot.toString(16).toUpperCase().padStart(2, '0')}${name}`,
    block,
  }))
  const data = options.data ?? bitfieldOf(entries.map(([slot]) => slot))
  return blocks.node(
    { type: 'hamt-sharded-directory', data, fanout: options.fanout ?? 256n, hashType: options.hashType ?? 0x22n },
    children,
  )
}

const slot = (name: string, level = 0): number => nameHash(name)[level] ?? 0

describe('bombs', () => {
  test('[CO20] folders that refer 40 levels deep twice to the same child', async () => {
    const blocks = new Blocks()
    let folder = blocks.directory({ file: blocks.leaf('x') })
    for (let level = 0; level < 40; level++) folder = blocks.directory({ a: folder, b: folder })
    await refusal(blocks, folder.cid, 'entries')
    expect(blocks.requests.length).toBeLessThanOrEqual(41)
  })

  test('[CO20] a file whose parts are the same part twice, 40 levels deep', async () => {
    const blocks = new Blocks()
    let file = blocks.file([blocks.leaf('x')])
    for (let level = 0; level < 40; level++) file = blocks.file([file, file])
    await refusal(blocks, file.cid, 'chunks')
  })

  test('[CO20] a shard that refers twice to itself one level down, until the hash has no bits left', async () => {
    const blocks = new Blocks()
    let folder = shard(blocks, [[1, 'x', blocks.leaf('x')]])
    for (let level = 0; level < 9; level++)
      folder = shard(blocks, [
        [1, '', folder],
        [2, '', folder],
      ])
    await refusal(blocks, folder.cid, 'hamt')
  })

  test('[CO20] ten million entries in distinct folders: refused after the first million', async () => {
    const blocks = new Blocks()
    const leaf = blocks.leaf('x')
    // One real node of 10,000 entries, and a thousand of its like that differ in one name.
    const folderOf = (index: number): Uint8Array =>
      encode({
        Data: new UnixFS({ type: 'directory' }).marshal(),
        Links: Array.from({ length: 10_000 }, (_, i) => ({
          Name: `${index}-${String(i).padStart(5, '0')}`,
          Tsize: 1,
          Hash: leaf.cid,
        })),
      })
    const children: Child[] = []
    const made = new Map<string, number>()
    for (let index = 0; index < 1000; index++) {
      // The folders are made when asked for: only those that are read before the refusal are ever made.
      const cid = cidOf(DAG_PB, Buffer.from(`stand-in ${index}`))
      made.set(cid.toString(), index)
      children.push({ name: String(index).padStart(4, '0'), block: { cid, tsize: 1 } })
    }
    const real: Block[] = []
    for (let index = 0; index < 110; index++) real.push(blocks.block(folderOf(index)))
    const root = blocks.node(
      { type: 'directory' },
      real.map((block, index) => ({ name: `f${String(index).padStart(4, '0')}`, block })),
    )
    await refusal(blocks, root.cid, 'entries')
    const wide = blocks.node({ type: 'directory' }, children)
    await refusal(blocks, wide.cid, 'missing-node')
  })

  test('[CO20] folders nested 65 deep, and 64 deep', async () => {
    const blocks = new Blocks()
    let folder = blocks.directory({})
    for (let level = 0; level < 64; level++) folder = blocks.directory({ d: folder })
    const manifest = await readManifest(folder.cid, blocks.source)
    expect(manifest.directories.length).toBe(64)
    await refusal(blocks, blocks.directory({ d: folder }).cid, 'depth')
  })

  test('[CO20] a file of 65 nodes one above the other, and of 64', async () => {
    const blocks = new Blocks()
    let file: Block = blocks.leaf('x')
    for (let level = 0; level < 64; level++) file = blocks.file([file])
    expect((await readManifest(file.cid, blocks.source)).chunkCount).toBe(1)
    await refusal(blocks, blocks.file([file]).cid, 'depth')
  })

  test('[CO20] a chain of ten thousand folders that each also hang from the root', async () => {
    const blocks = new Blocks()
    let folder = blocks.directory({})
    const all: Child[] = []
    for (let level = 0; level < 10_000; level++) {
      folder = blocks.directory({ d: folder })
      all.push({ name: String(level).padStart(5, '0'), block: folder })
    }
    await refusal(blocks, blocks.node({ type: 'directory' }, all).cid, 'depth')
  })

  test('[CO20] a chain of folders without end is left after as many levels as can be valid', async () => {
    const blocks = new Blocks()
    let folder = blocks.directory({})
    for (let level = 0; level < 2000; level++) folder = blocks.directory({ d: folder })
    await refusal(blocks, folder.cid, 'depth')
    expect(blocks.requests.length).toBeLessThan(700)
  })

  test('[CO20] limits on nodes: one too large, too many, too many bytes together, too many chunks', async () => {
    const blocks = new Blocks()
    const folders = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`${i}`, blocks.directory({ [`${i}`]: blocks.leaf('x') })]),
    )
    const root = blocks.directory(folders)
    await refusal(blocks, root.cid, 'nodes', { limits: { nodes: 20 } })
    await refusal(blocks, root.cid, 'node-size', { limits: { nodeBytes: 500 } })
    await refusal(blocks, root.cid, 'total-size', { limits: { totalNodeBytes: root.bytes.length + 200 } })
    await refusal(blocks, root.cid, 'chunks', { limits: { chunks: 19 } })
    await refusal(blocks, root.cid, 'entries', { limits: { entries: 39 } })
    const just = { nodes: 21, chunks: 20, entries: 40, nodeBytes: root.bytes.length }
    expect((await readManifest(root.cid, blocks.source, { limits: just })).files.length).toBe(20)
    const large = blocks.block(new Uint8Array(MANIFEST_LIMITS.nodeBytes + 1))
    await refusal(blocks, large.cid, 'node-size')
  })
})

describe('lies about sizes', () => {
  const leaf = (blocks: Blocks) => blocks.leaf('abc')

  test.each<[string, ManifestErrorCode, (blocks: Blocks) => Block]>([
    ['filesize other than the sum', 'size', (b) => patched(b, b.file([leaf(b)]), [0x18, 3], [0x18, 4])],
    ['no filesize', 'size', (b) => patched(b, b.file([leaf(b)]), [0x18, 3], [0x38, 3])],
    [
      'fewer block sizes than links',
      'size',
      (b) => b.node({ type: 'file', blockSizes: [3n] }, [{ block: leaf(b) }, { block: leaf(b) }]),
    ],
    [
      'more block sizes than links',
      'size',
      (b) => b.node({ type: 'file', blockSizes: [3n, 3n] }, [{ block: leaf(b) }]),
    ],
    ['a part of no bytes', 'size', (b) => b.file([leaf(b), leaf(b)], [3, 0])],
    ['a part that is an empty file', 'size', (b) => b.file([b.file([]), leaf(b)], [0, 3])],
    ['a chunk of more than 1 MiB', 'size', (b) => b.file([leaf(b)], [MIB + 1])],
    [
      'a chunk whose Tsize is another',
      'size',
      (b) => b.node({ type: 'file', blockSizes: [3n] }, [{ name: '', block: leaf(b), tsize: 4 }]),
    ],
    ['a part larger than it is', 'size', (b) => b.file([b.file([leaf(b)])], [4])],
    [
      'a small file without Tsize',
      'size',
      (b) => b.node({ type: 'directory' }, [{ name: 'a', block: leaf(b), tsize: undefined }]),
    ],
    [
      'a small file of more than 1 MiB',
      'size',
      (b) => b.node({ type: 'directory' }, [{ name: 'a', block: leaf(b), tsize: MIB + 1 }]),
    ],
    [
      'a small file of no bytes with a digest of some',
      'size',
      (b) => b.node({ type: 'directory' }, [{ name: 'a', block: leaf(b), tsize: 0 }]),
    ],
    [
      'an empty file that claims a byte',
      'size',
      (b) => b.node({ type: 'directory' }, [{ name: 'a', block: b.leaf(''), tsize: 1 }]),
    ],
  ])('[CO24] %s', async (_, code, make) => {
    const blocks = new Blocks()
    const block = make(blocks)
    await refusal(blocks, block.cid, code)
    await refusal(blocks, blocks.directory({ file: block }).cid, code)
  })
})

test('[CO21] [CO24] parts whose sizes add up to more than 2^53', async () => {
  const blocks = new Blocks()
  const part = blocks.file([blocks.leaf('abc')])
  const four = [part, part, part, part]
  await refusal(
    blocks,
    blocks.file(
      four,
      four.map(() => 2 ** 52),
    ).cid,
    'syntax',
  )
})

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

/** A block with the first occurrence of some bytes replaced, so that it says what no library would write. */
function patched(blocks: Blocks, block: Block, from: number[], to: number[]): Block {
  const bytes = Buffer.from(block.bytes)
  const at = bytes.indexOf(Buffer.from(from))
  if (at < 0) throw new Error('nothing to patch')
  bytes.set(to, at)
  return blocks.block(bytes, block.size)
}

describe('names', () => {
  test.each(['', '.', '..', 'a/b', '../../etc/passwd', '/etc/passwd', 'a\\b', '..\\evil', 'a\0b', 'ä'.repeat(128)])(
    '[CO30] hostile: %j',
    async (name) => {
      const blocks = new Blocks()
      const root = blocks.node({ type: 'directory' }, [{ name, block: blocks.leaf('x') }])
      await refusal(blocks, root.cid, 'name')
      if (name === '') return
      await refusal(blocks, shard(blocks, [[slot(name), name, blocks.leaf('x')]]).cid, 'name')
    },
  )

  test('[CO30] not UTF-8', async () => {
    const blocks = new Blocks()
    const root = blocks.directory({ aa: blocks.leaf('x') })
    await refusal(blocks, patched(blocks, root, [0x61, 0x61], [0xc3, 0x28]).cid, 'name')
  })

  test('[CO30] 255 bytes are a name', async () => {
    const blocks = new Blocks()
    const name = `${'ä'.repeat(127)}x`
    expect((await readManifest(blocks.directory({ [name]: blocks.leaf('x') }).cid, blocks.source)).files[0]?.path).toBe(
      name,
    )
  })

  test('[CO26] twice in one folder', async () => {
    const blocks = new Blocks()
    const twice = [
      { name: 'a', block: blocks.leaf('1') },
      { name: 'a', block: blocks.leaf('2') },
    ]
    await refusal(blocks, blocks.node({ type: 'directory' }, twice).cid, 'duplicate-name')
  })

  test('[CO20] paths over 4,096 bytes', async () => {
    const blocks = new Blocks()
    let folder = blocks.directory({ file: blocks.leaf('x') })
    for (let level = 0; level < 16; level++) folder = blocks.directory({ ['n'.repeat(255)]: folder })
    await refusal(blocks, folder.cid, 'path')
  })
})

describe('sharded directories', () => {
  const x = (blocks: Blocks) => blocks.leaf('x')

  test('[CO25] a proper one of two levels is read', async () => {
    const blocks = new Blocks()
    const names = Array.from({ length: 3000 }, (_, i) => `n${i}`)
    const first = slot('n0')
    const second = names.find((name) => name !== 'n0' && slot(name) === first && slot(name, 1) !== slot('n0', 1)) ?? ''
    const pair = ['n0', second].sort((a, b) => slot(a, 1) - slot(b, 1))
    const nested = shard(
      blocks,
      pair.map((name) => [slot(name, 1), name, x(blocks)] as const),
    )
    const manifest = await readManifest(shard(blocks, [[first, '', nested]]).cid, blocks.source)
    expect(manifest.files.map((file) => file.path)).toEqual(pair)
    // The same shard is no root: there its names would stand where their hash does not put them.
    await refusal(blocks, nested.cid, 'hamt')
  })

  const h = slot('a')
  test.each<[string, (blocks: Blocks) => Block]>([
    ['another fanout', (b) => shard(b, [[h, 'a', x(b)]], { fanout: 16n })],
    ['another hash', (b) => shard(b, [[h, 'a', x(b)]], { hashType: 0x12n })],
    ['no entries', (b) => shard(b, [])],
    ['a bitfield that marks nothing', (b) => shard(b, [[h, 'a', x(b)]], { data: new Uint8Array(32) })],
    ['a bitfield that marks another place', (b) => shard(b, [[h, 'a', x(b)]], { data: bitfieldOf([h ^ 1]) })],
    [
      'a bitfield longer than the fanout',
      (b) => shard(b, [[h, 'a', x(b)]], { data: Buffer.concat([Buffer.alloc(32), bitfieldOf([h])]) }),
    ],
    ['a name in the wrong place', (b) => shard(b, [[h ^ 1, 'a', x(b)]])],
    [
      'places that do not ascend',
      (b) =>
        b.node({ type: 'hamt-sharded-directory', fanout: 256n, hashType: 0x22n, data: bitfieldOf([h, h ^ 1]) }, [
          { name: hex(h), block: shard(b, []) },
          { name: hex(h), block: shard(b, []) },
        ]),
    ],
    [
      'a prefix in small letters',
      (b) =>
        b.node({ type: 'hamt-sharded-directory', fanout: 256n, hashType: 0x22n, data: bitfieldOf([0xab]) }, [
          { name: 'abx', block: x(b) },
        ]),
    ],
    [
      'a name without a prefix',
      (b) =>
        b.node({ type: 'hamt-sharded-directory', fanout: 256n, hashType: 0x22n, data: bitfieldOf([1]) }, [
          { name: '1', block: x(b) },
        ]),
    ],
    ['a chunk where a shard must be', (b) => shard(b, [[1, '', x(b)]])],
    ['a plain folder where a shard must be', (b) => shard(b, [[1, '', b.directory({ a: x(b) })]])],
  ])('[CO25] %s', async (_, make) => {
    const blocks = new Blocks()
    await refusal(blocks, make(blocks).cid, 'hamt')
  })

  function hex(value: number): string {
    return value.toString(16).toUpperCase().padStart(2, '0')
  }
})

test('[CO22] the root may be nothing but raw or dag-pb', async () => {
  const digest = cidOf(RAW, Buffer.from('x')).multihash.digest
  await refusal(new Blocks(), cidOfDigest(0x55, digest), 'missing-node')
})
