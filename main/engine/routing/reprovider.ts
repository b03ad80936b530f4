/**
 * Announces shares in the DHTs, in the background, and keeps them announced (SPEC [NE80]-[NE85]): at most two rounds at
 * a time, repeated before records expire, when our addresses change, when a round failed, and in the LAN DHT when peers
 * join that should hold the record. What to do when is announce-state.ts; this file acts, with one timer.
 */
import { multiaddr } from '@multiformats/multiaddr'
import type { CID } from 'multiformats/cid'
import type { Announcement } from '../../../shared/contract/model.ts'
import { addressScope } from '../network/address-rules.ts'
import type { DhtView } from '../network/dht-view.ts'
import { reasonOf } from '../network/logger.ts'
import {
  type AnnounceState,
  dueAt,
  finished,
  newcomers,
  peerLeft,
  REPLICATION,
  readdressed,
  started,
  toAnnouncement,
} from './announce-state.ts'
import type { RoutingTools } from './tools.ts'

export interface ReproviderOptions {
  readonly dhts: readonly DhtView[]
  /** The addresses that a record would carry now. */
  readonly ownAddresses: () => readonly string[]
  readonly onChange: (root: string, announcements: Announcement[]) => void
  readonly tools: RoutingTools
}

/** A round keeps up to 10 requests in the air; downloads come first. */
const MAX_ROUNDS = 2
const ROUND_TIMEOUT_MS: Record<DhtView['route'], number> = { 'lan-dht': 30_000, 'internet-dht': 3 * 60_000 }
/** Table changes are looked at together, this long after the first. */
const GATHER_NEWS_MS = 200
/** Safety net for changes of address that no event told of. */
const CHECK_ADDRESSES_MS = 60 * 60_000

interface Entry {
  readonly root: CID
  readonly dht: DhtView
  state: AnnounceState
  failures: number
  abort: AbortController | undefined
}

export class Reprovider {
  private readonly options: ReproviderOptions
  private readonly entries = new Map<string, readonly Entry[]>() // root -> one per DHT; as many as there are shares
  private readonly stops: (() => void)[] = []
  private readonly running = new Set<Promise<void>>() // <= MAX_ROUNDS
  private cancelTimer: () => void = () => {}
  private cancelNews: (() => void) | undefined
  private cancelAddressCheck: () => void = () => {}
  private told: string
  private active = false

  constructor(options: ReproviderOptions) {
    this.options = options
    this.told = ''
  }

  start(): void {
    this.active = true
    this.told = this.ownAddresses()
    for (const dht of this.options.dhts) this.stops.push(dht.onPeer(() => this.gatherNews()))
    this.checkAddressesLater()
    this.schedule()
  }

  async stop(): Promise<void> {
    this.active = false
    for (const stop of this.stops.splice(0)) stop()
    this.cancelTimer()
    this.cancelNews?.()
    this.cancelAddressCheck()
    for (const entry of this.all()) entry.abort?.abort()
    await Promise.all(this.running)
  }

  /** From now on the share is kept announced. Returns at once. */
  announce(root: CID): void {
    const key = root.toString()
    if (this.entries.has(key)) return
    const now = this.options.tools.clock.now()
    this.entries.set(
      key,
      this.options.dhts.map((dht) => ({
        root,
        dht,
        state: { state: 'waiting', dueAt: now },
        failures: 0,
        abort: undefined,
      })),
    )
    this.schedule()
  }

  /** No more rounds. Records that others hold run out within 48 h; peers that follow them are told that it is gone. */
  async withdraw(root: CID): Promise<void> {
    const entries = this.entries.get(root.toString()) ?? []
    this.entries.delete(root.toString())
    for (const { abort } of entries) abort?.abort()
    await Promise.all(entries.map(({ dht }) => dht.withdraw(root)))
  }

  announcements(root: { toString(): string }): Announcement[] {
    return (this.entries.get(root.toString()) ?? []).map(({ dht, state }) => toAnnouncement(dht.route, state))
  }

  /** The node's addresses may have changed. */
  addressesChanged(): void {
    const now = this.options.tools.clock.now()
    const addresses = this.ownAddresses()
    if (!this.active || addresses === this.told) return
    const isFirst = !leadsFromOutside(this.told) && leadsFromOutside(addresses)
    this.told = addresses
    this.update(this.all(), (entry) => readdressed(entry.dht.route, entry.state, now, isFirst))
  }

  /** A connection to a peer ended. */
  peerLeft(peer: string): void {
    const nearby = [...this.all()].filter(({ dht }) => dht.route === 'lan-dht')
    this.update(nearby, (entry) => peerLeft(entry.state, peer))
  }

  /** A peer is there (again) that speaks a DHT's protocol: it may lack records that it once took. */
  peerCame(): void {
    this.gatherNews()
  }

  private ownAddresses(): string {
    return [...this.options.ownAddresses()].sort().join(' ')
  }

  private gatherNews(): void {
    if (this.cancelNews !== undefined || !this.active) return
    this.cancelNews = this.options.tools.clock.after(GATHER_NEWS_MS, () => {
      this.cancelNews = undefined
      const now = this.options.tools.clock.now()
      this.update(this.all(), ({ dht, state, root }) =>
        newcomers(dht.route, state, dht.nearest(root, REPLICATION), now),
      )
    })
  }

  private checkAddressesLater(): void {
    this.cancelAddressCheck = this.options.tools.clock.after(CHECK_ADDRESSES_MS, () => {
      this.addressesChanged()
      this.checkAddressesLater()
    })
  }

  private *all(): Generator<Entry> {
    for (const entries of this.entries.values()) yield* entries
  }

  private update(entries: Iterable<Entry>, transition: (entry: Entry) => AnnounceState): void {
    const changed = new Set<CID>()
    for (const entry of entries) {
      const next = transition(entry)
      if (next !== entry.state) changed.add(entry.root)
      entry.state = next
    }
    for (const root of changed) this.options.onChange(root.toString(), this.announcements(root))
    this.schedule()
  }

  private schedule(): void {
    this.cancelTimer()
    if (!this.active || this.running.size >= MAX_ROUNDS) return
    let next: { entry: Entry; at: number } | undefined
    for (const entry of this.all()) {
      const at = dueAt(entry.state)
      if (at !== undefined && (next === undefined || at < next.at)) next = { entry, at }
    }
    if (next === undefined) return
    const { entry } = next
    const delayMs = Math.max(0, next.at - this.options.tools.clock.now())
    this.cancelTimer = this.options.tools.clock.after(delayMs, () => this.begin(entry))
  }

  private begin(entry: Entry): void {
    if (this.entries.get(entry.root.toString())?.includes(entry) === true) {
      const round = this.round(entry).finally(() => {
        this.running.delete(round)
        this.schedule()
      })
      this.running.add(round)
    }
    this.schedule()
  }

  private async round(entry: Entry): Promise<void> {
    const { clock, random, logger } = this.options.tools
    const accepted = new Set<string>()
    const nearestAtStart = entry.dht.nearest(entry.root, REPLICATION)
    const abort = new AbortController()
    entry.abort = abort
    this.update([entry], ({ state }) => started(state, clock.now()))
    try {
      if (entry.dht.tablePeers() > 0) {
        const signal = AbortSignal.any([abort.signal, AbortSignal.timeout(ROUND_TIMEOUT_MS[entry.dht.route])])
        for await (const peer of entry.dht.provide(entry.root, signal)) accepted.add(peer)
      }
    } catch (error) {
      // What was told before it broke off stays told.
      logger.debug({ route: entry.dht.route, reason: reasonOf(error) }, 'announcement broken off')
    }
    entry.abort = undefined
    if (!this.active || this.entries.get(entry.root.toString())?.includes(entry) !== true) return
    const result = {
      route: entry.dht.route,
      accepted,
      nearestAtStart,
      tablePeers: entry.dht.tablePeers(),
      now: clock.now(),
      random: random(),
      failures: entry.failures,
    }
    this.update([entry], ({ state }) => finished(state, result))
    entry.failures = entry.state.state === 'failed' ? entry.state.failures : 0
    // Whoever came while the round ran was not asked.
    this.gatherNews()
  }
}

/** Is one of them of use to somebody in another network? */
function leadsFromOutside(addresses: string): boolean {
  const texts = addresses === '' ? [] : addresses.split(' ')
  return texts.some((text) => ['public', 'relay', 'name'].includes(addressScope(multiaddr(text))))
}
