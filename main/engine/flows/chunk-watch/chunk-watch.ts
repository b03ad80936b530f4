/**
 * The chunks of one share as they are noted and watched: the record of who delivered what, which is always kept, and the
 * watchers, to whom everything is told that happens to single chunks. Without watchers the tap is closed. SPEC: [FL12].
 */
import { ChunkTap } from '../../transfer/chunk-tap.ts'
import { ChunkRecord } from './chunk-record.ts'
import type { Watcher } from './watcher.ts'

export class ChunkWatch {
  readonly record = new ChunkRecord()
  readonly tap = new ChunkTap()
  /** As many as there are readers: bounded by MAX_READERS of watch-chunks.ts. */
  private readonly watchers = new Set<Watcher>()

  /** A chunk was verified and written. @param atSeconds since the engine started */
  delivered(index: number, chunkCount: number, peer: string, atSeconds: number): void {
    this.record.delivered(index, chunkCount, peer, atSeconds)
    this.tap.observer?.moved('down', 'delivered', peer, index)
  }

  /** A chunk came with wrong bytes. */
  rejected(index: number, peer: string): void {
    this.record.rejected(index)
    this.tap.observer?.moved('down', 'rejected', peer, index)
  }

  /** Returns the way to stop. */
  watch(watcher: Watcher): () => void {
    const { watchers, tap } = this
    watchers.add(watcher)
    tap.observer = {
      touched(index) {
        for (const one of watchers) one.mark(index)
      },
      moved(direction, what, peer, index) {
        for (const one of watchers) {
          one.moved(direction, what, peer, index)
          // What others ask of us changes nothing here.
          if (direction === 'down') one.mark(index)
        }
      },
    }
    return () => {
      watchers.delete(watcher)
      if (watchers.size === 0) tap.observer = undefined
    }
  }
}
