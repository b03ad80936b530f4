/**
 * What the root CID stands for: from our own store, else from the first peers that answer, node by node, verified and
 * validated as a whole before anything is created. Nodes are stored as they come, so an interrupted reading goes on.
 */
import type { CID } from 'multiformats/cid'
import type { Trouble } from '../../../shared/contract/model.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { type DagNode, readManifest } from '../content/read-manifest.ts'
import { manifestReceived } from './log-lines.ts'
import { recallManifest } from './recall.ts'
import type { Share } from './share.ts'
import { troubleFacts, troubleOf } from './trouble.ts'

/** Nodes stored in one transaction. */
const BATCH_NODES = 64
/** And at most so many bytes of them wait for it. */
const BATCH_BYTES = 8 * 1024 * 1024

/** @returns false when the content itself is refused; the share is then `failed`. */
export async function resolveManifest(share: Share, signal: AbortSignal): Promise<boolean> {
  if ((await recallManifest(share, signal)) !== undefined) return true
  if (share.row.origin === 'in-place' || share.row.complete) return refuse(share, 'record-damaged')
  for (;;) {
    const waiting: DagNode[] = []
    let waitingBytes = 0
    const keep = () => {
      waitingBytes = 0
      share.context.store.nodes.putMany(share.key, waiting.splice(0))
    }
    try {
      share.manifest = await readManifest(share.root, (cids, inner) => ownThenRemote(share, cids, inner ?? signal), {
        signal,
        onNode: (cid, bytes) => {
          waiting.push({ cid, bytes })
          waitingBytes += bytes.byteLength
          if (waiting.length >= BATCH_NODES || waitingBytes >= BATCH_BYTES) keep()
        },
      })
      keep()
      const { files, chunkCount, totalBytes } = share.manifest
      const facts = { files: files.length, chunks: chunkCount, bytes: totalBytes }
      share.context.log({ root: share.key, ...manifestReceived(facts) })
      return true
    } catch (error) {
      keep()
      signal.throwIfAborted()
      if (!(error instanceof ManifestError)) throw error
      if (!blame(share, error)) return refuse(share, error)
    }
  }
}

/** False when it is not the fault of the one who delivered it. */
function blame(share: Share, error: ManifestError): boolean {
  const peer = share.exchange.nodes.lastSource
  if (!error.blamesPeer || peer === undefined) return false
  share.context.logger.warn(
    { root: share.key, peer, code: error.code },
    'a peer delivered DAG nodes that are not what was asked for',
  )
  share.exchange.nodes.distrust(peer)
  share.exchange.ban(peer, { cause: 'wrong-nodes', detail: error.code })
  return true
}

function refuse(share: Share, error: ManifestError | 'record-damaged'): false {
  share.phase = 'failed'
  share.setTrouble(error === 'record-damaged' ? forgotten(share) : troubleOf(error, Date.now()))
  share.publish()
  return false
}

function forgotten({ row }: Share): Trouble {
  const again = row.origin === 'in-place' ? 'Share the path again.' : 'Remove it and fetch it again; your files stay.'
  const message = `What was recorded of this share is damaged. ${again}`
  const facts = troubleFacts('invalid-manifest', { cause: 'record-damaged', origin: row.origin })
  return { code: 'invalid-manifest', message, sinceAt: Date.now(), facts }
}

async function* ownThenRemote(share: Share, cids: readonly CID[], signal: AbortSignal): AsyncGenerator<DagNode> {
  const missing = new Map(cids.map((cid) => [cid.toString(), cid]))
  for await (const node of share.context.store.nodes.source(cids, signal)) {
    missing.delete(node.cid.toString())
    yield node
  }
  if (missing.size > 0) yield* share.exchange.nodes.fetch([...missing.values()], signal)
}
