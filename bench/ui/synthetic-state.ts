/**
 * The state that the double tells: 50 transfers, 200 peers in the swarm of the first of them, and a change of everything that
 * can change, ten times a second. It exists in the bench only: nobody who uses Shoal ever sees a number of it. Pure.
 */
import type { Change, Peer, ShareSummary, Snapshot, SwarmPeer } from '../../shared/contract/model.ts'
import { pick, randomOf } from './random.ts'
import { syntheticNode, syntheticSettings } from './synthetic-node.ts'

export const SHARES = 50
export const PEERS = 200
export const CHUNKS = 100_000
const CHUNK_BYTES = 1_048_576
/** Peers in the swarm of every share but the first. */
const SMALL_SWARM = 4

export class SyntheticState {
  readonly roots: readonly string[]
  readonly peerIds: readonly string[]
  private readonly random = randomOf(7)
  private readonly startedAt: number
  private shares: ShareSummary[]
  private peers: Peer[]
  private swarm: SwarmPeer[]

  constructor(nowAt: number) {
    this.startedAt = nowAt
    this.roots = Array.from(
      { length: SHARES },
      (_, at) => `bafybeisynthetic${String(at).padStart(4, '0')}${'a'.repeat(39)}`,
    )
    this.peerIds = Array.from({ length: PEERS }, (_, at) => `12D3KooWSynthetic${String(at).padStart(35, 'x')}`)
    this.shares = this.roots.map((root, at) => this.share(root, at))
    this.peers = this.peerIds.map((peer, at) => this.peer(peer, at))
    this.swarm = this.roots.flatMap((root, at) =>
      (at === 0 ? this.peerIds : this.peerIds.slice(at * SMALL_SWARM, (at + 1) * SMALL_SWARM)).map((peer) =>
        this.swarmPeer(root, peer),
      ),
    )
  }

  snapshot(nowAt: number): Snapshot {
    return {
      seq: 0,
      at: nowAt,
      node: syntheticNode(this.startedAt, this.total('downBytesPerSecond'), this.total('upBytesPerSecond')),
      shares: this.shares,
      jobs: [],
      peers: this.peers,
      swarm: this.swarm,
      settings: syntheticSettings,
      log: [],
    }
  }

  /** Everything that moves has moved: every share, every row of every swarm, a tenth of the peers, the node. */
  changes(nowAt: number): Change[] {
    this.shares = this.shares.map((share) => this.moved(share))
    this.swarm = this.swarm.map((row) => this.movedRow(row, nowAt))
    const from = Math.floor(this.random() * PEERS * 0.9)
    this.peers = this.peers.map((peer, at) =>
      at >= from && at < from + PEERS / 10 ? { ...peer, lastSeenAt: nowAt, rttMs: 1 + this.random() * 40 } : peer,
    )
    const node = syntheticNode(this.startedAt, this.total('downBytesPerSecond'), this.total('upBytesPerSecond'))
    const changes: Change[] = [
      { type: 'node', value: node },
      ...this.shares.map((value): Change => ({ type: 'share', value })),
      ...this.swarm.map((value): Change => ({ type: 'swarm', value })),
      ...this.peers.slice(from, from + PEERS / 10).map((value): Change => ({ type: 'peer', value })),
    ]
    if (this.random() < 0.2) {
      const peer = pick(this.random, this.peerIds as [string, ...string[]])
      const name = `Peer ${this.peerIds.indexOf(peer)}`
      const root = this.roots[0] ?? ''
      const text = `${name} is back.`
      changes.push({ type: 'log', value: { at: nowAt, kind: 'peer-back', root, peer, text, facts: { name } } })
    }
    return changes
  }

  share0(): ShareSummary {
    const [first] = this.shares
    if (first === undefined) throw new Error('There are always shares.')
    return first
  }

  private total(rate: 'downBytesPerSecond' | 'upBytesPerSecond'): number {
    return this.shares.reduce((sum, share) => sum + share[rate], 0)
  }

  private moved(share: ShareSummary): ShareSummary {
    const isDown = share.state === 'downloading'
    const down = isDown ? this.drifted(share.downBytesPerSecond, 2e6, 11e6) : 0
    const haveBytes = Math.min(share.totalBytes ?? 0, share.haveBytes + down / 10)
    return {
      ...share,
      haveBytes: Math.round(haveBytes),
      haveChunks: Math.floor(haveBytes / CHUNK_BYTES),
      downBytesPerSecond: down,
      upBytesPerSecond: this.drifted(share.upBytesPerSecond, 0, 3e6),
      receivedBytes: share.receivedBytes + Math.round(down / 10),
      ...(isDown ? { etaMs: Math.round(((share.totalBytes ?? 0) - haveBytes) / (down / 1_000)) } : {}),
    }
  }

  /** Speeds of the engine are means over a while: they drift, every tenth of a second, and do not jump. */
  private drifted(before: number, least: number, most: number): number {
    if (before === 0) return Math.round(least + this.random() * (most - least))
    return Math.round(Math.min(most, Math.max(least, before * (0.93 + this.random() * 0.14))))
  }

  private movedRow(row: SwarmPeer, nowAt: number): SwarmPeer {
    return {
      ...row,
      haveChunks: Math.min(CHUNKS, row.haveChunks + Math.floor(this.random() * 20)),
      downBytesPerSecond: this.drifted(row.downBytesPerSecond, 1e4, 4e6),
      upBytesPerSecond: row.chokedByUs ? 0 : this.drifted(row.upBytesPerSecond, 1e4, 2e6),
      receivedBytes: row.receivedBytes + 40_000,
      inFlight: Math.floor(this.random() * 16),
      lastSeenAt: nowAt,
    }
  }

  private share(root: string, at: number): ShareSummary {
    const chunkCount = at === 0 ? CHUNKS : 400 + at * 90
    const isDown = at < 40
    const have = isDown ? Math.floor(chunkCount * (0.1 + this.random() * 0.5)) : chunkCount
    return {
      root,
      name: `Synthetic transfer ${at} ${'of a long name '.repeat(at % 4)}`.trim(),
      origin: isDown ? 'fetched' : 'in-place',
      type: 'directory',
      state: isDown ? 'downloading' : 'seeding',
      totalBytes: chunkCount * CHUNK_BYTES,
      fileCount: 12,
      chunkCount,
      wantedBytes: chunkCount * CHUNK_BYTES,
      haveBytes: have * CHUNK_BYTES,
      haveChunks: have,
      downBytesPerSecond: 0,
      upBytesPerSecond: 0,
      receivedBytes: have * CHUNK_BYTES,
      sentBytes: at * 1e8,
      corruptBytes: 0,
      peers: at === 0 ? PEERS : SMALL_SWARM,
      seeds: 1,
      availability: 3,
      survives: 2,
      path: `/tmp/synthetic/${at}`,
      link: `shoal:${root}`,
      sequential: false,
      priority: 'normal',
      addedAt: this.startedAt - at * 60_000,
      announcements: [],
      skipped: 0,
    }
  }

  private peer(peer: string, at: number): Peer {
    return {
      peer,
      name: `Peer ${at}`,
      client: 'shoal/0.1.0',
      connected: true,
      direction: at % 2 === 0 ? 'inbound' : 'outbound',
      path: pick(this.random, ['lan', 'direct', 'relay', 'loopback']),
      shoal: true,
      firstSeenAt: this.startedAt,
      lastSeenAt: this.startedAt,
    }
  }

  private swarmPeer(root: string, peer: string): SwarmPeer {
    const known = this.peers.find((one) => one.peer === peer)
    const isComplete = this.random() < 0.2
    return {
      root,
      peer,
      ...(known?.name === undefined ? {} : { name: known.name }),
      ...(known?.path === undefined ? {} : { path: known.path }),
      client: 'shoal/0.1.0',
      routes: ['link', 'swarm'],
      liveness: this.random() < 0.03 ? 'suspect' : 'alive',
      haveChunks: isComplete ? CHUNKS : Math.floor(this.random() * CHUNKS),
      downBytesPerSecond: 0,
      upBytesPerSecond: 0,
      receivedBytes: 0,
      sentBytes: 0,
      inFlight: 0,
      window: 4_194_304,
      chokedByPeer: this.random() < 0.2,
      chokedByUs: this.random() < 0.6,
      corruptChunks: 0,
      rttMs: 12,
      lastSeenAt: this.startedAt,
    }
  }
}
