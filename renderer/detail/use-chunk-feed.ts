/** The chunk map of a share, for views. */
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useApi } from '../engine/hooks.ts'
import { ChunkFeed } from './chunk-feed.ts'

/** Follows while `isWanted`: nothing is asked of the engine for a tab that is not looked at. */
export function useChunkFeed(root: string, isWanted: boolean): ChunkFeed {
  const api = useApi()
  const [feed] = useState(() => new ChunkFeed())
  useEffect(() => {
    if (api === undefined || !isWanted) return
    feed.start(api, root)
    return () => feed.stop()
  }, [api, root, isWanted, feed])
  return feed
}

/** Draws the caller again a few times a second while the map changes. */
export function useFeedVersion(feed: ChunkFeed): number {
  return useSyncExternalStore(feed.observe, () => feed.version)
}
