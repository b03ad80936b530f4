/**
 * The chunk map of one share while somebody looks at it: follows `watchChunks`, begins anew when it ends, and tells its
 * listeners what changed. Outside React: ten events a second go straight to what draws, and React is told a few times a
 * second at most (`version`). Rules [UI40] [UI41].
 */
import type { ChunkMapEvent, ChunkMove } from '../../shared/contract/chunk-map.ts'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { ChunkMap, type Dirty } from '../model/chunk-map.ts'
import { PeerLooks } from '../model/peer-color.ts'

export type FeedState = 'waiting' | 'none' | 'live' | 'ended'

export interface FeedListener {
  /** Another map, or none. */
  onMap?(): void
  onChanges?(dirty: Dirty, moves: readonly ChunkMove[]): void
}

/** Between two tellings of React. */
const TELL_EVERY_MS = 400
/** Before a subscription that ended is begun again. */
const RETRY_MS = 1_500

export class ChunkFeed {
  readonly looks = new PeerLooks()
  map: ChunkMap | undefined
  state: FeedState = 'waiting'
  /** As many as there are views: two or three. */
  private readonly listeners = new Set<FeedListener>()
  private readonly observers = new Set<() => void>()
  private tellTimer: ReturnType<typeof setTimeout> | undefined
  private stopNow = new AbortController()
  version = 0

  /** Follows until `stop`, or until it is started with another engine. */
  start(api: EngineApi, root: string): void {
    this.stop()
    this.stopNow = new AbortController()
    void this.follow(api, root, this.stopNow.signal)
  }

  /** What was seen stays: it is what was true when the engine was last heard. */
  stop(): void {
    this.stopNow.abort()
    clearTimeout(this.tellTimer)
    this.tellTimer = undefined
  }

  listen(listener: FeedListener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** For React: `version` is another number when something changed. */
  readonly observe = (observer: () => void): (() => void) => {
    this.observers.add(observer)
    return () => this.observers.delete(observer)
  }

  take(event: ChunkMapEvent): void {
    switch (event.type) {
      case 'none':
        this.map = undefined
        this.become('none')
        return
      case 'map':
        this.map = new ChunkMap(event)
        for (const peer of event.peers) this.looks.numberOf(peer)
        this.become('live')
        return
      case 'changes': {
        if (this.map === undefined) return
        for (const peer of event.newPeers) this.looks.numberOf(peer)
        const dirty = this.map.apply(event)
        for (const listener of this.listeners) listener.onChanges?.(dirty, event.moves)
        this.tellSoon()
        return
      }
    }
  }

  private async follow(api: EngineApi, root: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const event of api.watchChunks({ root }, { signal })) {
          if (signal.aborted) return
          this.take(event)
        }
      } catch (error) {
        // Told by the screen as "ended"; the next attempt may succeed. A map that cannot be read is our bug: it is seen.
        if (!signal.aborted) console.error(error)
      }
      if (signal.aborted) return
      this.become('ended')
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  private become(state: FeedState): void {
    const isNew = state !== this.state || state === 'live'
    this.state = state
    if (!isNew) return
    if (state !== 'ended') for (const listener of this.listeners) listener.onMap?.()
    this.tell()
  }

  private tellSoon(): void {
    this.tellTimer ??= setTimeout(() => this.tell(), TELL_EVERY_MS)
  }

  private tell(): void {
    clearTimeout(this.tellTimer)
    this.tellTimer = undefined
    this.version += 1
    for (const observer of this.observers) observer()
  }
}
