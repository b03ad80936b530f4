/**
 * EngineApi on top of an oRPC client of the contract, whatever carries it: a WebSocket, a message port, a direct call.
 * Translates arguments and errors, and bounds what an unread subscription may hold. It neither opens nor closes the
 * transport. It uses only the type of the contract, so no schema is loaded here.
 * Rules [DA3] [DA5] [DA7].
 */
import type { ContractRouterClient } from '@orpc/contract'
import { boundedSubscription, type SubscriptionEvent } from './bounded-subscription.ts'
import type { ChunkMapEvent } from './chunk-map.ts'
import type { ShoalContract } from './contract.ts'
import type { CallOptions, EngineApi } from './engine-api.ts'
import { ShoalError } from './errors.ts'
import { fromWireError } from './rpc-errors.ts'

export type ContractClient = ContractRouterClient<ShoalContract>

async function call<T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
  if (signal?.aborted === true) throw new ShoalError('CANCELLED', 'Cancelled.')
  try {
    return await run()
  } catch (error) {
    throw fromWireError(error, signal)
  }
}

async function* open(client: ContractClient, signal: AbortSignal): AsyncGenerator<SubscriptionEvent> {
  try {
    for await (const event of await client.subscribe(undefined, { signal })) yield event
  } catch (error) {
    if (signal.aborted) return
    throw fromWireError(error)
  }
  if (!signal.aborted) throw new ShoalError('NETWORK', 'The engine ended the subscription.')
}

/** Events about chunks kept for a reader that does not read; each may hold a byte for every chunk. */
const MAX_UNREAD_CHUNK_EVENTS = 32

async function* openChunks(
  client: ContractClient,
  input: { root: string },
  signal: AbortSignal,
): AsyncGenerator<ChunkMapEvent> {
  try {
    for await (const event of await client.watchChunks(input, { signal })) yield event
  } catch (error) {
    if (signal.aborted) return
    throw fromWireError(error)
  }
}

export function engineClient(client: ContractClient): EngineApi {
  const signalOf = (options?: CallOptions) => (options?.signal === undefined ? {} : { signal: options.signal })
  return {
    importPath: (input, options) => call(options?.signal, () => client.importPath(input, signalOf(options))),
    importPaths: (input, options) => call(options?.signal, () => client.importPaths(input, signalOf(options))),
    cancelImport: (job) => call(undefined, () => client.cancelImport({ job })),
    openLink: (input, options) => call(options?.signal, () => client.openLink(input, signalOf(options))),
    start: (input, options) => call(options?.signal, () => client.start(input, signalOf(options))),
    select: (input, options) => call(options?.signal, () => client.select(input, signalOf(options))),
    pause: (root, options) => call(options?.signal, () => client.pause({ root }, signalOf(options))),
    resume: (root, options) => call(options?.signal, () => client.resume({ root }, signalOf(options))),
    remove: (input, options) => call(options?.signal, () => client.remove(input, signalOf(options))),
    setSequential: (input) => call(undefined, () => client.setSequential(input)),
    limit: (input) => call(undefined, () => client.limit(input)),
    setPriority: (input) => call(undefined, () => client.setPriority(input)),
    planDownload: (input, options) => call(options?.signal, () => client.planDownload(input, signalOf(options))),
    shareSample: () => call(undefined, () => client.shareSample()),
    watchChunks: (input, options) =>
      boundedSubscription((signal) => openChunks(client, input, signal), options?.signal, MAX_UNREAD_CHUNK_EVENTS),
    chunk: (input) => call(undefined, () => client.chunk(input)),
    nickname: (input) => call(undefined, () => client.nickname(input)),
    peerHistory: (peer) => call(undefined, () => client.peerHistory({ peer })),
    network: () => call(undefined, () => client.network()),
    traffic: (input) => call(undefined, () => client.traffic(input)),
    settings: () => call(undefined, () => client.settings()),
    changeSettings: (patch) => call(undefined, () => client.changeSettings(patch)),
    exportIdentity: (input) => call(undefined, () => client.exportIdentity(input)),
    importIdentity: (input) => call(undefined, () => client.importIdentity(input)),
    status: () => call(undefined, () => client.status()),
    shares: () => call(undefined, () => client.shares()),
    share: (root) => call(undefined, () => client.share({ root })),
    files: (input) => call(undefined, () => client.files(input)),
    swarm: (root) => call(undefined, () => client.swarm({ root })),
    peers: () => call(undefined, () => client.peers()),
    block: (input) => call(undefined, () => client.block(input)),
    connect: (input, options) => call(options?.signal, () => client.connect(input, signalOf(options))),
    doctor: (options) => call(options?.signal, () => client.doctor(undefined, signalOf(options))),
    subscribe: (options) => boundedSubscription((signal) => open(client, signal), options?.signal),
    metrics: () => call(undefined, () => client.metrics()),
  }
}
