/**
 * The contract, implemented by handing each command to an EngineApi. Inputs and outputs are validated by the contract's
 * schemas on the way; ShoalErrors leave as typed errors. Nothing is decided here.
 * Rules [DA1] [DA3] [DA5].
 */
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/contract.ts'
import type { CallOptions, EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import { MAX_STREAMS } from '../../shared/contract/limits.ts'
import { toWireError } from '../../shared/contract/rpc-errors.ts'

export async function wire<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toWireError(error)
  }
}

const options = (signal: AbortSignal | undefined): CallOptions => (signal === undefined ? {} : { signal })

/** Per connection. Not an alias: oRPC wants it indexable. */
export interface Connection extends Record<string, unknown> {
  /** Commands that are not answered yet: rpc-server.ts counts. */
  inFlight: number
  /** Streams that are open. */
  streams: number
  /** Resolves when the connection may be given another answer. */
  readonly room: () => Promise<void>
}

async function* stream<T>(connection: Connection, events: AsyncIterable<T>): AsyncGenerator<T> {
  if (connection.streams >= MAX_STREAMS) {
    const message = `${MAX_STREAMS} streams are open on this connection. Close one first.`
    throw toWireError(new ShoalError('NOT_ALLOWED', message, { limit: MAX_STREAMS }))
  }
  connection.streams += 1
  try {
    yield* events
  } catch (error) {
    throw toWireError(error)
  } finally {
    connection.streams -= 1
  }
}

export function contractRouter(api: EngineApi) {
  const os = implement(contract).$context<Connection>()
  return os.router({
    importPath: os.importPath.handler(({ input, signal }) => wire(() => api.importPath(input, options(signal)))),
    importPaths: os.importPaths.handler(({ input, signal }) => wire(() => api.importPaths(input, options(signal)))),
    cancelImport: os.cancelImport.handler(({ input }) => wire(() => api.cancelImport(input.job))),
    openLink: os.openLink.handler(({ input, signal }) => wire(() => api.openLink(input, options(signal)))),
    start: os.start.handler(({ input, signal }) => wire(() => api.start(input, options(signal)))),
    select: os.select.handler(({ input, signal }) => wire(() => api.select(input, options(signal)))),
    pause: os.pause.handler(({ input, signal }) => wire(() => api.pause(input.root, options(signal)))),
    resume: os.resume.handler(({ input, signal }) => wire(() => api.resume(input.root, options(signal)))),
    remove: os.remove.handler(({ input, signal }) => wire(() => api.remove(input, options(signal)))),
    setSequential: os.setSequential.handler(({ input }) => wire(() => api.setSequential(input))),
    limit: os.limit.handler(({ input }) => wire(() => api.limit(input))),
    setPriority: os.setPriority.handler(({ input }) => wire(() => api.setPriority(input))),
    planDownload: os.planDownload.handler(({ input, signal }) => wire(() => api.planDownload(input, options(signal)))),
    shareSample: os.shareSample.handler(() => wire(() => api.shareSample())),
    watchChunks: os.watchChunks.handler(({ input, signal, context }) =>
      stream(context, api.watchChunks(input, options(signal))),
    ),
    chunk: os.chunk.handler(({ input }) => wire(() => api.chunk(input))),
    nickname: os.nickname.handler(({ input }) => wire(() => api.nickname(input))),
    peerHistory: os.peerHistory.handler(({ input }) => wire(() => api.peerHistory(input.peer))),
    network: os.network.handler(() => wire(() => api.network())),
    traffic: os.traffic.handler(({ input }) => wire(() => api.traffic(input))),
    settings: os.settings.handler(() => wire(() => api.settings())),
    changeSettings: os.changeSettings.handler(({ input }) => wire(() => api.changeSettings(input))),
    exportIdentity: os.exportIdentity.handler(({ input }) => wire(() => api.exportIdentity(input))),
    importIdentity: os.importIdentity.handler(({ input }) => wire(() => api.importIdentity(input))),
    status: os.status.handler(() => wire(() => api.status())),
    shares: os.shares.handler(() => wire(() => api.shares())),
    share: os.share.handler(({ input }) => wire(() => api.share(input.root))),
    files: os.files.handler(({ input }) => wire(() => api.files(input))),
    swarm: os.swarm.handler(({ input }) => wire(() => api.swarm(input.root))),
    peers: os.peers.handler(() => wire(() => api.peers())),
    block: os.block.handler(({ input }) => wire(() => api.block(input))),
    connect: os.connect.handler(({ input, signal }) => wire(() => api.connect(input, options(signal)))),
    doctor: os.doctor.handler(({ signal }) => wire(() => api.doctor(options(signal)))),
    subscribe: os.subscribe.handler(({ signal, context }) => stream(context, api.subscribe(options(signal)))),
    metrics: os.metrics.handler(() => wire(() => api.metrics())),
  })
}
