/** Manifests of proper DAGs, made by hand and by another implementation: numbering, requests, what is reported. */
import fc from 'fast-check'
import type { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import type { Manifest } from '../../../main/engine/content/manifest.ts'
import { ManifestError } from '../../../main/engine/content/manifest-error.ts'
import { type NodeSource, readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, digestMatches, RAW } from '../../../main/engine/content/verify.ts'
import { type Block, Blocks, importedByLibrary, refusal } from './support.ts'

const MIB = 1_048_576

/** Every chunk as "path offset length digest". */
function chunksOf(manifest: Manifest): string[] {
  return Array.from({ length: manifest.chunkCount }, (_, index) => {
    const digest = Buffer.from(manifest.digests.subarray(index * 32, index * 32 + 32)).toString('hex')
    const file = manifest.files[manifest.fileOfChunk(index)]?.path
    return `${file} ${manifest.chunkOffset(index)} ${manifest.chunkLength(index)} ${digest}`
  })
}

function expectedChunk(path: string, offset: number, bytes: Uint8Array): string {
  return `${path} ${offset} ${bytes.length} ${Buffer.from(cidOf(RAW, bytes).multihash.digest).toString('hex')}`
}

describe('chunks', () => {
  test('[CO27] are numbered in DAG order, with the offset and length of each', async () => {
    const big = Buffer.alloc(2 * MIB + 5, 1)
    const { root, blocks } = await importedByLibrary([
      { path: 'b/inside', content: Buffer.from('inside') },
      { path: 'a', content: Buffer.from('first') },
      { path: 'empty', content: new Uint8Array(0) },
      { path: 'big', content: big },
    ])
    const manifest = await readManifest(root, blocks.source)
    expect(chunksOf(manifest)).toEqual([
      expectedChunk('a', 0, Buffer.from('first')),
      expectedChunk('b/inside', 0, Buffer.from('inside')),
      expectedChunk('big', 0, big.subarray(0, MIB)),
      expectedChunk('big', MIB, big.subarray(MIB, 2 * MIB)),
      expectedChunk('big', 2 * MIB, big.subarray(2 * MIB)),
    ])
    expect(manifest.files.map((file) => [file.path, file.sizeBytes, file.chunkCount])).toEqual([
      ['a', 5, 1],
      ['b/inside', 6, 1],
      ['big', 2 * MIB + 5, 3],
      ['empty', 0, 0],
    ])
    expect(() => manifest.chunkLength(5)).toThrow(RangeError)
    expect(() => manifest.fileOfChunk(-1)).toThrow(RangeError)
  })

  test('[CO27] of any lengths up to 1 MiB, in any layout, are laid out as they are linked (seed 7)', async () => {
    const part: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.uint8Array({ minLength: 1, maxLength: 6 }),
        fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
      ),
    })).tree
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 5 }), async (tree) => {
        const blocks = new Blocks()
        const root = build(blocks, tree)
        const manifest = await readManifest(root.cid, blocks.source)
        let offset = 0
        const expected = leavesOf(tree).map((bytes) => {
          offset += bytes.length
          return expectedChunk('', offset - bytes.length, bytes)
        })
        expect(chunksOf(manifest)).toEqual(expected)
        expect(manifest.totalBytes).toBe(offset)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  test('[CO27] a file that is linked twice has its chunks twice', async () => {
    const blocks = new Blocks()
    const file = blocks.file([blocks.leaf('one'), blocks.leaf('two'), blocks.leaf('one')])
    const root = blocks.directory({ a: file, b: file, c: blocks.file([file, file]) })
    const manifest = await readManifest(root.cid, blocks.source)
    expect(manifest.chunkCount).toBe(12)
    const chunk = (index: number) => chunksOf(manifest)[index]?.split(' ').slice(1)
    for (let i = 0; i < 3; i++) {
      expect(chunk(3 + i)).toEqual(chunk(i))
      expect(chunk(6 + i)).toEqual(chunk(i))
      expect(chunk(9 + i)?.slice(1)).toEqual(chunk(i)?.slice(1))
    }
    expect(manifest.files.map((entry) => entry.firstChunk)).toEqual([0, 3, 6])
  })
})

type Tree = Uint8Array | Tree[]

function build(blocks: Blocks, tree: Tree): Block {
  return tree instanceof Uint8Array ? blocks.leaf(tree) : blocks.file(tree.map((part) => build(blocks, part)))
}

function leavesOf(tree: Tree): Uint8Array[] {
  return tree instanceof Uint8Array ? [tree] : tree.flatMap(leavesOf)
}

describe('a root that is a chunk', () => {
  test('[CO29] is a share of one file, whose length only its bytes tell', async () => {
    const bytes = Buffer.from('hello world')
    const root = cidOf(RAW, bytes)
    const asked: string[] = []
    const source: NodeSource = async function* (cids) {
      asked.push(...cids.map(String))
      yield { cid: root, bytes }
    }
    const manifest = await readManifest(root, source)
    expect(asked).toEqual([root.toString()])
    expect(chunksOf(manifest)).toEqual([expectedChunk('', 0, bytes)])
    expect(digestMatches(bytes, manifest.digests, 0)).toBe(true)
    expect(digestMatches(Buffer.from('hello worle'), manifest.digests, 0)).toBe(false)
    expect(digestMatches(bytes, manifest.digests, 1)).toBe(false)
  })

  test('[CO2] [CO29] with other bytes, more than 1 MiB, twice, or none is refused', async () => {
    const bytes = Buffer.from('hello world')
    const root = cidOf(RAW, bytes)
    const large = Buffer.alloc(MIB + 1)
    const cases: [CID, Uint8Array[], string][] = [
      [root, [Buffer.from('hello worle')], 'hash-mismatch'],
      [cidOf(RAW, large), [large], 'node-size'],
      [root, [bytes, bytes], 'unrequested-node'],
      [root, [], 'missing-node'],
    ]
    for (const [cid, answers, code] of cases) {
      const source: NodeSource = async function* () {
        for (const answer of answers) yield { cid, bytes: answer }
      }
      await expect(readManifest(cid, source)).rejects.toMatchObject({ code })
    }
  })
})

describe('asking for nodes', () => {
  test('[CO28] goes level by level, at most 256 at once, each node once', async () => {
    const blocks = new Blocks()
    const folders = Array.from({ length: 600 }, (_, i) => blocks.directory({ [`file ${i}`]: blocks.leaf(`${i}`) }))
    const root = blocks.directory(
      Object.fromEntries([...folders, ...folders].map((block, i) => [`folder ${i}`, block])),
    )
    const manifest = await readManifest(root.cid, blocks.source)
    expect(blocks.requests).toEqual([1, 256, 256, 88])
    expect(manifest.directories.length).toBe(1200)
  })

  test('[CO28] a source that answers wrongly is to blame, not the content', async () => {
    const blocks = new Blocks()
    const inner = blocks.directory({ x: blocks.leaf('x') })
    const other = blocks.directory({ y: blocks.leaf('y') })
    const root = blocks.directory({ inner })
    const answering = (answer: (cid: CID) => Iterable<{ cid: CID; bytes: Uint8Array }>): NodeSource =>
      async function* (cids) {
        for (const cid of cids) {
          if (cid.equals(root.cid)) yield { cid, bytes: root.bytes }
          else yield* answer(cid)
        }
      }
    const wrong: [string, NodeSource][] = [
      ['missing-node', answering(() => [])],
      ['hash-mismatch', answering((cid) => [{ cid, bytes: other.bytes }])],
      ['unrequested-node', answering(() => [{ cid: other.cid, bytes: other.bytes }])],
      [
        'unrequested-node',
        answering((cid) => [
          { cid, bytes: inner.bytes },
          { cid, bytes: inner.bytes },
        ]),
      ],
      ['unrequested-node', answering(() => [{ cid: cidOf(RAW, inner.bytes), bytes: inner.bytes }])],
    ]
    for (const [code, source] of wrong) {
      const error: unknown = await readManifest(root.cid, source).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code })
      expect(error instanceof ManifestError && error.blamesPeer).toBe(true)
    }
  })

  test('is cancelled with the reason given, and passes the signal on', async () => {
    const blocks = new Blocks()
    const root = blocks.directory({ inner: blocks.directory({}) })
    const controller = new AbortController()
    const reason = new Error('enough')
    const source: NodeSource = async function* (cids, signal) {
      expect(signal).toBe(controller.signal)
      yield* blocks.source(cids)
      controller.abort(reason)
    }
    await expect(readManifest(root.cid, source, { signal: controller.signal })).rejects.toBe(reason)
  })

  test('hands over every node, verified, once', async () => {
    const blocks = new Blocks()
    const inner = blocks.directory({ x: blocks.leaf('x') })
    const root = blocks.directory({ a: inner, b: inner })
    const seen: string[] = []
    await readManifest(root.cid, blocks.source, { onNode: (cid) => void seen.push(cid.toString()) })
    expect(seen).toEqual([root.cid.toString(), inner.cid.toString()])
  })
})

test('[CO23] symbolic links of the author are skipped and reported', async () => {
  const blocks = new Blocks()
  const link = blocks.node({ type: 'symlink', data: Buffer.from('../../etc/passwd') })
  const root = blocks.directory({ a: blocks.leaf('a'), link, sub: blocks.directory({ link }) })
  const manifest = await readManifest(root.cid, blocks.source)
  expect(manifest.files.map((file) => file.path)).toEqual(['a'])
  expect(manifest.skipped).toEqual([
    { path: 'link', reason: 'symlink' },
    { path: 'sub/link', reason: 'symlink' },
  ])
  await refusal(blocks, link.cid, 'type')
})

test('[CO23] mode and mtime are ignored', async () => {
  const blocks = new Blocks()
  const file = blocks.node({ type: 'file', mode: 0o777, mtime: { secs: -5n, nsecs: 7 }, blockSizes: [3n] }, [
    { name: '', block: blocks.leaf('abc') },
  ])
  const manifest = await readManifest(blocks.directory({ file }).cid, blocks.source)
  expect(manifest.files).toMatchObject([{ path: 'file', sizeBytes: 3 }])
})

test('[CO23] an empty file may be a dag-pb node', async () => {
  const blocks = new Blocks()
  const manifest = await readManifest(blocks.directory({ empty: blocks.file([]) }).cid, blocks.source)
  expect(manifest.files).toMatchObject([{ path: 'empty', sizeBytes: 0, chunkCount: 0 }])
})
