/** All files of a share, fetched page by page in the background. Rules [UI13] [UI51]. */
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { MAX_FILES_PER_PAGE } from '../../shared/contract/limits.ts'
import type { FileEntry } from '../../shared/contract/model.ts'

/** Files listed; what is beyond is said, and cannot be chosen here. About 100 MB of names. */
export const MAX_LISTED = 300_000

export interface LoadedFiles {
  readonly files: readonly FileEntry[]
  /** Of the share: more than are listed when it is a very long one. */
  readonly total: number
}

/** `onProgress` is told after each page how many are known of how many. */
export async function loadFiles(
  api: Pick<EngineApi, 'files'>,
  root: string,
  signal: AbortSignal,
  onProgress: (known: number, total: number) => void = () => {},
): Promise<LoadedFiles> {
  const files: FileEntry[] = []
  let total = Number.POSITIVE_INFINITY
  while (files.length < Math.min(total, MAX_LISTED)) {
    signal.throwIfAborted()
    const page = await api.files({ root, offset: files.length, count: MAX_FILES_PER_PAGE })
    signal.throwIfAborted()
    total = page.total
    if (page.files.length === 0) break
    files.push(...page.files)
    onProgress(files.length, total)
  }
  return { files, total: Number.isFinite(total) ? total : files.length }
}
