/** Builders of DAGs by hand (good and hostile), a node source in memory, and trees of real files. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encode } from '@ipld/dag-pb'
import { UnixFS, type UnixFSOptions } from 'ipfs-unixfs'
import { type ImportCandidate, importer } from 'ipfs-unixfs-importer'
import type { CID } from 'multiformats/cid'
import { afterEach, expect } from 'vitest'
import { ManifestError, type ManifestErrorCode } from '../../../main/engine/content/manifest-error.ts'
import { type NodeSource, type ReadManifestOptions, readManifest } from '../../../main/engine/content/read-manifest.ts'
import { cidOf, DAG_PB, RAW } from '../../../main/engine/content/verify.ts'

export interface Block {
  readonly cid: CID
  readonly bytes: Uint8Array
  /** Bytes of file below, and Tsize. */
  readonly size: number
  readonly tsize: number
}

export interface Child {
  readonly name?: string
  readonly block: Pick<Block, 'cid'> & Partial<Block>
  readonly size?: number
  readonly tsize?: number | undefined
}

/** Blocks by CID, and a source that delivers them. */
export class Blocks {
  readonly byCid = new Map<string, Uint8Array>()
  readonly requests: number[] = []

  add(block: Block): Block {
    this.byCid.set(block.cid.toString(), block.bytes)
    return block
  }

  readonly source: NodeSource = async function* (this: Blocks, cids: readonly CID[]) {
    this.requests.push(cids.length)
    for (const cid of cids) {
      const bytes = this.byCid.get(cid.toString())
      if (bytes !== undefined) yield { cid, bytes }
    }
  }.bind(this)

  /** A chunk; only its CID matters to a manifest. */
  leaf(text: string | Uint8Array): Block {
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
    return { cid: cidOf(RAW, bytes), bytes, size: bytes.length, tsize: bytes.length }
  }

  /** A dag-pb block of any UnixFS content and links, sizes as given or as they are. */
  node(options: UnixFSOptions, children: readonly Child[] = [], size?: number): Block {
    const bytes = encode({ Data: new UnixFS(options).marshal(), Links: children.map(linkOf) })
    return this.block(bytes, size ?? children.reduce((sum, child) => sum + (child.size ?? child.block.size ?? 0), 0))
  }

  block(bytes: Uint8Array, size = 0): Block {
    return this.add({ cid: cidOf(DAG_PB, bytes), bytes, size, tsize: bytes.length + size })
  }

  /** Its UnixFS message is written here, digit by digit: ipfs-unixfs garbles sizes from 2 to 4 GiB. */
  file(parts: readonly Block[], sizes: readonly number[] = parts.map((part) => part.size)): Block {
    const size = sizes.reduce((sum, each) => sum + each, 0)
    const Data = Uint8Array.from([0x08, 2, 0x18, ...varint(size), ...sizes.flatMap((each) => [0x20, ...varint(each)])])
    const links = parts.map((block) => linkOf({ name: '', block, tsize: undefined }))
    return this.block(encode({ Data, Links: links }), size)
  }

  directory(entries: Readonly<Record<string, Block>>): Block {
    const children = Object.entries(entries).map(([name, block]) => ({ name, block }))
    children.sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
    return this.node({ type: 'directory' }, children)
  }
}

/** By the definition: seven bits at a time, the lowest first. */
export function varint(value: number): number[] {
  const groups: number[] = []
  for (let left = BigInt(value); left > 0n || groups.length === 0; left >>= 7n) groups.push(Number(left & 127n))
  return groups.map((group, index) => (index < groups.length - 1 ? group | 128 : group))
}

function linkOf({ name, block, ...rest }: Child): { Hash: CID; Name?: string; Tsize?: number } {
  const tsize = 'tsize' in rest ? rest.tsize : block.tsize
  return {
    Hash: block.cid,
    ...(name === undefined ? {} : { Name: name }),
    ...(tsize === undefined ? {} : { Tsize: tsize }),
  }
}

/** Expects the manifest below `root` to be refused, and returns the error. */
export async function refusal(
  blocks: Blocks,
  root: CID,
  code: ManifestErrorCode,
  options: ReadManifestOptions = {},
): Promise<ManifestError> {
  const error: unknown = await readManifest(root, blocks.source, options).then(
    () => 'accepted',
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ManifestError)
  if (!(error instanceof ManifestError)) throw new Error('unreachable')
  expect(error.code, error.message).toBe(code)
  return error
}

/** What ipfs-unixfs-importer makes of these entries with the profile, in one wrapping folder. */
export async function importedByLibrary(candidates: Iterable<ImportCandidate>): Promise<{ root: CID; blocks: Blocks }> {
  const blocks = new Blocks()
  const store = {
    put: (cid: CID, bytes: Uint8Array | AsyncIterable<Uint8Array>): CID => {
      if (bytes instanceof Uint8Array) blocks.byCid.set(cid.toString(), bytes)
      return cid
    },
  }
  let root: CID | undefined
  for await (const entry of importer(candidates, store as never, {
    profile: 'unixfs-v1-2025',
    wrapWithDirectory: true,
  })) {
    root = entry.cid
  }
  if (root === undefined) throw new Error('nothing imported')
  return { root, blocks }
}

const folders: string[] = []

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'shoal-content-'))
  folders.push(folder)
  return folder
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

export async function writeTree(root: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), content)
  }
}
