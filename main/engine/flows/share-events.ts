/** What the exchange of a share reports -> log, metrics, the share's own waits. */
import { shareName } from '../content/safe-name.ts'
import type { LinkEnd } from '../exchange/ports.ts'
import { BAN_AFTER_BAD_CHUNKS, type ShareEvent } from '../exchange/share-exchange.ts'
import type { Share } from './share.ts'
import { hearOfPeers, introduce } from './swarm-talk.ts'

export function onShareEvent(share: Share, event: ShareEvent): void {
  const { context } = share
  const root = share.key
  switch (event.type) {
    case 'session-open': {
      const { session } = event
      share.sources.add(session.remote, [], 'inbound')
      context.remember(session.remote, session.nodeName, session.client)
      adoptName(share, session.shareName)
      context.log({ kind: 'peer-joined', root, peer: session.remote, text: `${nameOf(session)} joined.` })
      introduce(share, session)
      break
    }
    case 'session-end': {
      const { session, end, reassigned } = event
      share.sources.sessionEnded(session, end)
      if (session.isOpen)
        context.log({ kind: 'peer-left', root, peer: session.remote, text: `${nameOf(session)} left: ${whyLeft(end)}` })
      if (reassigned > 0) {
        context.log({
          kind: 'chunks-reassigned',
          root,
          peer: session.remote,
          text: `${reassigned} chunks asked of ${nameOf(session)} are asked elsewhere.`,
        })
      }
      break
    }
    case 'liveness': {
      const { session, state, reassigned } = event
      const kind = state === 'back' ? 'peer-back' : 'peer-suspect'
      const text = {
        suspect: 'says nothing; it is suspected to be gone.',
        back: 'is back.',
        gone: 'said nothing for too long; it is taken as gone.',
      }[state]
      context.log({ kind, root, peer: session.remote, text: `${nameOf(session)} ${text}` })
      if (reassigned > 0) {
        context.metrics.chunk('timed-out', reassigned)
        context.log({
          kind: 'chunks-reassigned',
          root,
          peer: session.remote,
          text: `${reassigned} chunks asked of ${nameOf(session)} may be asked elsewhere.`,
        })
      }
      break
    }
    case 'chunk':
      context.metrics.chunk('verified')
      if (share.manifest !== undefined && share.have !== undefined)
        share.haveBytes.gained(share.manifest, share.have, event.index)
      break
    case 'corrupt':
      context.metrics.chunk('corrupt')
      context.log({
        kind: 'chunk-corrupt',
        root,
        peer: event.peer,
        text: `Chunk ${event.index} came with wrong bytes and was thrown away (${event.badChunks} of ${BAN_AFTER_BAD_CHUNKS} before a ban).`,
      })
      break
    case 'banned':
      context.logger.warn({ root, peer: event.peer, reason: event.reason }, 'a peer was banned from a share')
      context.log({ kind: 'peer-banned', root, peer: event.peer, text: `Banned from this share: it ${event.reason}.` })
      context.importance.release(event.peer, share.sources)
      break
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

/** A link without a name: what those who have the share call it. A claim like that of a link, and made safe like it. */
function adoptName(share: Share, claimed: string): void {
  const { row, root } = share
  if (row.origin === 'in-place' || row.path !== undefined || row.partialPath !== undefined) return
  if (row.name !== shareName(undefined, root)) return
  const name = shareName(claimed, root)
  if (name !== row.name) share.update({ name })
}

function nameOf(session: { nodeName: string; remote: string }): string {
  return session.nodeName === '' ? session.remote.slice(-8) : session.nodeName
}

function whyLeft(end: LinkEnd): string {
  switch (end.reason) {
    case 'goodbye':
      return end.text === '' ? 'it said goodbye.' : `${end.text}.`
    case 'closed-by-us':
      return 'we ended it.'
    case 'connection-lost':
      return `the connection was lost (${end.message}).`
    case 'protocol-error':
      return `it broke a rule of the protocol (${end.message}).`
  }
}
