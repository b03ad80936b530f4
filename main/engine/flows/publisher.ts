/**
 * Changes of state -> the event stream. What changed is marked; four times a second the marked values are made anew and
 * published, and those of shares that move, whose speeds change by themselves.
 */
import type { Change } from '../../../shared/contract/model.ts'
import type { Clock } from '../exchange/ports.ts'
import type { EngineContext } from './context.ts'
import type { Share } from './share.ts'
import { peersOf, statusOf, summaryOf, swarmOf, type Totals } from './summaries.ts'

const PUBLISH_MS = 250
/** Peers of the node change slowly, and making the list reads the store. */
const PEERS_EVERY = 8

export class Publisher {
  private readonly context: EngineContext
  private readonly clock: Clock
  private readonly totals: Totals
  private readonly subscribers: () => number
  private readonly marked = new Set<Share>()
  private readonly shown = new Map<string, string>()
  private round = 0
  private cancel = () => {}

  constructor(context: EngineContext, totals: Totals, subscribers: () => number) {
    this.context = context
    this.clock = context.clock
    this.totals = totals
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

  removed(root: string): void {
    this.shown.delete(`share ${root}`)
    this.context.publish({ type: 'share-removed', root })
    this.dropSwarm(root, new Set())
  }

  private publish(): void {
    this.round += 1
    // Nobody looks: a new subscriber begins with a snapshot.
    if (this.subscribers() === 0) {
      this.shown.clear()
      this.marked.clear()
      return
    }
    for (const share of this.totals.shares) {
      if (!this.marked.has(share) && share.exchange.sessions.size === 0) continue
      const summary = summaryOf(share)
      this.show(`share ${share.key}`, { type: 'share', value: summary })
      const present = new Set<string>()
      for (const value of swarmOf(share)) {
        present.add(value.peer)
        this.show(`swarm ${value.root} ${value.peer}`, { type: 'swarm', value })
      }
      this.dropSwarm(share.key, present)
    }
    this.marked.clear()
    this.show('node', { type: 'node', value: statusOf(this.context, this.totals) })
    if (this.round % PEERS_EVERY === 0) this.showPeers()
  }

  private showPeers(): void {
    const present = new Set<string>()
    for (const value of peersOf(this.context)) {
      present.add(`peer ${value.peer}`)
      this.show(`peer ${value.peer}`, { type: 'peer', value })
    }
    for (const key of this.shown.keys()) {
      if (key.startsWith('peer ') && !present.has(key)) {
        this.shown.delete(key)
        this.context.publish({ type: 'peer-removed', peer: key.slice('peer '.length) })
      }
    }
  }

  private dropSwarm(root: string, present: ReadonlySet<string>): void {
    const prefix = `swarm ${root} `
    for (const key of this.shown.keys()) {
      if (!key.startsWith(prefix) || present.has(key.slice(prefix.length))) continue
      this.shown.delete(key)
      this.context.publish({ type: 'swarm-removed', root, peer: key.slice(prefix.length) })
    }
  }

  /** Publishes what is not what was published last. */
  private show(key: string, change: Exclude<Change, { type: 'log' }>): void {
    const text = JSON.stringify(change)
    if (this.shown.get(key) === text) return
    this.shown.set(key, text)
    this.context.publish(change)
  }
}
