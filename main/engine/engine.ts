/**
 * The engine: its parts put together, started in order and stopped in the opposite order, and the contract on top. Plain
 * Node; knows no shell. Whoever calls `createEngine` holds the lock of the profile.
 */

import { homedir } from 'node:os'
import type { Ed25519PrivateKey } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { defaultDownloadDir } from '../../shared/profile.ts'
import { Offenders, OUT_MS } from './exchange/offenders.ts'
import type { Clock } from './exchange/ports.ts'
import { WaitingLine } from './exchange/waiting-line.ts'
import { acceptPeers } from './flows/accept-peers.ts'
import { AnnouncementLog } from './flows/announcement-log.ts'
import { chunkDetail } from './flows/chunk-watch/chunk-detail.ts'
import { ChunkReaders } from './flows/chunk-watch/watch-chunks.ts'
import { Commands } from './flows/commands.ts'
import type { EngineContext, EngineOptions } from './flows/context.ts'
import { Importance } from './flows/importance.ts'
import { Imports } from './flows/imports.ts'
import { peerPutOut } from './flows/log-lines.ts'
import { MovedBytes } from './flows/moved-bytes.ts'
import { nodeCommands } from './flows/node-commands.ts'
import { type NodeFacts, payloadOf, statusOf } from './flows/node-status.ts'
import { OneAtATime } from './flows/one-at-a-time.ts'
import { openLink } from './flows/open-link.ts'
import { ownAddresses } from './flows/own-addresses.ts'
import { PeerHistory } from './flows/peer-history.ts'
import { rememberAddresses, rememberName } from './flows/peer-memory.ts'
import { planDownload } from './flows/plan-download.ts'
import { profileNode, rememberPort } from './flows/profile-node.ts'
import { databaseFile } from './flows/profile-paths.ts'
import { Publisher } from './flows/publisher.ts'
import { Sample } from './flows/sample.ts'
import { systemCalendar } from './flows/schedule.ts'
import { SettingsKeeper } from './flows/settings.ts'
import { defaultSettings, overridesOf } from './flows/settings-values.ts'
import { ShareBook } from './flows/shares.ts'
import { SlotDealer } from './flows/slots.ts'
import { fileEntriesOf, summaryOf } from './flows/summaries.ts'
import { swarmOf } from './flows/swarm-rows.ts'
import { Traffic } from './flows/traffic.ts'
import { Doctor } from './network/doctor.ts'
import { loadIdentity } from './network/identity.ts'
import { nodeName } from './network/node-name.ts'
import type { ShoalNode } from './network/shoal-node.ts'
import { Gate } from './routing/gate.ts'
import { Routing } from './routing/routing.ts'
import { openStore, type Store } from './store/store.ts'
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
  const identity = await loadIdentity(options.profileDir, options.identity)
  const store = openStore(databaseFile(options.profileDir), { nowMs: Date.now })
  try {
    const { damaged } = store.database
    if (damaged !== undefined) options.logger.error({ ...damaged.facts }, damaged.message)
    const settings = new SettingsKeeper({
      profileDir: options.profileDir,
      store: store.settings,
      defaults: defaultSettings(defaultDownloadDir({ platform: process.platform, env: process.env, home: homedir() })),
      overrides: overridesOf(options),
      calendar: systemCalendar,
      now: Date.now,
      after: monotonic.after,
    })
    const history = new PeerHistory({ store, now: Date.now })
    const { network } = settings.current
    const { logger } = options
    const node = await profileNode({ identity, network, localQuic: options.quic === true, store, history, logger })
    return assemble({ options, store, identity, settings, history, node })
  } catch (error) {
    store.close()
    throw error
  }
}

interface Parts {
  readonly options: EngineOptions
  readonly store: Store
  readonly identity: Ed25519PrivateKey
  readonly settings: SettingsKeeper
  readonly history: PeerHistory
  readonly node: ShoalNode
}

function assemble({ options, store, identity, settings, history, node }: Parts): Engine {
  const { logger } = options
  const clock = monotonic
  const announced = new AnnouncementLog()
  const routing = new Routing({
    node,
    bootstrap: settings.current.network.bootstrap,
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
    started: { at: Date.now(), ms: clock.now() },
    store,
    node,
    routing,
    importance: new Importance(routing.book),
    recalling: new Gate(MAX_RECALLING),
    logger,
    metrics,
    get nodeName() {
      return settings.current.name ?? nodeName(node.peerId)
    },
    get downloadDir() {
      return settings.current.downloadFolder
    },
    downBucket: new TokenBucket(),
    downQueue: new FairQueue(),
    upBucket,
    upLine: new WaitingLine(upBucket, clock),
    publish: (change) => hub.publish(change),
    log(entry) {
      hub.publish({ type: 'log', value: { at: Date.now(), ...entry } })
      if (entry.peer === undefined) return
      if (entry.kind === 'peer-suspect') history.liveness(entry.peer, 'suspect')
      if (entry.kind === 'peer-back') history.liveness(entry.peer, 'back')
    },
    slotsChanged: () => slots.changed(),
    ownAddresses: ownAddresses(clock, () => node.hints()),
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
      context.log({ peer, ...peerPutOut(store.peers.get(peer)?.name ?? nodeName(peer), OUT_MS) })
      void node.putOut(peerIdFromString(peer), OUT_MS)
    },
    openLink: (peer, signal) => openLink(context, peer, signal),
  }
  const turns = new OneAtATime()
  const shares = new ShareBook(context, (share) => publisher.mark(share))
  const slots = new SlotDealer(clock, () => shares, settings.current.uploadSlots)
  const facts: NodeFacts = { startedAt: context.started.at, uploadSlots: () => slots.count, shares }
  const publisher = new Publisher(
    context,
    facts,
    () => settings.view(),
    () => hub.subscribers,
  )
  const imports = new Imports(context, shares, turns)
  const commands = new Commands(context, shares, turns, (root) => publisher.removed(root))
  const chunkReaders = new ChunkReaders(context, shares)
  const doctor = new Doctor(node, { now: Date.now, after: clock.after })
  const status = () => statusOf(context, facts)
  const totals = () => ({ payload: payloadOf(facts), wire: node.wireBytes() })
  const traffic = new Traffic({ totals, now: Date.now, after: clock.after })
  const sample = new Sample(options.profileDir, imports, shares)
  const peersChanged = () => publisher.peersChanged()
  const settingsChanged = () => {
    const { down, up } = settings.limits
    if (context.downBucket.rate !== down) context.downBucket.setRate(down, clock.now())
    if (context.upBucket.rate !== up) context.upBucket.setRate(up, clock.now())
    slots.setCount(settings.current.uploadSlots)
    hub.publish({ type: 'settings', value: settings.view() })
  }
  let cancelSave = () => {}
  const saveCounters = () => {
    for (const share of shares) share.saveCounters()
    cancelSave = clock.after(SAVE_COUNTERS_MS, saveCounters)
  }

  const api: EngineApi = {
    importPath: (input) => imports.begin(input),
    importPaths: (input) => imports.beginTogether(input),
    cancelImport: async (job) => imports.cancel(job),
    openLink: async ({ link }, call) => summaryOf(await commands.openLink(link, call?.signal)),
    start: async (input, call) => summaryOf(await commands.start(input, call?.signal)),
    select: async ({ root, select }, call) => summaryOf(await commands.select(root, select, call?.signal)),
    pause: async (root, call) => summaryOf(await commands.pause(root, call?.signal)),
    resume: async (root, call) => summaryOf(await commands.resume(root, call?.signal)),
    remove: ({ root, withData }, call) => commands.remove(root, withData, call?.signal),
    setSequential: async ({ root, sequential }) => summaryOf(await commands.setSequential(root, sequential)),
    setPriority: async ({ root, priority }) => summaryOf(await commands.setPriority(root, priority)),
    planDownload: async (input, call) => planDownload(shares.get(input.root), input, call?.signal),
    limit: ({ root, ...limits }) => (root === undefined ? settings.limit(limits) : commands.limitShare(root, limits)),
    status: async () => status(),
    shares: async () => [...shares].map(summaryOf),
    share: async (root) => summaryOf(shares.get(root)),
    files: async ({ root, offset, count }) => fileEntriesOf(shares.get(root), offset, count),
    swarm: async (root) => swarmOf(shares.get(root)),
    watchChunks: ({ root }, callOptions) => chunkReaders.watch(root, callOptions?.signal),
    chunk: async ({ root, index }) => chunkDetail(shares.get(root), index),
    ...nodeCommands({ context, shares, settings, history, traffic, sample, identity, peersChanged }),
    block: ({ peer, blocked }) => commands.block(peer, blocked),
    doctor: (callOptions) => doctor.examine(callOptions?.signal),
    subscribe: (callOptions) => hub.subscribe(() => publisher.snapshot(imports.jobs), callOptions?.signal),
    metrics: () => metrics.render(),
  }

  const steps: (readonly [string, () => unknown])[] = [
    ['counters', () => cancelSave()],
    ['settings', () => settings.stop()],
    ['traffic', () => traffic.stop()],
    ['events', () => publisher.stop()],
    ['imports', () => imports.stop()],
    ['commands', () => turns.idle()],
    ['shares', () => shares.stop()],
    ['slots', () => slots.stop()],
    ['routing', () => routing.stop()],
    ['history', () => history.stop()],
    ['doctor', () => doctor.stop()],
    ['node', () => node.stop()],
    ['store', () => store.close()],
  ]
  let stopping: Promise<void> | undefined
  return {
    api,
    async start(signal) {
      settings.start(settingsChanged)
      history.start(node.shoalPeers)
      doctor.start()
      await node.start(signal)
      rememberPort(store, settings.current.network, node.listenPort)
      await acceptPeers(context, (root) => shares.findOpen(root))
      routing.start()
      shares.start()
      slots.start()
      publisher.start()
      traffic.start()
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
