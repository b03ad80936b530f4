/**
 * From hashed files to the root: builds every folder's DAG after those inside it, and lists the files in the order in
 * which a manifest numbers them (depth first, links in stored order). SPEC: [CO1], [CO7].
 */
import type { DagLink, DagNode, NamedLink } from './dag-node.ts'
import { folderNodes } from './folder-dag.ts'
import type { FoundFile, FoundFolder } from './walk.ts'

export interface BuiltTree {
  readonly link: DagLink
  readonly files: readonly FoundFile[]
}

interface Linked extends NamedLink {
  /** Of a file itself; of a folder all files inside. */
  readonly files: readonly FoundFile[]
}

/** `emit` gets every node, children first, and `undefined` where it may pause. */
export async function buildTree(
  root: FoundFolder,
  emit: (node: DagNode | undefined) => Promise<void>,
): Promise<BuiltTree> {
  const nodes = treeNodes(root)
  for (;;) {
    const step = nodes.next()
    if (step.done) return step.value
    await emit(step.value)
  }
}

/** Recurses no deeper than a share may have folders in folders; the walk has seen to that. */
function* treeNodes(folder: FoundFolder): Generator<DagNode | undefined, BuiltTree> {
  const entries: Linked[] = []
  for (const entry of folder.entries) {
    if (entry.kind === 'file') entries.push({ name: entry.name, link: linkOf(entry), files: [entry] })
    else entries.push({ name: entry.name, ...(yield* treeNodes(entry)) })
  }
  const { link, ordered } = yield* folderNodes(entries)
  return { link, files: ordered.flatMap(({ files }) => files) }
}

function linkOf(file: FoundFile): DagLink {
  if (file.link === undefined) throw new Error(`${file.path} was not hashed`)
  return file.link
}
