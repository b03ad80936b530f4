/**
 * The engine as its clients see it: the commands and the one event stream. The daemon serves exactly this over RPC,
 * the Electron shell over a MessagePort, and tests call it directly. Commands that may have to wait take an AbortSignal.
 * Failures are `ShoalError`s: a code with facts and a sentence that says what to do.
 */
import type { ChunkDetail, ChunkMapEvent } from './chunk-map.ts'
import type {
  Delta,
  DoctorFinding,
  FileEntry,
  ImportJob,
  NodeStatus,
  Peer,
  Priority,
  ShareSummary,
  Snapshot,
  SwarmPeer,
} from './model.ts'
import type { DestinationPlan, NetworkView, PeerEvent, TrafficSample } from './network-view.ts'
import type { SettingsPatch, SettingsView } from './settings.ts'

export interface CallOptions {
  signal?: AbortSignal
}

export interface ImportInput {
  /** Absolute path of a file or folder on the engine's machine. */
  path: string
  /** gitignore-style patterns, relative to the folder, of what to leave out. */
  ignore?: string[]
}

export interface ImportPathsInput {
  /** Absolute paths of files and folders on the engine's machine, wherever they lie; at most MAX_PATHS_TOGETHER. */
  paths: string[]
  /** What the folder that they become is called. */
  name: string
  /** gitignore-style patterns, relative to that folder, of what to leave out. */
  ignore?: string[]
}

export interface OpenInput {
  /** shoal: link, ipfs:// URI or bare CID. */
  link: string
}

export interface StartInput {
  root: string
  /** Absolute folder to write into; the engine's download folder when absent. */
  destination?: string
  /** Indices of files to fetch; all when absent. */
  select?: number[]
  sequential?: boolean
}

export interface LimitInput {
  /** Absent: the global limit. */
  root?: string
  /** Bytes per second; null removes the limit; absent leaves it. */
  down?: number | null
  up?: number | null
}

export interface PlanInput {
  root: string
  /** Absolute folder; the engine's download folder when absent. */
  destination?: string
  select?: number[]
}

export interface EngineApi {
  /** Starts indexing; progress is in the job, the result is its `root`. Returns at once. */
  importPath(input: ImportInput, options?: CallOptions): Promise<ImportJob>
  /**
   * The same for several paths that become one share, a folder with these in it; none is moved or copied. Each path counts
   * once. BAD_INPUT when two have the same name, or one lies inside of another.
   */
  importPaths(input: ImportPathsInput, options?: CallOptions): Promise<ImportJob>
  cancelImport(job: string): Promise<void>
  /** Adds a share in state `resolving` (or returns the one already there) and looks for its sources. */
  openLink(input: OpenInput, options?: CallOptions): Promise<ShareSummary>
  /** Says where and what to download; allowed before the manifest is known. */
  start(input: StartInput, options?: CallOptions): Promise<ShareSummary>
  /** Replaces the selection of files, before or during the download. */
  select(input: { root: string; select: number[] }, options?: CallOptions): Promise<ShareSummary>
  pause(root: string, options?: CallOptions): Promise<ShareSummary>
  resume(root: string, options?: CallOptions): Promise<ShareSummary>
  /** `withData` also deletes what was downloaded (never the files of an in-place share). */
  remove(input: { root: string; withData: boolean }, options?: CallOptions): Promise<void>
  setSequential(input: { root: string; sequential: boolean }): Promise<ShareSummary>
  limit(input: LimitInput): Promise<void>
  setPriority(input: { root: string; priority: Priority }): Promise<ShareSummary>
  /** What would happen if the download went there: room, name, rights. Changes nothing. */
  planDownload(input: PlanInput, options?: CallOptions): Promise<DestinationPlan>
  /** A small folder to try things with, made in the profile and shared. The same job again when it is shared already. */
  shareSample(): Promise<ImportJob>
  status(): Promise<NodeStatus>
  shares(): Promise<ShareSummary[]>
  share(root: string): Promise<ShareSummary>
  files(input: { root: string; offset: number; count: number }): Promise<{ total: number; files: FileEntry[] }>
  swarm(root: string): Promise<SwarmPeer[]>
  /** The chunks of a share: the whole map, then what changes, at most ten times a second, until the signal aborts. */
  watchChunks(input: { root: string }, options?: CallOptions): AsyncIterable<ChunkMapEvent>
  chunk(input: { root: string; index: number }): Promise<ChunkDetail>
  peers(): Promise<Peer[]>
  /** What the user calls a peer; null: nothing any more. */
  nickname(input: { peer: string; nickname: string | null }): Promise<void>
  /** When a peer came and went, oldest first; of before the last start too. */
  peerHistory(peer: string): Promise<PeerEvent[]>
  network(): Promise<NetworkView>
  /** One sample a second, oldest first, after `sinceAt`. */
  traffic(input: { sinceAt?: number }): Promise<TrafficSample[]>
  settings(): Promise<SettingsView>
  /** Takes effect at once, except for what the answer's `waiting` names. */
  changeSettings(patch: SettingsPatch): Promise<SettingsView>
  /** Writes the identity key into a new file that only its owner can read. The key itself never crosses the contract. */
  exportIdentity(input: { path: string }): Promise<void>
  /** The identity of the next start is the one in this file; the one there now is kept beside it. Returns its peer id. */
  importIdentity(input: { path: string }): Promise<{ peer: string }>
  block(input: { peer: string; blocked: boolean }): Promise<void>
  connect(input: { address: string }, options?: CallOptions): Promise<Peer>
  doctor(options?: CallOptions): Promise<DoctorFinding[]>
  /** First a full snapshot, then numbered deltas, at most 10 a second, until the signal aborts. */
  subscribe(
    options?: CallOptions,
  ): AsyncIterable<{ type: 'snapshot'; value: Snapshot } | { type: 'delta'; value: Delta }>
  /** Prometheus text format. */
  metrics(): Promise<string>
}
