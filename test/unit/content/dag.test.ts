/** DAGs from digests and links alone, against other implementations and against the definition. */
import { decode } from '@ipld/dag-pb'
import { DirSharded } from 'ipfs-unixfs-importer/utils'
import type { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import { cidOfLink, type DagLink } from '../../../main/engine/content/dag-node.ts'
import { fileNodes } from '../../../main/engine/content/file-dag.ts'
import { folderNodes } from '../../../main/engine/content/folder-dag.ts'
import { keyOf } from '../../../main/engine/content/node-key.ts'
import { readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'
import { Blocks, varint } from './support.ts'

const MIB = 1_048_576
const GIB = 1024 * MIB

function collect<T>(nodes: Generator<{ cid: CID; bytes: Uint8Array } | undefined, T>): { result: T; blocks: Blocks } {
  const blocks = new Blocks()
  for (;;) {
    const step = nodes.next()
    if (step.done) return { result: step.value, blocks }
    if (step.value !== undefined) blocks.byCid.set(step.value.cid.toString(), step.value.bytes)
  }
}

/** Digests of `sizeBytes` that need no bytes: any 32 bytes are a digest. */
function digestsOf(sizeBytes: number): Uint8Array {
  const digests = new Uint8Array(Math.ceil(sizeBytes / MIB) * 32)
  const view = new DataView(digests.buffer)
  for (let i = 0; i < digests.length / 32; i++) view.setUint32(i * 32, i + 1)
  return digests
}

describe('the DAG of a file', () => {
  test.each([
    2 * MIB,
    1024 * MIB,
    GIB + 1,
    2 * GIB - 1,
    2 * GIB,
    3 * GIB + 12_345,
    4 * GIB - 1,
    4 * GIB,
    6 * GIB,
    1024 * GIB + 3 * GIB,
  ])('[CO1] of %d bytes reads back as exactly that', async (sizeBytes) => {
    const digests = digestsOf(sizeBytes)
    const { result, blocks } = collect(fileNodes(digests, sizeBytes))
    const manifest = await readManifest(cidOfLink(result), blocks.source)
    expect(manifest.totalBytes).toBe(sizeBytes)
    expect(Buffer.compare(manifest.digests, digests)).toBe(0)
    const nodes = [...blocks.byCid.values()].reduce((sum, bytes) => sum + bytes.length, 0)
    expect(result.tsize).toBe(sizeBytes + nodes)
  })

  test('[CO1] of 3 GiB says so, byte for byte as the definition has it', () => {
    const { result, blocks } = collect(fileNodes(digestsOf(3 * GIB), 3 * GIB))
    const root = decode(blocks.byCid.get(cidOfLink(result).toString()) ?? new Uint8Array(0))
    const sizes = [GIB, GIB, GIB].flatMap((size) => [0x20, ...varint(size)])
    expect([...(root.Data ?? [])]).toEqual([0x08, 2, 0x18, ...varint(3 * GIB), ...sizes])
    expect(root.Links.length).toBe(3)
  })
})

describe('the DAG of a folder', () => {
  const linkTo = (name: string, codec: typeof RAW | typeof DAG_PB, tsize: number) => {
    const cid = cidOf(codec, Buffer.from(name))
    return { name, cid, link: { codec, key: keyOf(cid), tsize } satisfies DagLink }
  }

  const byName = <T extends { name: string }>(entries: T[]): T[] =>
    entries.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))

  // The sizes of links in a folder decide, not what they lead to: here to folders, as in a tree of many projects.
  test('[CO1] of 7,000 folders is the HAMT that another implementation builds', async () => {
    const entries = byName(Array.from({ length: 7000 }, (_, i) => linkTo(`project ${i} 项目`, DAG_PB, 100 + i)))
    const library = new DirSharded(
      { root: true, dir: true, path: '', dirty: true, flat: false },
      { cidVersion: 1, shardFanoutBits: 8, shardSplitStrategy: 'block-bytes' },
    )
    for (const { name, cid, link } of entries) await library.put(name, { cid, size: BigInt(link.tsize) } as never)
    let expected: { cid: CID; size: bigint } | undefined
    for await (const entry of library.flush({ put: (cid: CID) => cid } as never)) expected = entry
    const { result } = collect(folderNodes(entries))
    expect(cidOfLink(result.link).toString()).toBe(expected?.cid.toString())
    expect(BigInt(result.link.tsize)).toBe(expected?.size)
    expect(new Set(result.ordered)).toEqual(new Set(entries))
  })

  test('[CO1] stays flat with a block of exactly 262,144 bytes, and is a HAMT with one byte more', () => {
    // Names of a few lengths fill the block to the byte.
    const many = Array.from({ length: 4000 }, (_, i) =>
      linkTo(`${String(i).padStart(5, '0')}${'n'.repeat(14)}`, RAW, 5),
    )
    const blockBytes = (entries: typeof many) =>
      Math.max(...[...collect(folderNodes(byName(entries))).blocks.byCid.values()].map((bytes) => bytes.length))
    const base = blockBytes(many)
    const overhead = blockBytes([...many, linkTo('z'.repeat(50), RAW, 5)]) - base - 50
    const filler: typeof many = []
    for (let left = 262_144 - base; left > 0; ) {
      const bytes = left >= 2 * 120 ? 120 : left > 120 ? Math.floor(left / 2) : left
      filler.push(linkTo(`z${String(filler.length).padStart(4, '0')}`.padEnd(bytes - overhead, 'z'), RAW, 5))
      left -= bytes
    }
    const exact = [...many, ...filler]
    expect(blockBytes(exact)).toBe(262_144)
    const last = filler.at(-1)
    const more = [...exact.slice(0, -1), linkTo(`${last?.name}z`, RAW, 5)]
    expect(collect(folderNodes(byName(more))).blocks.byCid.size).toBeGreaterThan(250)
  })
})
