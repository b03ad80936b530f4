/**
 * Looks for peers that have the share on every route at once, for as long as it is not complete, and says so when there
 * are none.
 */
import { multiaddr } from '@multiformats/multiaddr'
import type { Share } from './share.ts'

/** How long nobody may answer before the user is told, in ms. */
const NO_SOURCES_AFTER_MS = 10_000
const LOOK_EVERY_MS = 1_000

export async function findSources(share: Share, signal: AbortSignal): Promise<void> {
  const { context, sources } = share
  const ended = new AbortController()
  const whole = AbortSignal.any([signal, ended.signal])
  watchForNobody(share, whole)
  share.stopFinding = () => ended.abort()
  sources.setImportant(true)
  try {
    for await (const found of context.routing.content.findProviders(share.root, {
      signal: whole,
      linkPeers: share.row.linkPeers,
    })) {
      sources.add(
        found.peer.toString(),
        found.addresses.map(String).map((text) => multiaddr(text)),
        found.route,
      )
      if (found.route !== 'inbound') context.routing.book.setImportant(found.peer, true)
    }
  } catch (error) {
    if (!whole.aborted) context.logger.warn({ root: share.key, reason: String(error) }, 'looking for sources failed')
  }
}

function watchForNobody(share: Share, signal: AbortSignal): void {
  const { clock } = share.context
  let aloneSinceMs = clock.now()
  const look = () => {
    if (signal.aborted) return
    const open = [...share.exchange.sessions.values()].filter((session) => session.isOpen)
    const nowMs = clock.now()
    if (open.length > 0 || share.isStopped) {
      aloneSinceMs = nowMs
      if (share.trouble?.code === 'no-sources') share.setTrouble(undefined)
    } else if (nowMs - aloneSinceMs >= NO_SOURCES_AFTER_MS && share.trouble === undefined) {
      share.setTrouble({ code: 'no-sources', message: nobody(share), sinceAt: Date.now() - NO_SOURCES_AFTER_MS })
    }
    clock.after(LOOK_EVERY_MS, look)
  }
  clock.after(LOOK_EVERY_MS, look)
}

function nobody(share: Share): string {
  const known = share.sources.count
  if (known === 0) return 'Nobody who has this was found yet. Ask for a fresh link, or for its owner to be online.'
  const many = known === 1 ? 'One possible source is' : `${known} possible sources are`
  return `${many} known, but none that has it can be reached now. It goes on by itself when one comes back.`
}
