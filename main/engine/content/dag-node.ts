/** Writing DAG nodes: what an import makes and passes on. Reading is `manifest-node.ts`. */
import { encode } from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { cidOfKey, keyOf, type NodeKey } from './node-key.ts'
import { type Codec, cidOf, DAG_PB } from './verify.ts'

export interface DagNode {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** A link to a file or folder: its CID, taken apart to be small, and the bytes of all below it, repetitions counted. */
export interface DagLink {
  readonly codec: Codec
  readonly key: NodeKey
  readonly tsize: number
}

export interface NamedLink {
  readonly name: string
  readonly link: DagLink
}

/** `links` in their final order; dag-pb wants them sorted by the bytes of their names. */
export function makeNode(data: Uint8Array, links: readonly NamedLink[]): { node: DagNode; link: DagLink } {
  const bytes = encode({
    Data: data,
    Links: links.map(({ name, link }) => ({ Name: name, Tsize: link.tsize, Hash: cidOfLink(link) })),
  })
  const cid = cidOf(DAG_PB, bytes)
  const tsize = links.reduce((sum, { link }) => sum + link.tsize, bytes.length)
  return { node: { cid, bytes }, link: { codec: DAG_PB, key: keyOf(cid), tsize } }
}

export function cidOfLink(link: DagLink): CID {
  return cidOfKey(link.codec, link.key)
}
