/** The engine's state as values of the contract. Every number is read from what runs; nothing is kept for display only. */
import type { Connection } from '@libp2p/interface'
import type { FileEntry, NodeStatus, Peer, ShareSummary, SwarmPeer } from '../../../shared/contract/model.ts'
import { VERSION } from '../../../shared/version.ts'
import type { Bitfield } from '../content/bitfield.ts'
import type { Session } from '../exchange/session.ts'
import { nodeName } from '../network/node-name.ts'
import type { RememberedPeer } from '../store/peers.ts'
import type { EngineContext } from './context.ts'
import type { Share } from './share.ts'

export function summaryOf(share: Share): ShareSummary {
  const { row, manifest, exchange, have } = share
  const nowMs = share.context.clock.now()
  const down = exchange.down.rate(nowMs)
  const state = share.state
  const wantedBytes = manifest === undefined ? undefined : wantedBytesOf(share)
  const haveChunks = have?.count ?? 0
  const haveBytes = haveBytesOf(share)
  const missing = exchange.state?.missing ?? 0
  const etaMs = state === 'downloading' && down > 0 && missing > 0 ? (missingBytesOf(share) / down) * 1_000 : undefined
  const sessions = [...exchange.sessions.values()].filter((session) => session.isOpen)
  const availability = exchange.availability()
  return {
    root: share.key,
    name: row.name,
    origin: row.origin,
    state,
    haveBytes,
    haveChunks,
    downBytesPerSecond: down,
    upBytesPerSecond: exchange.up.rate(nowMs),
    receivedBytes: row.receivedBytes + exchange.down.total - share.savedReceivedBytes,
    sentBytes: row.sentBytes + exchange.up.total - share.savedSentBytes,
    corruptBytes: row.corruptBytes + exchange.corruptBytes - share.savedCorruptBytes,
    peers: sessions.length,
    seeds: sessions.filter((session) => session.have === 'all').length,
    availability,
    survives: Math.max(availability - 1, 0),
    link: share.link(),
    sequential: row.sequential,
    addedAt: row.addedAt,
    announcements: share.announcements(),
    skipped: manifest?.skipped.length ?? 0,
    ...(manifest === undefined
      ? {}
      : {
          type: manifest.type,
          totalBytes: manifest.totalBytes,
          fileCount: manifest.files.length,
          chunkCount: manifest.chunkCount,
        }),
    ...(share.trouble === undefined ? {} : { trouble: share.trouble }),
    ...(row.claimedBytes === undefined ? {} : { claimedBytes: row.claimedBytes }),
    ...(wantedBytes === undefined ? {} : { wantedBytes }),
    ...(etaMs === undefined ? {} : { etaMs }),
    ...pathOf(share),
    ...(row.limitDown === undefined ? {} : { limitDownBytesPerSecond: row.limitDown }),
    ...(row.limitUp === undefined ? {} : { limitUpBytesPerSecond: row.limitUp }),
    ...(row.finishedAt === undefined ? {} : { finishedAt: row.finishedAt }),
  }
}

function pathOf(share: Share): { path?: string } {
  const path = share.row.path ?? share.row.destination
  return path === undefined ? {} : { path }
}

function wantedBytesOf(share: Share): number {
  const { manifest, row } = share
  if (manifest === undefined) return 0
  if (row.select === undefined) return manifest.totalBytes
  return row.select.reduce((sum, index) => sum + (manifest.files[index]?.sizeBytes ?? 0), 0)
}

/** All chunks of a share but the last of each file are of equal length; bytes are exact when counted per chunk. */
function haveBytesOf(share: Share): number {
  const { manifest, have } = share
  if (manifest === undefined || have === undefined) return 0
  if (have.isFull) return manifest.totalBytes
  const known = counted.get(have)
  if (known !== undefined && known.chunks === have.count) return known.bytes
  let bytes = 0
  have.forEachSet((index) => {
    bytes += manifest.chunkLength(index)
  })
  counted.set(have, { chunks: have.count, bytes })
  return bytes
}

/** The last count of each bitfield: a share that stands still is not counted again. */
const counted = new WeakMap<Bitfield, { chunks: number; bytes: number }>()

function missingBytesOf(share: Share): number {
  const { manifest, have } = share
  if (manifest === undefined || have === undefined) return 0
  if (share.row.select === undefined) return manifest.totalBytes - haveBytesOf(share)
  let sum = 0
  for (const index of share.wantedChunks()) if (!have.has(index)) sum += manifest.chunkLength(index)
  return sum
}

export function fileEntriesOf(share: Share, offset: number, count: number): { total: number; files: FileEntry[] } {
  const { manifest, have, row } = share
  if (manifest === undefined) return { total: 0, files: [] }
  const selected = row.select === undefined ? undefined : new Set(row.select)
  const files = manifest.files.slice(offset, offset + count).map((file, at): FileEntry => {
    let haveBytes = 0
    for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) {
      if (have?.has(chunk) === true) haveBytes += manifest.chunkLength(chunk)
    }
    const index = offset + at
    return { index, path: file.path, sizeBytes: file.sizeBytes, haveBytes, selected: selected?.has(index) ?? true }
  })
  return { total: manifest.files.length, files }
}

export function swarmOf(share: Share): SwarmPeer[] {
  return [...share.exchange.sessions.values()]
    .filter((session) => session.isOpen)
    .map((session) => swarmPeer(share, session))
}

function swarmPeer(share: Share, session: Session): SwarmPeer {
  const { context, manifest } = share
  const nowMs = context.clock.now()
  const state = share.exchange.state?.peer(session.remote)
  const connection = connectionTo(context, session.remote)
  const haveChunks = session.have === 'all' ? (manifest?.chunkCount ?? 0) : (session.have?.count ?? 0)
  return {
    root: share.key,
    peer: session.remote,
    name: session.nodeName === '' ? nodeName(session.remote) : session.nodeName,
    client: session.client,
    routes: share.sources.routesOf(session.remote),
    liveness: state?.suspect === true ? 'suspect' : session.detector.state,
    haveChunks,
    downBytesPerSecond: session.down.rate(nowMs),
    upBytesPerSecond: session.up.rate(nowMs),
    receivedBytes: session.down.total,
    sentBytes: session.up.total,
    inFlight: state?.requests.size ?? 0,
    window: Math.round(state?.windowBytes(nowMs) ?? 0),
    chokedByPeer: session.weAreChoked,
    chokedByUs: session.theyAreChoked,
    corruptChunks: state?.badChunks ?? 0,
    lastSeenAt: Date.now() - (nowMs - session.detector.lastHeardAtMs),
    ...(session.roundTripMs === undefined ? {} : { rttMs: session.roundTripMs }),
    ...(connection === undefined
      ? {}
      : { address: connection.remoteAddr.toString(), path: context.node.describe(connection).path }),
  }
}

function connectionTo(context: EngineContext, peer: string): Connection | undefined {
  return context.node.libp2p.getConnections().find((connection) => connection.remotePeer.toString() === peer)
}

export function peersOf(context: EngineContext): Peer[] {
  const remembered = new Map(context.store.peers.list().map((row) => [row.peer, row]))
  const peers = new Map<string, Peer>()
  for (const [peer, row] of remembered) peers.set(peer, rememberedPeer(row))
  for (const connection of context.node.libp2p.getConnections()) {
    const peer = connection.remotePeer.toString()
    const { path, transport, encryption } = context.node.describe(connection)
    const before = peers.get(peer)
    peers.set(peer, {
      ...(before ?? { name: nodeName(peer), peer }),
      connected: true,
      direction: connection.direction,
      address: connection.remoteAddr.toString(),
      path,
      transport,
      encryption,
      shoal: context.node.shoalPeers.has(connection.remotePeer),
      lastSeenAt: Date.now(),
      ...(connection.rtt === undefined ? {} : { rttMs: connection.rtt }),
    })
  }
  return [...peers.values()]
}

function rememberedPeer(row: RememberedPeer): Peer {
  return {
    peer: row.peer,
    name: row.name ?? nodeName(row.peer),
    connected: false,
    shoal: true,
    firstSeenAt: row.firstSeenAt,
    lastSeenAt: row.lastSeenAt,
    ...(row.client === undefined ? {} : { client: row.client }),
    ...(row.blocked === undefined ? {} : { blocked: row.blocked }),
  }
}

export interface Totals {
  readonly startedAt: number
  readonly uploadSlots: number
  readonly shares: Iterable<Share>
}

export function statusOf(context: EngineContext, totals: Totals): NodeStatus {
  const nowMs = context.clock.now()
  let down = 0
  let up = 0
  let received = 0
  let sent = 0
  for (const { exchange } of totals.shares) {
    down += exchange.down.rate(nowMs)
    up += exchange.up.rate(nowMs)
    received += exchange.down.total
    sent += exchange.up.total
  }
  const { node } = context
  return {
    peer: node.peerId.toString(),
    name: context.nodeName,
    version: VERSION,
    startedAt: totals.startedAt,
    network: node.mode,
    profile: context.options.profileDir,
    listening: node.addresses().map(String),
    reachable: node.reachable().map(String),
    connections: node.libp2p.getConnections().length,
    shoalPeers: node.shoalPeers.list().length,
    dht: node.dhts.map((dht) => ({ route: dht.route, mode: dht.mode(), tablePeers: dht.tablePeers() })),
    quic: node.capabilities.quic.on,
    downBytesPerSecond: down,
    upBytesPerSecond: up,
    receivedBytes: received,
    sentBytes: sent,
    uploadSlots: totals.uploadSlots,
    ...(context.downBucket.rate === undefined ? {} : { limitDownBytesPerSecond: context.downBucket.rate }),
    ...(context.upBucket.rate === undefined ? {} : { limitUpBytesPerSecond: context.upBucket.rate }),
  }
}
