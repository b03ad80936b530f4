/**
 * What the engine says of itself: the values that cross the contract, as schemas and the types inferred from them.
 *
 * Units stand in the names: Bytes, Ms (durations), At (milliseconds since the Unix epoch). Absence is a missing key.
 * Nothing here carries chunk bytes, private keys or secrets. Numbers are facts of the running engine, never estimates
 * made up for display (an estimate says so: `etaMs`).
 */
import { z } from 'zod'
import { MAX_PATHS_TOLD } from './limits.ts'
import { LOG_KINDS } from './log-facts.ts'
import { NetworkMode, SettingsView } from './settings.ts'

export { NetworkMode }

const bytes = z.number().int().nonnegative()
const rate = z.number().nonnegative()
const at = z.number()
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))

/** By which route a peer of a share became known. */
export const Route = z.enum(['link', 'mdns', 'lan-dht', 'internet-dht', 'swarm', 'remembered', 'inbound'])
export type Route = z.infer<typeof Route>

/** What the failure detector says of a peer. */
export const Liveness = z.enum(['alive', 'suspect', 'gone', 'back'])
export type Liveness = z.infer<typeof Liveness>

/** Why a share is not moving although nobody asked it to stop, or why it stopped for good. One sentence each in the UI. */
export const TroubleCode = z.enum([
  'no-sources', // nobody who has it is reachable
  'no-manifest', // sources answer but none delivers the manifest
  'disk-full',
  'destination-missing',
  'destination-read-only',
  'destination-io',
  'source-changed', // a file shared in place is no longer what was hashed
  'source-missing',
  'source-unreadable',
  'invalid-manifest', // the content itself breaks a rule; no peer can mend it
  'name-taken', // the destination name was taken while downloading and no free one could be found
])
export type TroubleCode = z.infer<typeof TroubleCode>

export const Trouble = z.object({
  code: TroubleCode,
  /** Plain sentence: what is wrong and what would help. */
  message: z.string(),
  sinceAt: at,
  /** A path relative to the share, when one file is to blame. */
  path: z.string().optional(),
  /** What the sentence says in numbers and names, for those who word it in another language: log-facts.ts says which. */
  facts: facts.optional(),
})
export type Trouble = z.infer<typeof Trouble>

/** State of a share. `resolving -> ready -> downloading <-> paused -> complete`; an in-place share is `seeding` (or `paused`). */
export const ShareState = z.enum(['resolving', 'ready', 'downloading', 'paused', 'finishing', 'seeding', 'failed'])
export type ShareState = z.infer<typeof ShareState>

export const Priority = z.enum(['low', 'normal', 'high'])
export type Priority = z.infer<typeof Priority>

export const Announcement = z.object({
  route: z.enum(['lan-dht', 'internet-dht']),
  state: z.enum(['waiting', 'running', 'announced', 'failed']),
  /** Peers that accepted the provider record in the newest finished round. */
  peers: z.number().int(),
  lastAt: at.optional(),
  nextAt: at.optional(),
})
export type Announcement = z.infer<typeof Announcement>

/** What a share in place was made of, when it is several paths: how many, and the first of them. */
export const SeveralPaths = z.object({
  count: z.number().int().positive(),
  first: z.array(z.string()).max(MAX_PATHS_TOLD),
})
export type SeveralPaths = z.infer<typeof SeveralPaths>

export const ShareSummary = z.object({
  /** The root CID as a string; the key of a share in a profile. */
  root: z.string(),
  name: z.string(),
  origin: z.enum(['in-place', 'fetched']),
  type: z.enum(['file', 'directory']).optional(),
  state: ShareState,
  trouble: Trouble.optional(),
  /** Undefined until the manifest is known (a link may claim a size: `claimedBytes`). */
  totalBytes: bytes.optional(),
  claimedBytes: bytes.optional(),
  fileCount: z.number().int().optional(),
  chunkCount: z.number().int().optional(),
  /** Of the selected files. */
  wantedBytes: bytes.optional(),
  haveBytes: bytes,
  haveChunks: z.number().int(),
  downBytesPerSecond: rate,
  upBytesPerSecond: rate,
  /** Payload received since the share was added, including what was fetched twice or thrown away. */
  receivedBytes: bytes,
  sentBytes: bytes,
  /** Payload that failed verification. */
  corruptBytes: bytes,
  etaMs: z.number().optional(),
  /** Peers with an open exchange for this share, and how many of them have all of it. */
  peers: z.number().int(),
  seeds: z.number().int(),
  /** Copies of the rarest wanted chunk that are reachable now, ours included. */
  availability: z.number().int(),
  /** availability - 1, or 0. */
  survives: z.number().int(),
  /** The folder the share lives in, or is being written to. */
  path: z.string().optional(),
  /** Instead of `path`: the share is a folder that is on no disk, and these are in it. */
  paths: SeveralPaths.optional(),
  link: z.string(),
  sequential: z.boolean(),
  /** Its part when downloads compete for bandwidth and requests. */
  priority: Priority,
  limitDownBytesPerSecond: rate.optional(),
  limitUpBytesPerSecond: rate.optional(),
  addedAt: at,
  finishedAt: at.optional(),
  announcements: z.array(Announcement),
  skipped: z.number().int(),
})
export type ShareSummary = z.infer<typeof ShareSummary>

/** Indexing of a path, or of several, before the root CID is known. */
export const ImportJob = z.object({
  job: z.string(),
  /** Of several paths: the first that was named. */
  path: z.string(),
  /** Of several paths: how many were named, and what the share is to be called. */
  together: z.object({ name: z.string(), paths: z.number().int().positive() }).optional(),
  state: z.enum(['walking', 'hashing', 'done', 'failed', 'cancelled']),
  files: z.number().int(),
  totalBytes: bytes,
  doneBytes: bytes,
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })).max(1000),
  root: z.string().optional(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
})
export type ImportJob = z.infer<typeof ImportJob>

/** One peer of one share: a row of the swarm. */
export const SwarmPeer = z.object({
  root: z.string(),
  peer: z.string(),
  name: z.string().optional(),
  client: z.string().optional(),
  address: z.string().optional(),
  path: z.enum(['loopback', 'lan', 'direct', 'relay']).optional(),
  routes: z.array(Route),
  liveness: Liveness,
  haveChunks: z.number().int(),
  downBytesPerSecond: rate,
  upBytesPerSecond: rate,
  receivedBytes: bytes,
  sentBytes: bytes,
  inFlight: z.number().int(),
  window: z.number().int(),
  /** They refuse us / we refuse them a slot. */
  chokedByPeer: z.boolean(),
  chokedByUs: z.boolean(),
  corruptChunks: z.number().int(),
  rttMs: z.number().optional(),
  lastSeenAt: at,
})
export type SwarmPeer = z.infer<typeof SwarmPeer>

/** A peer of this node, whatever it is used for. */
export const Peer = z.object({
  peer: z.string(),
  name: z.string().optional(),
  /** What the user calls it; only here. */
  nickname: z.string().optional(),
  client: z.string().optional(),
  connected: z.boolean(),
  direction: z.enum(['inbound', 'outbound']).optional(),
  address: z.string().optional(),
  path: z.enum(['loopback', 'lan', 'direct', 'relay']).optional(),
  transport: z.string().optional(),
  encryption: z.string().optional(),
  rttMs: z.number().optional(),
  shoal: z.boolean(),
  firstSeenAt: at.optional(),
  lastSeenAt: at.optional(),
  blocked: z.object({ reason: z.string(), at }).optional(),
})
export type Peer = z.infer<typeof Peer>

export const NodeStatus = z.object({
  peer: z.string(),
  /** Two-word name derived from the peer id, or the nickname the user chose. */
  name: z.string(),
  version: z.string(),
  startedAt: at,
  network: NetworkMode,
  profile: z.string(),
  listening: z.array(z.string()),
  /** Addresses others confirmed. */
  reachable: z.array(z.string()),
  connections: z.number().int(),
  shoalPeers: z.number().int(),
  dht: z.array(
    z.object({
      route: z.enum(['lan-dht', 'internet-dht']),
      mode: z.enum(['client', 'server']),
      tablePeers: z.number().int(),
    }),
  ),
  quic: z.boolean(),
  downBytesPerSecond: rate,
  upBytesPerSecond: rate,
  receivedBytes: bytes,
  sentBytes: bytes,
  /** Everything that the transports carried since the start: payload, protocols and encryption. */
  wireReceivedBytes: bytes,
  wireSentBytes: bytes,
  limitDownBytesPerSecond: rate.optional(),
  limitUpBytesPerSecond: rate.optional(),
  uploadSlots: z.number().int(),
})
export type NodeStatus = z.infer<typeof NodeStatus>

/** One line of the event log: what happened, in facts; the UI words it. */
export const LogEntry = z.object({
  at,
  kind: z.enum(LOG_KINDS),
  root: z.string().optional(),
  peer: z.string().optional(),
  /** In English. */
  text: z.string(),
  /** What `text` says in numbers and names, for those who word it in another language: log-facts.ts says which. */
  facts: facts.optional(),
})
export type LogEntry = z.infer<typeof LogEntry>

export const Snapshot = z.object({
  /** Number of the last batch this snapshot contains; the first delta after it is seq + 1. */
  seq: z.number().int(),
  at,
  node: NodeStatus,
  shares: z.array(ShareSummary),
  jobs: z.array(ImportJob),
  peers: z.array(Peer),
  swarm: z.array(SwarmPeer),
  settings: SettingsView,
  log: z.array(LogEntry),
})
export type Snapshot = z.infer<typeof Snapshot>

export const Change = z.discriminatedUnion('type', [
  z.object({ type: z.literal('node'), value: NodeStatus }),
  z.object({ type: z.literal('share'), value: ShareSummary }),
  z.object({ type: z.literal('share-removed'), root: z.string() }),
  z.object({ type: z.literal('job'), value: ImportJob }),
  z.object({ type: z.literal('job-removed'), job: z.string() }),
  z.object({ type: z.literal('peer'), value: Peer }),
  z.object({ type: z.literal('peer-removed'), peer: z.string() }),
  z.object({ type: z.literal('swarm'), value: SwarmPeer }),
  z.object({ type: z.literal('swarm-removed'), root: z.string(), peer: z.string() }),
  z.object({ type: z.literal('settings'), value: SettingsView }),
  z.object({ type: z.literal('log'), value: LogEntry }),
])
export type Change = z.infer<typeof Change>

export const Delta = z.object({ seq: z.number().int(), at, changes: z.array(Change) })
export type Delta = z.infer<typeof Delta>

export const FileEntry = z.object({
  index: z.number().int(),
  path: z.string(),
  sizeBytes: bytes,
  haveBytes: bytes,
  selected: z.boolean(),
})
export type FileEntry = z.infer<typeof FileEntry>

export const DoctorFinding = z.object({
  id: z.string(),
  title: z.string(),
  result: z.enum(['ok', 'warning', 'problem', 'skipped']),
  /** Which of the outcomes that the test `id` can have: the key of its wording in every language. */
  code: z.string(),
  facts: facts.optional(),
  /** In English, as `title` and `nextStep`. */
  reason: z.string(),
  nextStep: z.string().optional(),
})
export type DoctorFinding = z.infer<typeof DoctorFinding>
