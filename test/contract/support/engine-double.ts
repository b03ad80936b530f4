/**
 * An EngineApi that keeps shares in a Map and streams through the real EventHub: what the contract suite talks to in
 * place of the engine. Test code only. It can be told to wait, to fail, and to publish.
 */
import { EventHub } from '../../../main/engine/telemetry/event-hub.ts'
import type { ChunkDetail, ChunkMapEvent } from '../../../shared/contract/chunk-map.ts'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type {
  Change,
  DoctorFinding,
  ImportJob,
  NodeStatus,
  Peer,
  Priority,
  ShareSummary,
  SwarmPeer,
} from '../../../shared/contract/model.ts'
import type { DestinationPlan, NetworkView, PeerEvent, TrafficSample } from '../../../shared/contract/network-view.ts'
import type { SettingsPatch, SettingsView } from '../../../shared/contract/settings.ts'
import { chunkDetail, chunkMap, node, settingsView, share, swarmPeer } from '../../support/samples.ts'

export class EngineDouble implements EngineApi {
  readonly hub: EventHub
  readonly sharesByRoot = new Map<string, ShareSummary>()
  readonly peersById = new Map<string, Peer>()
  readonly jobs = new Map<string, ImportJob>()
  /** Names of the commands that were given, with their inputs. */
  readonly calls: [string, unknown][] = []
  /** Signals of the commands that wait for ever until cancelled: openLink 'wait:', doctor. */
  readonly waiting = new Set<AbortSignal>()
  readonly waited: string[] = []
  #started: (() => void)[] = []
  status_: NodeStatus = node()
  /** Of watchChunks: how many are open, and how many changes each tells. */
  watchers = 0
  chunkChanges = 1
  settings_: SettingsView = settingsView()

  constructor(hub = new EventHub()) {
    this.hub = hub
  }

  /** Resolves at the next command that waits. */
  nextWait(): Promise<void> {
    return new Promise((resolve) => this.#started.push(resolve))
  }

  publish(change: Change): void {
    if (change.type === 'share') this.sharesByRoot.set(change.value.root, change.value)
    if (change.type === 'share-removed') this.sharesByRoot.delete(change.root)
    if (change.type === 'job') this.jobs.set(change.value.job, change.value)
    this.hub.publish(change)
  }

  #wait(signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      if (signal === undefined) throw new Error('a command that waits needs a signal')
      this.waiting.add(signal)
      signal.addEventListener('abort', () => {
        this.waiting.delete(signal)
        this.waited.push('cancelled')
        reject(new ShoalError('CANCELLED', 'Cancelled.'))
      })
      for (const started of this.#started.splice(0)) started()
    })
  }

  #find(root: string): ShareSummary {
    const found = this.sharesByRoot.get(root)
    if (found === undefined)
      throw new ShoalError('NOT_FOUND', 'There is no such share.', { root, known: this.sharesByRoot.size })
    return found
  }

  #update(root: string, over: Partial<ShareSummary>): ShareSummary {
    const value = { ...this.#find(root), ...over }
    this.publish({ type: 'share', value })
    return value
  }

  async importPath(input: { path: string; ignore?: string[] }): Promise<ImportJob> {
    this.calls.push(['importPath', input])
    return { job: 'job-1', path: input.path, state: 'walking', files: 0, totalBytes: 0, doneBytes: 0, skipped: [] }
  }
  async importPaths(input: { paths: string[]; name: string; ignore?: string[] }): Promise<ImportJob> {
    this.calls.push(['importPaths', input])
    const { paths, name } = input
    const together = { name, paths: paths.length }
    const counts = { files: 0, totalBytes: 0, doneBytes: 0, skipped: [] }
    return { job: 'job-2', path: paths[0] ?? '', together, state: 'walking', ...counts }
  }
  async cancelImport(job: string): Promise<void> {
    this.calls.push(['cancelImport', job])
  }
  async openLink({ link }: { link: string }, options?: { signal?: AbortSignal }): Promise<ShareSummary> {
    this.calls.push(['openLink', link])
    if (link.startsWith('wait:')) return this.#wait(options?.signal)
    if (link === 'crash:') throw new TypeError('a bug with a /secret/path in it')
    const root = link.replace(/^shoal:/, '')
    if (!root.startsWith('baf')) throw new ShoalError('LINK_INVALID', 'This is not a link.', { position: 3, link })
    const known = this.sharesByRoot.get(root)
    if (known !== undefined) return known
    const value = share(root, { state: 'resolving' })
    this.publish({ type: 'share', value })
    return value
  }
  async start(input: {
    root: string
    destination?: string
    select?: number[]
    sequential?: boolean
  }): Promise<ShareSummary> {
    this.calls.push(['start', input])
    return this.#update(input.root, { state: 'downloading' })
  }
  async select(input: { root: string; select: number[] }): Promise<ShareSummary> {
    this.calls.push(['select', input])
    return this.#find(input.root)
  }
  async pause(root: string): Promise<ShareSummary> {
    return this.#update(root, { state: 'paused' })
  }
  async resume(root: string): Promise<ShareSummary> {
    return this.#update(root, { state: 'downloading' })
  }
  async remove(input: { root: string; withData: boolean }): Promise<void> {
    this.calls.push(['remove', input])
    this.#find(input.root)
    this.publish({ type: 'share-removed', root: input.root })
  }
  async setSequential({ root, sequential }: { root: string; sequential: boolean }): Promise<ShareSummary> {
    return this.#update(root, { sequential })
  }
  async setPriority({ root, priority }: { root: string; priority: Priority }): Promise<ShareSummary> {
    return this.#update(root, { priority })
  }
  async planDownload(input: { root: string; destination?: string; select?: number[] }): Promise<DestinationPlan> {
    this.calls.push(['planDownload', input])
    const name = this.#find(input.root).name
    return { destination: '/d', exists: true, writable: true, freeBytes: 7, neededBytes: 5, name, nameTaken: false }
  }
  /** A map, then as many changes as were asked for; ends with the signal. */
  async *watchChunks({ root }: { root: string }, options?: { signal?: AbortSignal }): AsyncGenerator<ChunkMapEvent> {
    this.#find(root)
    this.watchers += 1
    try {
      yield chunkMap
      for (let at = 1; at <= this.chunkChanges; at++) {
        yield { type: 'changes', at, newPeers: [], chunks: [0, 4, 1], moves: [] }
        await Promise.resolve()
      }
      await new Promise((resolve) => {
        if (options?.signal?.aborted === true) resolve(undefined)
        options?.signal?.addEventListener('abort', resolve)
      })
    } finally {
      this.watchers -= 1
    }
  }
  async chunk({ root, index }: { root: string; index: number }): Promise<ChunkDetail> {
    this.#find(root)
    return { ...chunkDetail, index }
  }
  async limit(input: { root?: string; down?: number | null; up?: number | null }): Promise<void> {
    this.calls.push(['limit', input])
  }
  async status(): Promise<NodeStatus> {
    return this.status_
  }
  async shares(): Promise<ShareSummary[]> {
    return [...this.sharesByRoot.values()]
  }
  async share(root: string): Promise<ShareSummary> {
    return this.#find(root)
  }
  async files({ root }: { root: string; offset: number; count: number }) {
    this.#find(root)
    return { total: 1, files: [{ index: 0, path: '', sizeBytes: 1_000, haveBytes: 0, selected: true }] }
  }
  async swarm(root: string): Promise<SwarmPeer[]> {
    return [swarmPeer(this.#find(root).root, 'peer-1')]
  }
  async settings(): Promise<SettingsView> {
    return this.settings_
  }
  async changeSettings(patch: SettingsPatch): Promise<SettingsView> {
    this.calls.push(['changeSettings', patch])
    const { settings } = this.settings_
    const limits = { ...settings.limits, ...(patch.limits?.down === undefined ? {} : { down: patch.limits.down }) }
    this.settings_ = { ...this.settings_, settings: { ...settings, limits } }
    this.publish({ type: 'settings', value: this.settings_ })
    return this.settings_
  }
  async shareSample(): Promise<ImportJob> {
    return this.importPath({ path: '/tmp/profile/sample' })
  }
  async network(): Promise<NetworkView> {
    return {
      at: 1_000,
      dhts: [{ route: 'lan-dht', mode: 'server', kadId: '00', bucketSize: 20, buckets: [], lookups: 0 }],
      infrastructure: [],
      independence: 'alone',
      nat: { state: 'local', publicAddresses: [] },
    }
  }
  async traffic({ sinceAt = 0 }: { sinceAt?: number }): Promise<TrafficSample[]> {
    const still = { payloadReceived: 0, payloadSent: 0, wireReceived: 7, wireSent: 7 }
    return [1_000, 2_000].filter((at) => at > sinceAt).map((at) => ({ at, ...still }))
  }
  async nickname(input: { peer: string; nickname: string | null }): Promise<void> {
    this.calls.push(['nickname', input])
  }
  async peerHistory(peer: string): Promise<PeerEvent[]> {
    this.calls.push(['peerHistory', peer])
    return [{ at: 1_000, kind: 'joined' }]
  }
  async exportIdentity(input: { path: string }): Promise<void> {
    this.calls.push(['exportIdentity', input])
  }
  async importIdentity(input: { path: string }): Promise<{ peer: string }> {
    this.calls.push(['importIdentity', input])
    return { peer: '12D3KooWImported' }
  }
  async peers(): Promise<Peer[]> {
    return [...this.peersById.values()]
  }
  async block(input: { peer: string; blocked: boolean }): Promise<void> {
    this.calls.push(['block', input])
  }
  async connect({ address }: { address: string }): Promise<Peer> {
    return { peer: 'peer-9', address, connected: true, shoal: true }
  }
  async doctor(options?: { signal?: AbortSignal }): Promise<DoctorFinding[]> {
    return this.#wait(options?.signal)
  }
  subscribe(options?: { signal?: AbortSignal }) {
    return this.hub.subscribe(
      () => ({
        node: this.status_,
        shares: [...this.sharesByRoot.values()],
        jobs: [...this.jobs.values()],
        peers: [...this.peersById.values()],
        swarm: [],
        settings: this.settings_,
      }),
      options?.signal,
    )
  }
  async metrics(): Promise<string> {
    return '# HELP shoal_up 1\nshoal_up 1\n'
  }
}
