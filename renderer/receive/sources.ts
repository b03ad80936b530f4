/** The sources of a share that was not begun yet, for the screen: who is connected and by which route each became known. Pure. Rule [UI12]. */
import type { Route, ShareSummary, SwarmPeer } from '../../shared/contract/model.ts'
import { partHeld } from '../model/part-held.ts'

export interface Source {
  readonly peer: string
  readonly name: string | undefined
  readonly path: SwarmPeer['path']
  readonly routes: readonly Route[]
  /** Of its chunks; undefined until the manifest tells how many there are and the peer which it has. */
  readonly fraction: number | undefined
}

export const MAX_SOURCES_SHOWN = 8

export function sourcesOf({ chunkCount }: Pick<ShareSummary, 'chunkCount'>, swarm: Iterable<SwarmPeer>): Source[] {
  return [...swarm]
    .filter(({ liveness }) => liveness !== 'gone')
    .map((row) => ({
      peer: row.peer,
      name: row.name,
      path: row.path,
      routes: row.routes,
      // A peer that told of nothing is not called empty: most often it has not told yet.
      fraction: row.haveChunks === 0 ? undefined : partHeld(row, chunkCount),
    }))
    .sort((a, b) => (b.fraction ?? 0) - (a.fraction ?? 0))
}
