/** DAGs that must be refused, made by hand from dag-pb and UnixFS; and large ones that must not. */
import { encode, type PBLink } from '@ipld/dag-pb'
import { UnixFS } from 'ipfs-unixfs'
import type { CID } from 'multiformats/cid'
import { cidOf, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'
import { type Loot, nodeKey } from './rogue-source.ts'

export interface Block {
  readonly cid: CID
  /** Bytes of file below. */
  readonly size: number
}

/** Collects nodes. */
export class Dag {
  readonly nodes = new Map<string, Uint8Array>()
  /** What all nodes weigh. */
  nodeBytes = 0

  put(bytes: Uint8Array, size: number): Block {
    const cid = cidOf(DAG_PB, bytes)
    this.nodes.set(nodeKey(cid.bytes), bytes)
    this.nodeBytes += bytes.byteLength
    return { cid, size }
  }

  leaf(text: string): Block {
    const bytes = Buffer.from(text)
    return { cid: cidOf(RAW, bytes), size: bytes.byteLength }
  }

  /** `sizes`: what the node says of its parts. */
  file(parts: readonly Block[], sizes: readonly number[] = parts.map(({ size }) => size)): Block {
    const total = sizes.reduce((sum, size) => sum + size, 0)
    return this.rawFile(parts, total, sizes)
  }

  /** A file node that says whatever it likes of sizes. By hand: ipfs-unixfs garbles sizes from 2 to 4 GiB. */
  rawFile(parts: readonly Block[], total: number, sizes: readonly number[]): Block {
    const Data = Uint8Array.from([0x08, 2, 0x18, ...varint(total), ...sizes.flatMap((size) => [0x20, ...varint(size)])])
    return this.put(encode({ Data, Links: parts.map(({ cid }) => ({ Hash: cid, Name: '' })) }), total)
  }

  folder(entries: readonly (readonly [string, Block])[]): Block {
    const Data = new UnixFS({ type: 'directory' }).marshal()
    const Links: PBLink[] = entries.map(([Name, { cid, size }]) => ({ Hash: cid, Name, Tsize: size }))
    Links.sort((a, b) => Buffer.compare(Buffer.from(a.Name ?? ''), Buffer.from(b.Name ?? '')))
    return this.put(
      encode({ Data, Links }),
      entries.reduce((sum, [, { size }]) => sum + size, 0),
    )
  }

  loot({ cid }: Block): Loot {
    return { root: cid, nodes: this.nodes, chunkCount: 0 }
  }
}

function varint(value: number): number[] {
  const groups: number[] = []
  for (let left = BigInt(value); left > 0n || groups.length === 0; left >>= 7n) groups.push(Number(left & 127n))
  return groups.map((group, index) => (index < groups.length - 1 ? group | 128 : group))
}

const numbered = (count: number, of: Block, prefix = ''): (readonly [string, Block])[] =>
  Array.from({ length: count }, (_, index) => [`${prefix}${String(index).padStart(5, '0')}`, of] as const)

function make(build: (dag: Dag) => Block): () => Loot {
  return () => {
    const dag = new Dag()
    return dag.loot(build(dag))
  }
}

export interface Hostile {
  make(): Loot
  /** What the user is told; or the peer is to blame, and another is looked for. */
  readonly says: RegExp | 'the peer'
}

function refusedAs(says: Hostile['says'], build: (dag: Dag) => Block): Hostile {
  return { says, make: make(build) }
}

/** Each is made when asked for; some weigh half a gigabyte. */
export const HOSTILE: Readonly<Record<string, Hostile>> = {
  'a diamond of folders, 40 levels': refusedAs(/more than 1000000 files and folders/, (dag) => {
    let folder = dag.folder([['file', dag.leaf('x')]])
    for (let level = 0; level < 40; level++)
      folder = dag.folder([
        ['a', folder],
        ['b', folder],
      ])
    return folder
  }),
  'a diamond of file parts, 40 levels': refusedAs(/more than 4000000 chunks/, (dag) => {
    let file = dag.file([dag.leaf('x')])
    for (let level = 0; level < 40; level++) file = dag.file([file, file])
    return file
  }),
  '10^7 entries, from two nodes': refusedAs(/more than (1000000 files|4000000 chunks)/, (dag) =>
    dag.folder(numbered(1000, dag.folder(numbered(10_000, dag.leaf('x'))))),
  ),
  '10^7 entries, all different: a thousand folders of ten thousand': refusedAs(
    /more than 1000000 files and folders/,
    (dag) => {
      const leaf = dag.leaf('x')
      // Those behind the first hundred are never read.
      const folders = Array.from({ length: 1000 }, (_, index) =>
        index < 130
          ? dag.folder(numbered(10_000, leaf, `${index}-`))
          : { cid: cidOf(DAG_PB, Uint8Array.of(index)), size: 0 },
      )
      return dag.folder(folders.map((folder, index) => [String(index).padStart(4, '0'), folder]))
    },
  ),
  'more chunks than are allowed, from few nodes': refusedAs(/more than 4000000 chunks/, (dag) => {
    let file = dag.file(new Array(1024).fill(dag.leaf('x')))
    for (let level = 0; level < 2; level++) file = dag.file(new Array(1024).fill(file))
    return file
  }),
  'a chain of folders without end': refusedAs(/nested deeper/, (dag) => {
    let folder = dag.folder([])
    for (let level = 0; level < 3000; level++) folder = dag.folder([['d', folder]])
    return folder
  }),
  'a size lie: a part has less than it is': refusedAs(/10 bytes where 9 were said/, (dag) =>
    dag.file([dag.file([dag.leaf('hello'), dag.leaf('world')])], [9]),
  ),
  'a size lie: the whole is not its parts': refusedAs(/claims 3 bytes, but its parts have 2/, (dag) =>
    dag.rawFile([dag.leaf('a'), dag.leaf('b')], 3, [1, 1]),
  ),
  'a size lie: more sizes than parts': refusedAs(/1 links? but more block sizes/, (dag) =>
    dag.rawFile([dag.leaf('a')], 2, [1, 1]),
  ),
  'a size lie: nothing in a chunk': refusedAs(/a part without bytes/, (dag) =>
    dag.rawFile([dag.leaf('a'), dag.leaf('b')], 1, [1, 0]),
  ),
  'a size lie: a part of 2^53 - 1 bytes': refusedAs(/5 bytes where 9007199254740991 were said/, (dag) =>
    dag.file([dag.file([dag.leaf('hello')])], [Number.MAX_SAFE_INTEGER]),
  ),
  'a size lie: a chunk of a gigabyte': refusedAs(/claims 1073741824 bytes/, (dag) =>
    dag.file([dag.leaf('hello')], [1 << 30]),
  ),
  'a size lie: 2^64 - 1 bytes': refusedAs(/larger than 2\^53/, (dag) => {
    const Data = Uint8Array.from([0x08, 2, 0x18, ...new Array(9).fill(0xff), 1, 0x20, ...new Array(9).fill(0xff), 1])
    return dag.put(encode({ Data, Links: [{ Hash: dag.leaf('x').cid, Name: '' }] }), 0)
  }),
  'a name that leaves the folder': refusedAs(/path separator in a name/, (dag) =>
    dag.folder([['../../../../etc/cron.d/shoal', dag.leaf('x')]]),
  ),
  'a million paths of 3,600 characters, from 17 small nodes': refusedAs(
    /paths have more than 134217728 characters/,
    (dag) => {
      let folder = dag.folder(numbered(990, dag.folder(numbered(1000, dag.leaf('x')))))
      for (let level = 0; level < 14; level++) folder = dag.folder([['n'.repeat(250), folder]])
      return folder
    },
  ),
  'names of more than 128 Mi characters': refusedAs(/paths have more than 134217728 characters/, (dag) => {
    const leaf = dag.leaf('x')
    const folders = Array.from({ length: 120 }, (_, index) =>
      dag.folder(numbered(5000, leaf, `${index} ${'n'.repeat(240)}`)),
    )
    return dag.folder(folders.map((folder, index) => [String(index).padStart(4, '0'), folder]))
  }),
  'a node that is no dag-pb': refusedAs(/damaged or was made to deceive/, (dag) =>
    dag.put(Buffer.alloc(1000, 0xee), 0),
  ),
  'a node of more than 2 MiB': refusedAs('the peer', (dag) =>
    dag.put(encode({ Data: new Uint8Array(2_200_000), Links: [] }), 0),
  ),
}

/** A million files in a hundred folders, with long names: all that is allowed. */
export const LARGEST = make((dag) => {
  const leaf = dag.leaf('x')
  const folders = Array.from({ length: 99 }, (_, index) =>
    dag.folder(numbered(10_000, leaf, `${index} ${'long name '.repeat(6)}`)),
  )
  return dag.folder(folders.map((folder, index) => [String(index), folder]))
})
