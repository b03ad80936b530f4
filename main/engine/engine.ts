/**
 * The engine: its parts put together, started in order and stopped in the opposite order, and the contract on top. Plain
 * Node; knows no shell. Whoever calls `createEngine` holds the lock of the profile.
 */

import { peerIdFromString } from '@libp2p/peer-id'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { EXCHANGE_PROTOCOL } from './exchange/limits.ts'
import { Offenders, OUT_MS } from './exchange/offenders.ts'
import type { Clock } from './exchange/ports.ts'
import { StreamLink } from './exchange/stream-link.ts'
import { acceptPeers } from './flows/accept-peers.ts'
import { Commands } from './flows/commands.ts'
import { connectTo } from './flows/connect.ts'
import { CLIENT, type EngineContext, type EngineOptions } from './flows/context.ts'
import { databaseFile } from './flows/profile-paths.ts'
import { Publisher } from './flows/publisher.ts'
import { ShareBook } from './flows/shares.ts'
import { SlotDealer } from './flows/slots.ts'
import { fileEntriesOf, peersOf, statusOf, summaryOf, swarmOf, type Totals } from './flows/summaries.ts'
import { buildNode } from './network/build-node.ts'
import { Doctor } from './network/doctor.ts'
import { loadIdentity } from './network/identity.ts'
import type { NetworkLogger } from './network/logger.ts'
import { nodeName } from './network/node-name.ts'
import { Routing } from './routing/routing.ts'
import { openStore } from './store/store.ts'
import { DEFAULT_UPLOAD_SLOTS } from './swarm/choker.ts'
import { FairQueue } from './swarm/fair-queue.ts'
import { TokenBucket } from './swarm/token-bucket.ts'
import { EventHub } from './telemetry/event-hub.ts'
import { EngineMetrics } from './telemetry/metrics.ts'

export type { EngineOptions } from './flows/context.ts'

export interface Engine {
  readonly api: EngineApi
  start(signal?: AbortSignal): Promise<void>
  /** Ends everything with its data on disk; resolves when it is. */
  stop(): Promise<void>
}

const LISTEN_PORT = 'listenPort'
/** Totals of shares are saved this often, in ms; a crash loses at most that much of the statistics. */
const SAVE_COUNTERS_MS = 30_000

const monotonic: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { logger } = options
  const clock = monotonic
  const identity = await loadIdentity(options.profileDir)
  const store = openStore(databaseFile(options.profileDir), { nowMs: Date.now })
  if (store.database.damaged !== undefined)
    logger.error({ ...store.database.damaged.facts }, store.database.damaged.message)
  const networkLogger: NetworkLogger = logger
  const savedPort = store.settings.get(LISTEN_PORT)
  const listenPort = options.listenPort ?? (typeof savedPort === 'number' ? savedPort : undefined)
  const node = await buildNode({
    identity,
    mode: options.network,
    logger: networkLogger,
    agentVersion: CLIENT,
    blocked: store.peers.list().flatMap(({ peer, blocked }) => (blocked === undefined ? [] : [{ peer, ...blocked }])),
    onBlocked: ({ peer, blocked }) => {
      const { blocked: _, ...row } = store.peers.get(peer) ?? {
        peer,
        addresses: [],
        firstSeenAt: Date.now(),
        lastSeenAt: Date.now(),
        failures: 0,
      }
      store.peers.put(blocked === undefined ? row : { ...row, blocked: { reason: blocked.reason, at: blocked.at } })
    },
    ...(listenPort === undefined ? {} : { listenPort }),
    ...(options.lanDht === undefined ? {} : { lanDht: options.lanDht }),
    ...(options.internetDht === undefined ? {} : { internetDht: options.internetDht }),
    ...(options.mdns === undefined ? {} : { mdns: options.mdns }),
    ...(options.quic === undefined ? {} : { quic: options.quic }),
  })
  const routing = new Routing({
    node,
    bootstrap: options.bootstrap,
    load: () => store.peers.list(),
    save: ({ peer, addresses, lastSeenAt }) => {
      const before = store.peers.get(peer)
      store.peers.put({ firstSeenAt: lastSeenAt, failures: 0, ...before, peer, addresses, lastSeenAt })
    },
    onAnnouncement: (root, announcements) => {
      const share = shares.find(root)
      for (const { state, peers } of announcements) {
        if (state === 'announced') context.log({ kind: 'announced', root, text: `Announced to ${peers} peers.` })
      }
      share?.publish()
    },
    logger: networkLogger,
  })

  const hub = new EventHub()
  const offenders = new Offenders()
  const context: EngineContext = {
    options,
    clock,
    store,
    node,
    routing,
    logger,
    metrics: new EngineMetrics(() => ({ node: status(), shares: [...shares].map(summaryOf) })),
    nodeName: options.name ?? nodeName(node.peerId),
    downBucket: new TokenBucket(),
    downQueue: new FairQueue(),
    upBucket: new TokenBucket(),
    publish: (change) => hub.publish(change),
    log: (entry) => hub.publish({ type: 'log', value: { at: Date.now(), ...entry } }),
    slotsChanged: () => slots.changed(),
    breached(peer) {
      if (!offenders.breached(peer, clock.now())) return
      logger.warn({ peer, forMs: OUT_MS }, 'a peer broke the protocol too often and is put out for a while')
      void node.putOut(peerIdFromString(peer), OUT_MS)
    },
    async openLink(peer, signal) {
      const id = peerIdFromString(peer)
      const [open] = node.libp2p.getConnections(id).filter((connection) => connection.status === 'open')
      const connection = open ?? (await node.dial(id, routing.book.addresses(id), signal))
      const stream = await connection.newStream(EXCHANGE_PROTOCOL, { signal })
      return new StreamLink(stream, peer, true, clock, () => context.breached(peer))
    },
  }
  const shares = new ShareBook(context, (share) => publisher.mark(share))
  const slots = new SlotDealer(clock, () => shares, options.uploadSlots ?? DEFAULT_UPLOAD_SLOTS)
  const totals: Totals = { startedAt: Date.now(), uploadSlots: slots.count, shares }
  const publisher = new Publisher(context, totals, () => hub.subscribers)
  const commands = new Commands(context, shares, (root) => publisher.removed(root))
  const doctor = new Doctor(node, { now: Date.now, after: clock.after })
  const status = () => statusOf(context, totals)
  let cancelSave = () => {}
  const saveCounters = () => {
    for (const share of shares) share.saveCounters()
    cancelSave = clock.after(SAVE_COUNTERS_MS, saveCounters)
  }

  const api: EngineApi = {
    importPath: (input) => commands.importPath(input),
    cancelImport: (job) => commands.cancelImport(job),
    openLink: async ({ link }) => summaryOf(await commands.openLink(link)),
    start: async (input) => summaryOf(await commands.start(input)),
    select: async ({ root, select }) => summaryOf(await commands.select(root, select)),
    pause: async (root) => summaryOf(await commands.pause(root)),
    resume: async (root) => summaryOf(await commands.resume(root)),
    remove: ({ root, withData }) => commands.remove(root, withData),
    setSequential: async ({ root, sequential }) => summaryOf(await commands.setSequential(root, sequential)),
    limit: (input) => commands.limit(input),
    status: async () => status(),
    shares: async () => [...shares].map(summaryOf),
    share: async (root) => summaryOf(shares.get(root)),
    files: async ({ root, offset, count }) => fileEntriesOf(shares.get(root), offset, count),
    swarm: async (root) => swarmOf(shares.get(root)),
    peers: async () => peersOf(context),
    block: ({ peer, blocked }) => commands.block(peer, blocked),
    connect: ({ address }, callOptions) => connectTo(context, address, callOptions?.signal),
    doctor: (callOptions) => doctor.examine(callOptions?.signal),
    subscribe: (callOptions) =>
      hub.subscribe(
        () => ({
          node: status(),
          shares: [...shares].map(summaryOf),
          jobs: [...commands.jobs.values()].map((run) => run.job),
          peers: peersOf(context),
          swarm: [...shares].flatMap(swarmOf),
        }),
        callOptions?.signal,
      ),
    metrics: () => context.metrics.render(),
  }

  return {
    api,
    async start(signal) {
      commands.loadLimits()
      await node.start(signal)
      if (options.listenPort === undefined && node.listenPort !== undefined && node.listenPort !== savedPort)
        store.settings.set(LISTEN_PORT, node.listenPort)
      await acceptPeers(context, (root) => shares.findOpen(root))
      routing.start()
      shares.start()
      slots.start()
      publisher.start()
      cancelSave = clock.after(SAVE_COUNTERS_MS, saveCounters)
    },
    async stop() {
      cancelSave()
      publisher.stop()
      slots.stop()
      await commands.stop()
      await shares.stop()
      await routing.stop()
      await node.stop()
      store.close()
    },
  }
}
