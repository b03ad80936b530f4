/** Manifests made to hurt: every way in which a DAG can lie, explode or name what it should not, refused in bounded time and memory. */
import { describe, expect, test } from 'vitest'
import { bitfieldOf } from '../../../main/engine/content/bits.ts'
import { nameHash } from '../../../main/engine/content/hamt-hash.ts'
import { MANIFEST_LIMITS } from '../../../main/engine/content/limits.ts'
import type { ManifestErrorCode } from '../../../main/engine/content/manifest-error.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, cidOfDigest, RAW } from '../../../main/engine/content/verify.ts'
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

  test('[CO20] ten million entries: a thousand times the same folder of ten thousand empty files', async () => {
    const blocks = new Blocks()
    const leaf = blocks.leaf('')
    const links = Array.from({ length: 10_000 }, (_, i) => ({ name: String(i).padStart(5, '0'), block: leaf }))
    const folder = blocks.node({ type: 'directory' }, links)
    const thousand = Array.from({ length: 1000 }, (_, i) => ({ name: String(i).padStart(4, '0'), block: folder }))
    await refusal(blocks, blocks.node({ type: 'directory' }, thousand).cid, 'entries')
    expect(blocks.requests).toEqual([1, 1])
  })

  test('[CO20] more entries in distinct folders than are opened: no more is read than it takes to know', async () => {
    const blocks = new Blocks()
    const leaf = blocks.leaf('x')
    const folderOf = (index: number): Block =>
      blocks.node(
        { type: 'directory' },
        Array.from({ length: 10_000 }, (_, i) => ({ name: `${index}-${String(i).padStart(5, '0')}`, block: leaf })),
      )
    const folders = Array.from({ length: 110 }, (_, i) => ({ name: String(i).padStart(4, '0'), block: folderOf(i) }))
    let read = 0
    const onNode = (): void => {
      read += 1
    }
    await refusal(blocks, blocks.node({ type: 'directory' }, folders).cid, 'entries', { onNode })
    expect(read).toBe(100)
  })

  test('[CO20] paths that are short of the limit one by one, and beyond it together: counted, not made', async () => {
    const blocks = new Blocks()
    const leaf = blocks.leaf('x')
    const named = (count: number, block: Block): Child[] =>
      Array.from({ length: count }, (_, i) => ({ name: String(i).padStart(4, '0'), block }))
    const files = blocks.node({ type: 'directory' }, named(1000, leaf))
    let folder = blocks.node({ type: 'directory' }, named(990, files))
    for (let level = 0; level < 14; level++) folder = blocks.directory({ ['n'.repeat(250)]: folder })
    await refusal(blocks, folder.cid, 'path')
  })

  test('[CO20] what paths have together is exact: with separators, at every level, shards without names', async () => {
    const blocks = new Blocks()
    const [leaf, empty] = [blocks.leaf('x'), blocks.directory({})]
    const sub = blocks.directory({ bb: leaf, c: empty })
    const root = blocks.directory({ a: sub, ddd: leaf })
    // "a/" "a/bb/" "a/c/" "ddd/"
    const chars = 2 + 5 + 4 + 4
    await readManifest(root.cid, blocks.source, { limits: { totalPathChars: chars } })
    await refusal(blocks, root.cid, 'path', { limits: { totalPathChars: chars - 1 } })
    const sharded = shard(blocks, [[slot('name'), 'name', leaf]])
    await readManifest(sharded.cid, blocks.source, { limits: { totalPathChars: 5 } })
    await refusal(blocks, sharded.cid, 'path', { limits: { totalPathChars: 4 } })
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
