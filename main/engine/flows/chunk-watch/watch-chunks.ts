/**
 * `watchChunks` of the contract: the map of a share's chunks once, then what changes, at most ten times a second, for as
 * long as the reader wants. It looks ten times a second whether it is still the same share, manifest and download, and
 * begins with a new map when it is not; a reader that does not read is not waited for and holds up nothing. SPEC: [FL12].
 */
import type { ChunkMapEvent } from '../../../../shared/contract/chunk-map.ts'
import { ShoalError } from '../../../../shared/contract/errors.ts'
import type { EngineContext } from '../context.ts'
import type { Share } from '../share.ts'
import { waitMs } from '../wait.ts'
import { MoveRing } from './move-ring.ts'
import { ShareChunks } from './share-chunks.ts'
import { Watcher } from './watcher.ts'

/** Between two events, and two looks for one, in ms. */
const EVENT_EVERY_MS = 100
/** Readers at a time, of all shares: each costs 4 bytes a chunk. */
const MAX_READERS = 32

interface Watched {
  readonly share: Share
  readonly chunks: ShareChunks
  readonly watcher: Watcher
  readonly moves: MoveRing
  stop(): void
}

export class ChunkReaders {
  private readonly context: EngineContext
  private readonly shares: { get(root: string): Share; find(root: string): Share | undefined }
  private readers = 0

  constructor(context: EngineContext, shares: { get(root: string): Share; find(root: string): Share | undefined }) {
    this.context = context
    this.shares = shares
  }

  /** Throws NOT_FOUND for a share that was not there when it began. */
  async *watch(root: string, signal = new AbortController().signal): AsyncGenerator<ChunkMapEvent> {
    this.shares.get(root)
    if (this.readers >= MAX_READERS) {
      const message = `${MAX_READERS} views of chunks are open. Close one first.`
      throw new ShoalError('NOT_ALLOWED', message, { limit: MAX_READERS })
    }
    const { clock } = this.context
    let watched: Watched | undefined
    let saidNone = false
    this.readers += 1
    try {
      while (!signal.aborted) {
        const now = this.look(root, watched)
        if (now === undefined) {
          watched?.stop()
          watched = undefined
          if (!saidNone) yield { type: 'none' }
          saidNone = true
        } else {
          const event = now === watched ? this.changes(watched) : this.map(now)
          watched = now
          saidNone = false
          if (event !== undefined) yield event
        }
        if (!signal.aborted) await waitMs(clock, EVENT_EVERY_MS, signal)
      }
    } finally {
      this.readers -= 1
      watched?.stop()
    }
  }

  /** What is to be watched from now on: the same as before, something new, or nothing that is known. */
  private look(root: string, before: Watched | undefined): Watched | undefined {
    const share = this.shares.find(root)
    const manifest = share?.manifest
    if (share === undefined || manifest === undefined) return undefined
    if (before?.chunks.isOf(share, manifest) === true) return before
    before?.stop()
    const moves = before?.share === share ? before.moves : new MoveRing()
    const chunks = new ShareChunks(share, manifest)
    const watcher = new Watcher(chunks, share.chunks.record, moves, () => this.context.clock.now())
    return { share, chunks, watcher, moves, stop: share.chunks.watch(watcher) }
  }

  private map({ watcher }: Watched): ChunkMapEvent {
    return watcher.map(this.now(), this.context.started.at)
  }

  private changes(watched: Watched): ChunkMapEvent | undefined {
    const event = watched.watcher.changes(this.now())
    return event === 'map' ? this.map(watched) : event
  }

  private now(): { at: number; nowMs: number } {
    return { at: Date.now(), nowMs: this.context.clock.now() }
  }
}
