/** What the exchange of a share reports -> log, metrics, the share's own waits. SPEC: [FL15]. */
import { shareName } from '../content/safe-name.ts'
import { BAN_AFTER_BAD_CHUNKS } from '../exchange/chunk-intake.ts'
import type { ShareEvent } from '../exchange/share-exchange.ts'
import { nodeName } from '../network/node-name.ts'
import { leaveReason } from './leave-reason.ts'
import * as lines from './log-lines.ts'
import type { Share } from './share.ts'
import { hearOfPeers, introduce } from './swarm-talk.ts'

export function onShareEvent(share: Share, event: ShareEvent): void {
  const { context } = share
  const nowMs = context.clock.now()
  switch (event.type) {
    case 'session-open': {
      const { session } = event
      share.sources.add(session.remote, [], 'inbound')
      context.remember(session.remote, session.nodeName, session.client)
      adoptName(share, session.shareName)
      const name = nameOf(session)
      const awayMs = share.departures.returned(session.remote, nowMs)
      tell(share, session.remote, awayMs === undefined ? lines.peerJoined(name) : lines.peerReturned(name, awayMs))
      introduce(share, session)
      break
    }
    case 'session-end': {
      const { session, end, reassigned } = event
      share.sources.sessionEnded(session, end)
      if (session.isOpen) {
        const { reason, detail } = leaveReason(end)
        share.departures.left(session.remote, nowMs)
        tell(share, session.remote, lines.peerLeft(nameOf(session), reason, detail))
      }
      tellReassigned(share, session, reassigned, 'left')
      break
    }
    case 'liveness': {
      const { session, state, reassigned } = event
      const name = nameOf(session)
      if (state === 'back') tell(share, session.remote, lines.peerBack(name))
      else if (state === 'gone') tell(share, session.remote, lines.peerGone(name))
      else tell(share, session.remote, lines.peerSuspect(name, session.suspectedFor ?? 'silence'))
      if (reassigned > 0) context.metrics.chunk('timed-out', reassigned)
      // Of one that is gone the end of its session tells.
      if (state === 'suspect') tellReassigned(share, session, reassigned, state)
      break
    }
    case 'chunk':
      context.metrics.chunk('verified')
      if (share.manifest !== undefined && share.have !== undefined)
        share.haveBytes.gained(share.manifest, share.have, event.index)
      noteArrival(share, event.index, event.peer, nowMs)
      break
    case 'corrupt': {
      const { index, peer, badChunks } = event
      context.metrics.chunk('corrupt')
      share.chunks.rejected(index, peer)
      const facts = { name: knownName(share, peer), chunk: index, times: badChunks, limit: BAN_AFTER_BAD_CHUNKS }
      tell(share, peer, lines.chunkCorrupt(facts))
      break
    }
    case 'banned': {
      const { peer, reason } = event
      context.logger.warn({ root: share.key, peer, reason }, 'a peer was banned from a share')
      tell(share, peer, lines.peerBanned({ name: knownName(share, peer), ...reason }))
      context.importance.release(peer, share.sources)
      break
    }
    case 'write-failed':
      share.onWriteFailed?.(event.error)
      break
    case 'read-failed':
      share.onReadFailed?.(event.error)
      break
    case 'peers-told':
      hearOfPeers(share, event.peers)
      break
    case 'complete':
      share.onComplete?.()
      break
  }
  share.publish()
}

function tell({ context, key: root }: Share, peer: string, line: lines.Line): void {
  context.log({ root, peer, ...line })
}

function tellReassigned(share: Share, session: Named, chunks: number, cause: 'left' | 'suspect'): void {
  if (chunks > 0) tell(share, session.remote, lines.chunksReassigned({ name: nameOf(session), chunks, cause }))
}

function noteArrival({ chunks, context, manifest }: Share, index: number, peer: string, nowMs: number): void {
  if (manifest === undefined) return
  chunks.delivered(index, manifest.chunkCount, peer, (nowMs - context.started.ms) / 1_000)
}

/** A link without a name: what those who have the share call it. A claim like that of a link, and made safe like it. */
function adoptName(share: Share, claimed: string): void {
  const { row, root } = share
  if (row.origin === 'in-place' || row.path !== undefined || row.partialPath !== undefined) return
  if (row.name !== shareName(undefined, root)) return
  const name = shareName(claimed, root)
  if (name !== row.name) share.update({ name })
}

type Named = { readonly nodeName: string; readonly remote: string }

function nameOf({ nodeName: said, remote }: Named): string {
  return said === '' ? nodeName(remote) : said
}

/** Of a peer whose session may have ended already. */
function knownName({ context, exchange }: Share, peer: string): string {
  const session = exchange.sessions.get(peer)
  if (session !== undefined) return nameOf(session)
  return context.store.peers.get(peer)?.name ?? nodeName(peer)
}
