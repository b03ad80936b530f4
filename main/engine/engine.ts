/**
 * The engine: its parts put together, started in order and stopped in the opposite order, and the contract on top. Plain
 * Node; knows no shell. Whoever calls `createEngine` holds the lock of the profile.
 */

import { peerIdFromString } from '@libp2p/peer-id'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { Offenders, OUT_MS } from './exchange/offenders.ts'
import type { Clock } from './exchange/ports.ts'
import { WaitingLine } from './exchange/waiting-line.ts'
import { acceptPeers } from './flows/accept-peers.ts'
import { AnnouncementLog } from './flows/announcement-log.ts'
import { Commands } from './flows/commands.ts'
import { connectTo } from './flows/connect.ts'
import { CLIENT, type EngineContext, type EngineOptions } from './flows/context.ts'
import { Importance } from './flows/importance.ts'
import { Imports } from './flows/imports.ts'
import { MovedBytes } from './flows/moved-bytes.ts'
import { type NodeFacts, statusOf } from './flows/node-status.ts'
import { OneAtATime } from './flows/one-at-a-time.ts'
import { openLink } from './flows/open-link.ts'
import { ownAddresses } from './flows/own-addresses.ts'
import { peersOf } from './flows/peer-list.ts'
import { rememberAddresses, rememberBlock, rememberName } from './flows/peer-memory.ts'
import { databaseFile } from './flows/profile-paths.ts'
import { Publisher } from './flows/publisher.ts'
import { ShareBook } from './flows/shares.ts'
import { SlotDealer } from './flows/slots.ts'
import { fileEntriesOf, summaryOf } from './flows/summaries.ts'
import { swarmOf } from './flows/swarm-rows.ts'
import { buildNode } from './network/build-node.ts'
import { Doctor } from './network/doctor.ts'
import { loadIdentity } from './network/identity.ts'
import { nodeName } from './network/node-name.ts'
import type { ShoalNode } from './network/shoal-node.ts'
import { Gate } from './routing/gate.ts'
import { Routing } from './routing/routing.ts'
import { openStore, type Store } from './store/store.ts'
import { DEFAULT_UPLOAD_SLOTS } from './swarm/choker.ts'
import { FairQueue } from './swarm/fair-queue.ts'
import { TokenBucket } from './swarm/token-bucket.ts'
import { EventHub } from './telemetry/event-hub.ts'
import { EngineMetrics } from './telemetry/metrics.ts'

export type { EngineOptions } from './flows/context.ts'

export interface Engine {
  readonly api: EngineApi
  start(signal?: AbortSignal): Promise<void>
  /** Ends everything with its data on disk; resolves when it is. May be called at any time, and again. */
  stop(): Promise<void>
}

const LISTEN_PORT = 'listenPort'
/** Totals of shares are saved this often, in ms; a crash loses at most that much of the statistics. */
const SAVE_COUNTERS_MS = 30_000
/** Manifests read from the store at a time: a start with a thousand shares must not hold all their nodes at once. */
const MAX_RECALLING = 4

const monotonic: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

export async function createEngine(options: EngineOptions): Promise<Engine> {
  const identity = await loadIdentity(options.profileDir)
  const store = openStore(databaseFile(options.profileDir), { nowMs: Date.now })
  try {
    const { damaged } = store.database
    if (damaged !== undefined) options.logger.error({ ...damaged.facts }, damaged.message)
    return assemble(options, store, await nodeFor(options, store, identity))
  } catch (error) {
    store.close()
    throw error
  }
}

function nodeFor(
  options: EngineOptions,
  store: Store,
  identity: Awaited<ReturnType<typeof loadIdentity>>,
): Promise<ShoalNode> {
  const listenPort = options.listenPort ?? savedPort(store)
  return buildNode({
    identity,
    mode: options.network,
    logger: options.logger,
    agentVersion: CLIENT,
    blocked: store.peers.list().flatMap(({ peer, blocked }) => (blocked === undefined ? [] : [{ peer, ...blocked }])),
    onBlocked: ({ peer, blocked }) => rememberBlock(store.peers, peer, blocked),
    ...(listenPort === undefined ? {} : { listenPort }),
    ...(options.lanDht === undefined ? {} : { lanDht: options.lanDht }),
    ...(options.internetDht === undefined ? {} : { internetDht: options.internetDht }),
    ...(options.mdns === undefined ? {} : { mdns: options.mdns }),
    ...(options.quic === undefined ? {} : { quic: options.quic }),
  })
}

function savedPort(store: Store): number | undefined {
  const saved = store.settings.get(LISTEN_PORT)
  return typeof saved === 'number' ? saved : undefined
}

function assemble(options: EngineOptions, store: Store, node: ShoalNode): Engine {
  const { logger } = options
  const clock = monotonic
  const announced = new AnnouncementLog()
  const routing = new Routing({
    node,
    bootstrap: options.bootstrap,
    load: () => store.peers.list(),
    save: (peer) => rememberAddresses(store.peers, peer),
    onLookup: () => context.metrics.dhtLookup(),
    onAnnouncement: (root, announcements) => {
      for (const line of announced.news(root, announcements)) context.log({ root, ...line })
      shares.find(root)?.publish()
    },
    logger,
  })

  const hub = new EventHub()
  const metrics = new EngineMetrics(() => {
    const node = status()
    moved.now(node)
    return { node, shares: [...shares].map(summaryOf) }
  })
  const moved = new MovedBytes(metrics)
  const offenders = new Offenders()
  const upBucket = new TokenBucket()
  const context: EngineContext = {
    options,
    clock,
    store,
    node,
    routing,
    importance: new Importance(routing.book),
    recalling: new Gate(MAX_RECALLING),
    logger,
    metrics,
    nodeName: options.name ?? nodeName(node.peerId),
    downBucket: new TokenBucket(),
    downQueue: new FairQueue(),
    upBucket,
    upLine: new WaitingLine(upBucket, clock),
    publish: (change) => hub.publish(change),
    log: (entry) => hub.publish({ type: 'log', value: { at: Date.now(), ...entry } }),
    slotsChanged: () => slots.changed(),
    ownAddresses: ownAddresses(clock, () => node.addresses()),
    remember: (peer, name, client) => rememberName(store.peers, peer, name, client),
    async silence(root) {
      announced.forget(root.toString())
      await routing.reprovider.withdraw(root).catch((error: unknown) => {
        logger.debug({ reason: String(error) }, 'an announcement was not withdrawn')
      })
    },
    breached(peer) {
      if (!offenders.breached(peer, clock.now())) return
      logger.warn({ peer, forMs: OUT_MS }, 'a peer broke the protocol too often and is put out for a while')
      void node.putOut(peerIdFromString(peer), OUT_MS)
    },
    openLink: (peer, signal) => openLink(context, peer, signal),
  }
  const turns = new OneAtATime()
  const shares = new ShareBook(context, (share) => publisher.mark(share))
  const slots = new SlotDealer(clock, () => shares, options.uploadSlots ?? DEFAULT_UPLOAD_SLOTS)
  const facts: NodeFacts = { startedAt: Date.now(), uploadSlots: slots.count, shares }
  const publisher = new Publisher(context, facts, () => hub.subscribers)
  const imports = new Imports(context, shares, turns)
  const commands = new Commands(context, shares, turns, (root) => publisher.removed(root))
  const doctor = new Doctor(node, { now: Date.now, after: clock.after })
  const status = () => statusOf(context, facts)
  let cancelSave = () => {}
  const saveCounters = () => {
    for (const share of shares) share.saveCounters()
    cancelSave = clock.after(SAVE_COUNTERS_MS, saveCounters)
  }

  const api: EngineApi = {
    importPath: (input) => imports.begin(input),
    cancelImport: async (job) => imports.cancel(job),
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
    subscribe: (callOptions) => hub.subscribe(() => publisher.snapshot(imports.jobs), callOptions?.signal),
    metrics: () => metrics.render(),
  }

  const steps: (readonly [string, () => unknown])[] = [
    ['counters', () => cancelSave()],
    ['events', () => publisher.stop()],
    ['imports', () => imports.stop()],
    ['commands', () => turns.idle()],
    ['shares', () => shares.stop()],
    ['slots', () => slots.stop()],
    ['routing', () => routing.stop()],
    ['node', () => node.stop()],
    ['store', () => store.close()],
  ]
  let stopping: Promise<void> | undefined
  return {
    api,
    async start(signal) {
      commands.loadLimits()
      await node.start(signal)
      if (options.listenPort === undefined && node.listenPort !== undefined && node.listenPort !== savedPort(store))
        store.settings.set(LISTEN_PORT, node.listenPort)
      await acceptPeers(context, (root) => shares.findOpen(root))
      routing.start()
      shares.start()
      slots.start()
      publisher.start()
      cancelSave = clock.after(SAVE_COUNTERS_MS, saveCounters)
    },
    stop() {
      stopping ??= (async () => {
        const failures: unknown[] = []
        // One part that does not stop in order keeps no other from bringing its data to disk.
        for (const [part, stop] of steps) {
          try {
            await stop()
          } catch (error) {
            logger.error({ part, error: String(error) }, 'a part did not stop in order')
            failures.push(error)
          }
        }
        if (failures.length > 0) throw failures[0]
      })()
      return stopping
    },
  }
}
