/**
 * What the root CID stands for: from our own store, else from the first peers that answer, node by node, verified and
 * validated as a whole before anything is created. Nodes are stored as they come, so an interrupted reading goes on.
 */
import type { CID } from 'multiformats/cid'
import type { Manifest } from '../content/manifest.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { rawRootManifest } from '../content/packed-manifest.ts'
import { type DagNode, readManifest } from '../content/read-manifest.ts'
import type { Share } from './share.ts'
import { troubleOf } from './trouble.ts'

const RAW_CODEC = 0x55
/** Nodes stored in one transaction. */
const BATCH_NODES = 64
/** A peer answered but no manifest came: said after this, in ms. */
const NO_MANIFEST_AFTER_MS = 20_000

/** @returns false when the content itself is refused; the share is then `failed`. */
export async function resolveManifest(share: Share, signal: AbortSignal): Promise<boolean> {
  if (share.manifest !== undefined) return true
  const { store, logger } = share.context
  share.manifest = onlyFileManifest(share)
  if (share.manifest !== undefined) return true
  const stopWatching = watch(share, signal)
  try {
    for (;;) {
      const waiting: DagNode[] = []
      const keep = () => store.nodes.putMany(share.key, waiting.splice(0))
      try {
        share.manifest = await readManifest(share.root, (cids, inner) => ownThenRemote(share, cids, inner ?? signal), {
          signal,
          onNode: (cid, bytes) => {
            waiting.push({ cid, bytes })
            if (waiting.length >= BATCH_NODES) keep()
          },
        })
        keep()
        if (share.trouble?.code === 'no-manifest') share.setTrouble(undefined)
        share.context.log({
          kind: 'manifest-received',
          root: share.key,
          text: 'What the share contains is known and valid.',
        })
        return true
      } catch (error) {
        keep()
        signal.throwIfAborted()
        if (!(error instanceof ManifestError)) throw error
        const peer = share.exchange.nodes.lastSource
        if (error.blamesPeer && peer !== undefined) {
          logger.warn(
            { root: share.key, peer, code: error.code },
            'a peer delivered DAG nodes that are not what was asked for',
          )
          share.exchange.nodes.distrust(peer)
          share.exchange.ban(peer, `delivered wrong DAG nodes (${error.code})`)
          continue
        }
        share.phase = 'failed'
        share.setTrouble(troubleOf(error, Date.now()))
        share.publish()
        return false
      }
    }
  } finally {
    stopWatching()
  }
}

/** The root of a share that is one small file is that file: its manifest is made of the file's record. */
export function onlyFileManifest(share: Share): Manifest | undefined {
  if (share.root.code !== RAW_CODEC || (share.row.origin !== 'in-place' && !share.row.complete)) return undefined
  const onlyFile = share.context.store.files.all(share.key).get(0)
  return onlyFile === undefined ? undefined : rawRootManifest(share.root, onlyFile.sizeBytes)
}

async function* ownThenRemote(share: Share, cids: readonly CID[], signal: AbortSignal): AsyncGenerator<DagNode> {
  const missing = new Map(cids.map((cid) => [cid.toString(), cid]))
  for await (const node of share.context.store.nodes.source(cids, signal)) {
    missing.delete(node.cid.toString())
    yield node
  }
  if (missing.size > 0) yield* share.exchange.nodes.fetch([...missing.values()], signal)
}

function watch(share: Share, signal: AbortSignal): () => void {
  return share.context.clock.after(NO_MANIFEST_AFTER_MS, () => {
    if (signal.aborted || share.manifest !== undefined || share.exchange.sessions.size === 0) return
    share.setTrouble({
      code: 'no-manifest',
      message: 'Peers answer, but none has delivered what the share contains yet. It goes on when one does.',
      sinceAt: Date.now(),
    })
  })
}
