/** Everything about the chunk that somebody points at: asked for when the pointer rests, and again when the chunk changes. */
import { useEffect, useState } from 'react'
import type { ChunkDetail } from '../../../shared/contract/chunk-map.ts'
import { useApi } from '../../engine/hooks.ts'

/** A pointer that passes over asks nothing. */
const REST_MS = 120
/** Holders come and go: asked again while it is looked at. */
const AGAIN_MS = 2_000

/** Undefined while nothing is known of this chunk yet. `state`: of the chunk now; another one asks again. */
export function useChunkDetail(root: string, index: number | undefined, state: string): ChunkDetail | undefined {
  const api = useApi()
  const [detail, setDetail] = useState<ChunkDetail>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a chunk in another state has other facts.
  useEffect(() => {
    if (api === undefined || index === undefined) return
    let isCurrent = true
    let timer = setTimeout(ask, REST_MS)
    function ask(): void {
      if (api === undefined || index === undefined) return
      api.chunk({ root, index }).then(
        (found) => {
          if (!isCurrent) return
          setDetail(found)
          timer = setTimeout(ask, AGAIN_MS)
        },
        () => {
          // The share was removed or the engine is gone: the screen says so already, and the map's facts stay.
          if (isCurrent) setDetail(undefined)
        },
      )
    }
    return () => {
      isCurrent = false
      clearTimeout(timer)
    }
  }, [api, root, index, state])
  return detail?.index === index ? detail : undefined
}
