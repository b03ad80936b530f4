/**
 * The contract, implemented by handing each command to an EngineApi. Inputs and outputs are validated by the contract's
 * schemas on the way; ShoalErrors leave as typed errors. Nothing is decided here.
 * Rules [DA1] [DA3] [DA5].
 */
import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/contract.ts'
import type { CallOptions, EngineApi } from '../../shared/contract/engine-api.ts'
import { toWireError } from '../../shared/contract/rpc-errors.ts'

export async function wire<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw toWireError(error)
  }
}

const options = (signal: AbortSignal | undefined): CallOptions => (signal === undefined ? {} : { signal })

/** Per connection: how many commands are not answered yet (rpc-server.ts counts). Not an alias: oRPC wants it indexable. */
export interface Connection extends Record<string, unknown> {
  inFlight: number
}

export function contractRouter(api: EngineApi) {
  const os = implement(contract).$context<Connection>()
  return os.router({
    importPath: os.importPath.handler(({ input, signal }) => wire(() => api.importPath(input, options(signal)))),
    cancelImport: os.cancelImport.handler(({ input }) => wire(() => api.cancelImport(input.job))),
    openLink: os.openLink.handler(({ input, signal }) => wire(() => api.openLink(input, options(signal)))),
    start: os.start.handler(({ input, signal }) => wire(() => api.start(input, options(signal)))),
    select: os.select.handler(({ input }) => wire(() => api.select(input))),
    pause: os.pause.handler(({ input }) => wire(() => api.pause(input.root))),
    resume: os.resume.handler(({ input }) => wire(() => api.resume(input.root))),
    remove: os.remove.handler(({ input }) => wire(() => api.remove(input))),
    setSequential: os.setSequential.handler(({ input }) => wire(() => api.setSequential(input))),
    limit: os.limit.handler(({ input }) => wire(() => api.limit(input))),
    setPriority: os.setPriority.handler(({ input }) => wire(() => api.setPriority(input))),
    planDownload: os.planDownload.handler(({ input }) => wire(() => api.planDownload(input))),
    shareSample: os.shareSample.handler(() => wire(() => api.shareSample())),
    watchChunks: os.watchChunks.handler(async function* ({ input, signal }) {
      try {
        yield* api.watchChunks(input, options(signal))
      } catch (error) {
        throw toWireError(error)
      }
    }),
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
    subscribe: os.subscribe.handler(async function* ({ signal }) {
      try {
        yield* api.subscribe(options(signal))
      } catch (error) {
        throw toWireError(error)
      }
    }),
    metrics: os.metrics.handler(() => wire(() => api.metrics())),
  })
}
