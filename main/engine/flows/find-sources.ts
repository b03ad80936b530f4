/**
 * Looks for peers that have the share on every route at once, for as long as it is not complete, and says so when there
 * are none, or none that tells what it contains. Ends with `signal`; whoever calls waits for that.
 */
import { multiaddr } from '@multiformats/multiaddr'
import type { Share } from './share.ts'
import { sourceTrouble } from './source-trouble.ts'
import { isAboutSources } from './trouble.ts'

const LOOK_EVERY_MS = 1_000
/** So many peers of the swarm make further look-ups rare. */
const ENOUGH_SESSIONS = 4

export async function findSources(share: Share, signal: AbortSignal): Promise<void> {
  const { context, sources } = share
  const stopWatching = watchForNobody(share)
  sources.setNeeded(true)
  try {
    for await (const found of context.routing.content.findProviders(share.root, {
      signal,
      linkPeers: share.row.linkPeers,
      hasEnough: () => isWellServed(share),
    })) {
      sources.add(
        found.peer.toString(),
        // A copy of another version of the library's class would not do.
        found.addresses.map((address) => multiaddr(address.toString())),
        found.route,
      )
    }
  } catch (error) {
    if (!signal.aborted) context.logger.warn({ root: share.key, reason: String(error) }, 'looking for sources failed')
  } finally {
    sources.setNeeded(false)
    stopWatching()
  }
}

/** Somebody holds everything, or several hold something: the peers of the swarm tell of the others. */
function isWellServed(share: Share): boolean {
  let open = 0
  for (const session of share.exchange.sessions.values()) {
    if (!session.isOpen) continue
    if (session.have === 'all') return true
    open += 1
  }
  return open >= ENOUGH_SESSIONS
}

/** Returns the way to stop; a trouble that it told of ends with it. */
function watchForNobody(share: Share): () => void {
  const { clock } = share.context
  let someone = false
  let sinceMs = clock.now()
  let cancel = () => {}
  const look = () => {
    cancel = clock.after(LOOK_EVERY_MS, look)
    const nowMs = clock.now()
    const waits = !share.isStopped && (share.phase === 'resolving' || share.phase === 'fetching')
    let openSessions = 0
    for (const session of share.exchange.sessions.values()) if (session.isOpen) openSessions += 1
    if (openSessions > 0 !== someone || !waits) {
      someone = openSessions > 0
      sinceMs = nowMs
    }
    const hasManifest = share.manifest !== undefined
    const knownSources = share.sources.count
    const relayedSources = openSessions === 0 && waits ? share.sources.relayedCount : 0
    const found = sourceTrouble({ waits, openSessions, hasManifest, sinceMs, knownSources, relayedSources }, nowMs)
    const before = share.trouble
    // What the disk or a file is in trouble with matters more.
    if (before !== undefined && !isAboutSources(before)) return
    if (found === undefined) share.setTrouble(undefined)
    else if (found.code === before?.code) share.setTrouble({ ...found, sinceAt: before.sinceAt })
    else share.setTrouble({ ...found, sinceAt: Date.now() - Math.round(nowMs - sinceMs) })
  }
  cancel = clock.after(LOOK_EVERY_MS, look)
  return () => {
    cancel()
    if (share.trouble !== undefined && isAboutSources(share.trouble)) share.setTrouble(undefined)
  }
}
