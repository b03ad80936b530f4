/** Writing DAG nodes: what an import makes and passes on. Reading is `manifest-node.ts`. */
import { encode, type PBLink } from '@ipld/dag-pb'
import type { CID } from 'multiformats/cid'
import { cidOf, DAG_PB } from './verify.ts'

export interface DagNode {
  readonly cid: CID
  readonly bytes: Uint8Array
}

/** A link to a file or folder: its CID and the bytes of it and everything below, repetitions counted. */
export interface DagLink {
  readonly cid: CID
  readonly tsize: number
}

/** `links` in their final order; dag-pb wants them sorted by the bytes of their names. */
export function makeNode(data: Uint8Array, links: PBLink[]): { node: DagNode; link: DagLink } {
  const bytes = encode({ Data: data, Links: links })
  const cid = cidOf(DAG_PB, bytes)
  const tsize = links.reduce((sum, link) => sum + (link.Tsize ?? 0), bytes.length)
  return { node: { cid, bytes }, link: { cid, tsize } }
}
