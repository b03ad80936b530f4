/**
 * Changes of state -> the event stream. What changed is marked; four times a second the marked values are made anew and
 * published where they differ from what was published last, and with them those of shares with peers, whose speeds change
 * by themselves. It remembers what every subscriber has been shown, snapshots included, so that what goes away is taken
 * back from all of them. SPEC: [FL9].
 */
import type { Change, ImportJob } from '../../../shared/contract/model.ts'
import type { SettingsView } from '../../../shared/contract/settings.ts'
import type { Clock } from '../exchange/ports.ts'
import type { SnapshotState } from '../telemetry/event-hub.ts'
import type { EngineContext } from './context.ts'
import { type NodeFacts, statusOf } from './node-status.ts'
import { peersOf } from './peer-list.ts'
import type { Share } from './share.ts'
import { summaryOf } from './summaries.ts'
import { swarmOf } from './swarm-rows.ts'

const PUBLISH_MS = 250
/** Pings and the like move a few bytes all the time; that alone is no news until it amounts to so many. */
const WIRE_GRAIN_BYTES = 16 * 1024
/** Peers of the node change slowly, and making the list reads the store. */
const PEERS_EVERY = 8

interface ShownShare {
  summary: string
  /** Peer -> row; at most the sessions of a share. */
  readonly swarm: Map<string, string>
}

export class Publisher {
  private readonly context: EngineContext
  private readonly clock: Clock
  private readonly facts: NodeFacts
  private readonly settings: () => SettingsView
  private readonly subscribers: () => number
  private readonly marked = new Set<Share>()
  private readonly shownShares = new Map<string, ShownShare>()
  private readonly shownPeers = new Map<string, string>()
  private shownNode = ''
  /** What is shown is only noted: the one who looks is given it in a snapshot. */
  private quiet = false
  private round = 0
  private cancel = () => {}

  constructor(context: EngineContext, facts: NodeFacts, settings: () => SettingsView, subscribers: () => number) {
    this.context = context
    this.clock = context.clock
    this.facts = facts
    this.settings = settings
    this.subscribers = subscribers
  }

  start(): void {
    const again = () => {
      this.cancel = this.clock.after(PUBLISH_MS, again)
      this.publish()
    }
    this.cancel = this.clock.after(PUBLISH_MS, again)
  }

  stop(): void {
    this.cancel()
  }

  mark(share: Share): void {
    this.marked.add(share)
  }

  /** The peers are looked at in the next round. */
  peersChanged(): void {
    this.round = -1
  }

  removed(root: string): void {
    const shown = this.shownShares.get(root)
    this.shownShares.delete(root)
    for (const peer of shown?.swarm.keys() ?? []) this.context.publish({ type: 'swarm-removed', root, peer })
    this.context.publish({ type: 'share-removed', root })
  }

  /** Everything as it is now, for a new subscriber; what the others do not know of it yet is published to them. */
  snapshot(jobs: readonly ImportJob[]): SnapshotState {
    const shares = [...this.facts.shares]
    this.quiet = this.subscribers() <= 1
    for (const share of shares) this.showShare(share)
    this.showPeers()
    const node = this.showNode()
    this.quiet = false
    return {
      node,
      shares: shares.map(summaryOf),
      jobs: [...jobs],
      peers: peersOf(this.context),
      swarm: shares.flatMap(swarmOf),
      settings: this.settings(),
    }
  }

  private publish(): void {
    // Nobody looks: a new subscriber begins with a snapshot.
    if (this.subscribers() === 0) {
      this.shownShares.clear()
      this.shownPeers.clear()
      this.shownNode = ''
      this.marked.clear()
      return
    }
    this.round += 1
    const marked = new Set(this.marked)
    this.marked.clear()
    for (const share of this.facts.shares) {
      if (marked.has(share) || share.exchange.sessions.size > 0) this.showShare(share)
    }
    this.showNode()
    if (this.round % PEERS_EVERY === 0) this.showPeers()
  }

  private showShare(share: Share): void {
    const root = share.key
    const value = summaryOf(share)
    const text = JSON.stringify(value)
    const shown = this.shownShares.get(root) ?? { summary: '', swarm: new Map<string, string>() }
    this.shownShares.set(root, shown)
    if (shown.summary !== text) {
      shown.summary = text
      this.emit({ type: 'share', value })
    }
    const present = new Set<string>()
    for (const row of swarmOf(share)) {
      present.add(row.peer)
      this.show(shown.swarm, row.peer, { type: 'swarm', value: row })
    }
    for (const peer of shown.swarm.keys()) {
      if (present.has(peer)) continue
      shown.swarm.delete(peer)
      this.emit({ type: 'swarm-removed', root, peer })
    }
  }

  private showNode(): ReturnType<typeof statusOf> {
    const value = statusOf(this.context, this.facts)
    const { wireReceivedBytes, wireSentBytes, ...rest } = value
    const text = JSON.stringify([rest, grains(wireReceivedBytes), grains(wireSentBytes)])
    if (text !== this.shownNode) {
      this.shownNode = text
      this.emit({ type: 'node', value })
    }
    return value
  }

  private showPeers(): void {
    const present = new Set<string>()
    for (const value of peersOf(this.context)) {
      present.add(value.peer)
      this.show(this.shownPeers, value.peer, { type: 'peer', value })
    }
    for (const peer of this.shownPeers.keys()) {
      if (present.has(peer)) continue
      this.shownPeers.delete(peer)
      this.emit({ type: 'peer-removed', peer })
    }
  }

  private show(shown: Map<string, string>, key: string, change: Exclude<Change, { type: 'log' }>): void {
    const text = JSON.stringify(change)
    if (shown.get(key) === text) return
    shown.set(key, text)
    this.emit(change)
  }

  private emit(change: Change): void {
    if (!this.quiet) this.context.publish(change)
  }
}

function grains(bytes: number): number {
  return Math.floor(bytes / WIRE_GRAIN_BYTES)
}
