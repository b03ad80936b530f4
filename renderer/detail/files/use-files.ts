/** The files of a share for a view: loading, here with their progress, or why not. */
import { useEffect, useRef, useState } from 'react'
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { useApi, useReplica } from '../../engine/hooks.ts'
import { type LoadedFiles, loadFiles } from '../../model/share-files.ts'
import { refreshMs } from './file-list.ts'

export type FilesState =
  | { readonly state: 'loading'; readonly known: number; readonly total: number | undefined }
  | { readonly state: 'here'; readonly loaded: LoadedFiles }
  | { readonly state: 'failed'; readonly error: unknown }

/** Loaded again, now and then, while bytes arrive; at once when `version` is another one. */
export function useFiles(root: string, version: number): FilesState {
  const api = useApi()
  const [files, setFiles] = useState<FilesState>({ state: 'loading', known: 0, total: undefined })
  const haveBytes = useReplica((replica) => replica.shares.get(root)?.haveBytes ?? 0)
  const hasManifest = useReplica((replica) => replica.shares.get(root)?.totalBytes !== undefined)
  const waitMs = files.state === 'here' ? refreshMs(files.loaded.total) : 0
  const newest = useRef(haveBytes)
  newest.current = haveBytes
  const [seenBytes, setSeenBytes] = useState(haveBytes)
  useEffect(() => {
    if (waitMs === 0) return
    const timer = setInterval(() => setSeenBytes(newest.current), waitMs)
    return () => clearInterval(timer)
  }, [waitMs])
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` and `seenBytes` say that it is time to look again.
  useEffect(() => {
    if (api === undefined || !hasManifest) return
    const stop = new AbortController()
    load(api, root, stop.signal, setFiles)
    return () => stop.abort()
  }, [api, root, hasManifest, version, seenBytes])
  return files
}

function load(
  api: EngineApi,
  root: string,
  signal: AbortSignal,
  set: (change: (before: FilesState) => FilesState) => void,
): void {
  const onProgress = (known: number, total: number) =>
    set((before) => (before.state === 'here' ? before : { state: 'loading', known, total }))
  loadFiles(api, root, signal, onProgress).then(
    (loaded) => set(() => ({ state: 'here', loaded })),
    (error: unknown) => {
      if (!signal.aborted) set((before) => (before.state === 'here' ? before : { state: 'failed', error }))
    },
  )
}
