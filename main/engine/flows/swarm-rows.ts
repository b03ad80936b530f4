/** The peers of a share as rows of the contract's swarm. */
import { peerIdFromString } from '@libp2p/peer-id'
import type { SwarmPeer } from '../../../shared/contract/model.ts'
import type { Session } from '../exchange/session.ts'
import { nodeName } from '../network/node-name.ts'
import { heldBy } from './held-by.ts'
import { seenAt } from './seen-at.ts'
import type { Share } from './share.ts'
import { speedOf } from './speed.ts'

export function swarmOf(share: Share): SwarmPeer[] {
  return [...share.exchange.sessions.values()]
    .filter((session) => session.isOpen)
    .map((session) => swarmPeer(share, session))
}

function swarmPeer(share: Share, session: Session): SwarmPeer {
  const { context, manifest } = share
  const nowMs = context.clock.now()
  const state = share.exchange.state?.peer(session.remote)
  const [connection] = context.node.libp2p.getConnections(peerIdFromString(session.remote))
  const held = manifest === undefined ? undefined : heldBy(session, manifest.chunkCount)
  const haveChunks = held === 'all' ? (manifest?.chunkCount ?? 0) : (held?.count ?? 0)
  return {
    root: share.key,
    peer: session.remote,
    name: session.nodeName === '' ? nodeName(session.remote) : session.nodeName,
    client: session.client,
    routes: share.sources.routesOf(session.remote),
    liveness: state?.suspect === true ? 'suspect' : session.detector.state,
    haveChunks,
    downBytesPerSecond: speedOf(session.down, nowMs),
    upBytesPerSecond: speedOf(session.up, nowMs),
    receivedBytes: session.down.total,
    sentBytes: session.up.total,
    inFlight: state?.requests.size ?? 0,
    window: Math.round(state?.windowBytes(nowMs) ?? 0),
    chokedByPeer: session.weAreChoked,
    chokedByUs: session.theyAreChoked,
    corruptChunks: state?.badChunks ?? 0,
    lastSeenAt: seenAt(nowMs - session.detector.lastHeardAtMs),
    ...(session.roundTripMs === undefined ? {} : { rttMs: session.roundTripMs }),
    ...(connection === undefined
      ? {}
      : { address: connection.remoteAddr.toString(), path: context.node.describe(connection).path }),
  }
}
