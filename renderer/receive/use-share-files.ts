/** All files of a share, page by page, as a tree to choose from. What is too much for a window is said to be. Rule [UI13]. */
import { useEffect, useState } from 'react'
import { FileSelection, type FileTree, fileTree } from '../design/file-tree-model.ts'
import { useApi } from '../engine/hooks.ts'
import { loadFiles } from '../model/share-files.ts'

/** Files that a window holds to choose from. A selection of more would not fit into one command either. */
export const MAX_TREE_FILES = 250_000

export type ShareFiles =
  | { readonly state: 'unknown' }
  | { readonly state: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly state: 'too-many'; readonly total: number }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'known'; readonly tree: FileTree; readonly selection: FileSelection }

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
    const onProgress = (loaded: number) => setFiles({ state: 'loading', loaded, total: count })
    loadFiles(api, root, signal, onProgress)
      .then(({ files }) => {
        if (signal.aborted) return
        const tree = fileTree(files)
        setFiles({ state: 'known', tree, selection: new FileSelection(tree) })
      })
      .catch((error: unknown) => !signal.aborted && setFiles({ state: 'failed', error }))
    return () => stop.abort()
  }, [api, root, count])
  return files
}
