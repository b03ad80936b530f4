/**
 * An EngineApi that tells synthetic-state.ts at the contract's full rate: a delta and an event of the chunk map every tenth
 * of a second. In the bench only. What the screens under measurement do not ask for, it refuses.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { CallOptions, EngineApi } from '../../shared/contract/engine-api.ts'
import { ShoalError } from '../../shared/contract/errors.ts'
import { SyntheticChunks } from './synthetic-chunks.ts'
import { CHUNKS, SyntheticState } from './synthetic-state.ts'

const EVERY_MS = 100

function refused(): never {
  throw new ShoalError('NOT_ALLOWED', 'The bench has no engine that could do this.')
}

export function engineDouble(nowAt: () => number): EngineApi {
  const state = new SyntheticState(nowAt())
  const files = Array.from({ length: 12 }, (_, index) => ({
    index,
    path: `folder ${index % 3}/file ${index}.bin`,
    sizeBytes: 8_737_000_000,
    haveBytes: 3_000_000_000,
    selected: true,
  }))
  const ticks = async function* (options: CallOptions | undefined) {
    while (options?.signal?.aborted !== true) {
      await wait(EVERY_MS)
      yield nowAt()
    }
  }
  const never = (): Promise<never> => Promise.resolve().then(refused)
  return {
    async *subscribe(options) {
      let seq = 0
      yield { type: 'snapshot', value: { ...state.snapshot(nowAt()), seq } }
      for await (const at of ticks(options)) {
        seq += 1
        yield { type: 'delta', value: { seq, at, changes: state.changes(at) } }
      }
    },
    async *watchChunks(_input, options) {
      const chunks = new SyntheticChunks(CHUNKS, state.peerIds, nowAt() - 3_600_000)
      yield chunks.map(nowAt())
      for await (const at of ticks(options)) yield chunks.changes(at)
    },
    async chunk({ index }) {
      return {
        index,
        cid: 'bafkreisynthetic',
        sizeBytes: 1_048_576,
        state: 'wanted',
        places: [{ path: 'folder 0/file 0.bin', offsetBytes: index * 1_048_576 }],
        weHave: false,
        holders: state.peerIds.slice(0, 5),
        askedOf: [],
        rejections: 0,
      }
    },
    files: async ({ offset, count }) => ({ total: files.length, files: files.slice(offset, offset + count) }),
    status: async () => state.snapshot(nowAt()).node,
    shares: async () => state.snapshot(nowAt()).shares,
    share: async () => state.share0(),
    peers: async () => state.snapshot(nowAt()).peers,
    swarm: async () => state.snapshot(nowAt()).swarm,
    settings: async () => state.snapshot(nowAt()).settings,
    changeSettings: async () => state.snapshot(nowAt()).settings,
    traffic: async () => [],
    peerHistory: async () => [],
    doctor: async () => [],
    metrics: async () => '',
    limit: async () => {},
    importPath: never,
    importPaths: never,
    cancelImport: never,
    openLink: never,
    start: never,
    select: never,
    pause: never,
    resume: never,
    remove: never,
    setSequential: never,
    setPriority: never,
    planDownload: never,
    shareSample: never,
    network: never,
    nickname: never,
    block: never,
    connect: never,
    exportIdentity: never,
    importIdentity: never,
  }
}
