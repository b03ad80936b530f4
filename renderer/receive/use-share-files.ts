/** All files of a share, page by page, as a tree to choose from. What is too much for a window is said to be. Rule [UI13]. */
import { useEffect, useState } from 'react'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { MAX_FILES_PER_PAGE } from '../../shared/contract/limits.ts'
import { FileSelection, type FileTree, fileTree, type TreeFile } from '../design/file-tree-model.ts'
import { useApi } from '../engine/hooks.ts'

/** Files that a window holds to choose from. A selection of more would not fit into one command either. */
export const MAX_TREE_FILES = 250_000

export type ShareFiles =
  | { readonly state: 'unknown' }
  | { readonly state: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly state: 'too-many'; readonly total: number }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'known'; readonly tree: FileTree; readonly selection: FileSelection }

export async function loadFiles(
  api: Pick<EngineApi, 'files'>,
  root: string,
  total: number,
  onLoaded: (count: number) => void,
  signal: AbortSignal,
): Promise<TreeFile[]> {
  const files: TreeFile[] = []
  while (files.length < total && !signal.aborted) {
    const page = await api.files({ root, offset: files.length, count: MAX_FILES_PER_PAGE })
    if (page.files.length === 0) break
    for (const { index, path, sizeBytes } of page.files) files.push({ index, path, sizeBytes })
    onLoaded(files.length)
  }
  return files
}

/** `count`: how many there are, once the manifest is known. */
export function useShareFiles(root: string, count: number | undefined): ShareFiles {
  const api = useApi()
  const [files, setFiles] = useState<ShareFiles>({ state: 'unknown' })
  useEffect(() => {
    if (api === undefined || count === undefined) return
    if (count > MAX_TREE_FILES) {
      setFiles({ state: 'too-many', total: count })
      return
    }
    const stop = new AbortController()
    const { signal } = stop
    setFiles({ state: 'loading', loaded: 0, total: count })
    loadFiles(
      api,
      root,
      count,
      (loaded) => !signal.aborted && setFiles({ state: 'loading', loaded, total: count }),
      signal,
    )
      .then((loaded) => {
        if (signal.aborted) return
        const tree = fileTree(loaded)
        setFiles({ state: 'known', tree, selection: new FileSelection(tree) })
      })
      .catch((error: unknown) => !signal.aborted && setFiles({ state: 'failed', error }))
    return () => stop.abort()
  }, [api, root, count])
  return files
}
