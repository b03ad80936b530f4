/**
 * A client's copy of the engine's state: a snapshot, then deltas applied to it. Pure: nothing is subscribed or drawn here.
 * A delta whose number is not the next one is a gap: the state is refused rather than guessed, and the client takes a
 * fresh snapshot. Maps are replaced only where they changed, so a view can compare by identity.
 * Rule [DA6].
 */
import { MAX_LOG_ENTRIES } from './limits.ts'
import type {
  Change,
  Delta,
  ImportJob,
  LogEntry,
  NodeStatus,
  Peer,
  ShareSummary,
  Snapshot,
  SwarmPeer,
} from './model.ts'
import type { SettingsView } from './settings.ts'

export interface ReplicaState {
  readonly seq: number
  readonly at: number
  readonly node: NodeStatus
  readonly settings: SettingsView
  readonly shares: ReadonlyMap<string, ShareSummary>
  readonly jobs: ReadonlyMap<string, ImportJob>
  readonly peers: ReadonlyMap<string, Peer>
  /** By root, then by peer. */
  readonly swarm: ReadonlyMap<string, ReadonlyMap<string, SwarmPeer>>
  /** Oldest first, at most MAX_LOG_ENTRIES. */
  readonly log: readonly LogEntry[]
}

export type Applied =
  | { readonly type: 'applied'; readonly state: ReplicaState }
  | { readonly type: 'gap'; readonly expected: number; readonly got: number }

export function applySnapshot(snapshot: Snapshot): ReplicaState {
  const swarm = new Map<string, Map<string, SwarmPeer>>()
  for (const row of snapshot.swarm) {
    const rows = swarm.get(row.root) ?? new Map<string, SwarmPeer>()
    swarm.set(row.root, rows.set(row.peer, row))
  }
  return {
    seq: snapshot.seq,
    at: snapshot.at,
    node: snapshot.node,
    settings: snapshot.settings,
    shares: new Map(snapshot.shares.map((share) => [share.root, share])),
    jobs: new Map(snapshot.jobs.map((job) => [job.job, job])),
    peers: new Map(snapshot.peers.map((peer) => [peer.peer, peer])),
    swarm,
    log: snapshot.log.slice(-MAX_LOG_ENTRIES),
  }
}

export function applyDelta(state: ReplicaState, delta: Delta): Applied {
  if (delta.seq !== state.seq + 1) return { type: 'gap', expected: state.seq + 1, got: delta.seq }
  const draft = new Draft(state)
  for (const change of delta.changes) draft.apply(change)
  return { type: 'applied', state: draft.finish(delta) }
}

/** Copies each map at the first change to it, so that one delta costs one copy per kind that changed. */
class Draft {
  #node: NodeStatus
  #settings: SettingsView
  readonly #shares: CopyOnWrite<ShareSummary>
  readonly #jobs: CopyOnWrite<ImportJob>
  readonly #peers: CopyOnWrite<Peer>
  readonly #swarm: CopyOnWrite<ReadonlyMap<string, SwarmPeer>>
  readonly #rows = new Map<string, CopyOnWrite<SwarmPeer>>()
  readonly #log: readonly LogEntry[]
  readonly #newLog: LogEntry[] = []

  constructor(state: ReplicaState) {
    this.#node = state.node
    this.#settings = state.settings
    this.#shares = new CopyOnWrite(state.shares)
    this.#jobs = new CopyOnWrite(state.jobs)
    this.#peers = new CopyOnWrite(state.peers)
    this.#swarm = new CopyOnWrite(state.swarm)
    this.#log = state.log
  }

  apply(change: Change): void {
    switch (change.type) {
      case 'node':
        this.#node = change.value
        return
      case 'settings':
        this.#settings = change.value
        return
      case 'share':
        this.#shares.set(change.value.root, change.value)
        return
      case 'share-removed':
        this.#shares.delete(change.root)
        this.#rows.delete(change.root)
        this.#swarm.delete(change.root)
        return
      case 'job':
        this.#jobs.set(change.value.job, change.value)
        return
      case 'job-removed':
        this.#jobs.delete(change.job)
        return
      case 'peer':
        this.#peers.set(change.value.peer, change.value)
        return
      case 'peer-removed':
        this.#peers.delete(change.peer)
        return
      case 'swarm':
        this.#swarmRows(change.value.root).set(change.value.peer, change.value)
        return
      case 'swarm-removed':
        this.#swarmRows(change.root).delete(change.peer)
        return
      case 'log':
        this.#newLog.push(change.value)
        return
    }
  }

  finish(delta: Delta): ReplicaState {
    for (const [root, rows] of this.#rows) {
      if (rows.map.size === 0) this.#swarm.delete(root)
      else this.#swarm.set(root, rows.map)
    }
    const log = this.#newLog.length === 0 ? this.#log : [...this.#log, ...this.#newLog].slice(-MAX_LOG_ENTRIES)
    return {
      seq: delta.seq,
      at: delta.at,
      node: this.#node,
      settings: this.#settings,
      shares: this.#shares.map,
      jobs: this.#jobs.map,
      peers: this.#peers.map,
      swarm: this.#swarm.map,
      log,
    }
  }

  #swarmRows(root: string): CopyOnWrite<SwarmPeer> {
    const known = this.#rows.get(root)
    if (known !== undefined) return known
    const rows = new CopyOnWrite(this.#swarm.map.get(root) ?? new Map<string, SwarmPeer>())
    this.#rows.set(root, rows)
    return rows
  }
}

class CopyOnWrite<V> {
  #map: ReadonlyMap<string, V>
  #copy: Map<string, V> | undefined

  constructor(map: ReadonlyMap<string, V>) {
    this.#map = map
  }

  get map(): ReadonlyMap<string, V> {
    return this.#map
  }

  set(key: string, value: V): void {
    this.#own().set(key, value)
  }

  delete(key: string): void {
    if (this.#map.has(key)) this.#own().delete(key)
  }

  #own(): Map<string, V> {
    if (this.#copy === undefined) {
      this.#copy = new Map(this.#map)
      this.#map = this.#copy
    }
    return this.#copy
  }
}
