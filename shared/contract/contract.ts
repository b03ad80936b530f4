/**
 * The contract as an oRPC router: every command of EngineApi with its input and output schema, and `subscribe` as an
 * event iterator. Whoever serves it implements this router (main/daemon/router.ts); whoever calls it uses only its type
 * (engine-client.ts), so that a client need not load a schema. Commands that take one string in EngineApi take an object
 * here, so that a field can be added without breaking anybody.
 *
 * There is one typed error, SHOAL, which carries a ShoalError's code and facts (rpc-errors.ts).
 * Rules [DA1] [DA3].
 */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { ChunkDetail, ChunkMapEvent } from './chunk-map.ts'
import { ERROR_CODES } from './errors.ts'
import * as input from './inputs.ts'
import {
  Delta,
  DoctorFinding,
  FileEntry,
  ImportJob,
  NodeStatus,
  Peer,
  ShareSummary,
  Snapshot,
  SwarmPeer,
} from './model.ts'
import { DestinationPlan, NetworkView, PeerEvent, TrafficSample } from './network-view.ts'
import { SHOAL_STATUS } from './rpc-errors.ts'
import { SettingsPatch, SettingsView } from './settings.ts'

const ErrorData = z.object({
  code: z.enum(ERROR_CODES),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

export const command = oc.errors({ SHOAL: { status: SHOAL_STATUS, data: ErrorData } })
const nothing = z.void()

export const SubscriptionEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), value: Snapshot }),
  z.object({ type: z.literal('delta'), value: Delta }),
])

export const contract = {
  importPath: command.input(input.Import).output(ImportJob),
  importPaths: command.input(input.ImportPaths).output(ImportJob),
  cancelImport: command.input(input.Job).output(nothing),
  openLink: command.input(input.Open).output(ShareSummary),
  start: command.input(input.Start).output(ShareSummary),
  select: command.input(input.Select).output(ShareSummary),
  pause: command.input(input.Root).output(ShareSummary),
  resume: command.input(input.Root).output(ShareSummary),
  remove: command.input(input.Remove).output(nothing),
  setSequential: command.input(input.Sequential).output(ShareSummary),
  limit: command.input(input.Limit).output(nothing),
  setPriority: command.input(input.Priority).output(ShareSummary),
  planDownload: command.input(input.Plan).output(DestinationPlan),
  shareSample: command.output(ImportJob),
  watchChunks: command.input(input.Root).output(eventIterator(ChunkMapEvent)),
  chunk: command.input(input.Chunk).output(ChunkDetail),
  nickname: command.input(input.Nickname).output(nothing),
  peerHistory: command.input(input.PeerId).output(z.array(PeerEvent)),
  network: command.output(NetworkView),
  traffic: command.input(input.Traffic).output(z.array(TrafficSample)),
  settings: command.output(SettingsView),
  changeSettings: command.input(SettingsPatch).output(SettingsView),
  exportIdentity: command.input(input.Path).output(nothing),
  importIdentity: command.input(input.Path).output(z.object({ peer: z.string() })),
  status: command.output(NodeStatus),
  shares: command.output(z.array(ShareSummary)),
  share: command.input(input.Root).output(ShareSummary),
  files: command.input(input.Files).output(z.object({ total: z.number().int(), files: z.array(FileEntry) })),
  swarm: command.input(input.Root).output(z.array(SwarmPeer)),
  peers: command.output(z.array(Peer)),
  block: command.input(input.Block).output(nothing),
  connect: command.input(input.Connect).output(Peer),
  doctor: command.output(z.array(DoctorFinding)),
  subscribe: command.output(eventIterator(SubscriptionEvent)),
  metrics: command.output(z.string()),
}

export type ShoalContract = typeof contract
