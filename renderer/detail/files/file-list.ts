/**
 * All files of a share, fetched page by page in the background, and how much of each is here. The list is fetched once; the
 * progress again and again while bytes arrive, less often the longer the list is. Outside React. Rule [UI51].
 */
import type { EngineApi } from '../../../shared/contract/engine-api.ts'
import { MAX_FILES_PER_PAGE } from '../../../shared/contract/limits.ts'
import type { FileEntry } from '../../../shared/contract/model.ts'

/** Files listed; what is beyond is said, and cannot be chosen here. About 100 MB of names. */
export const MAX_LISTED = 300_000

/** Between two looks at the progress, ms. */
export function refreshMs(files: number): number {
  if (files <= 2_000) return 1_000
  return files <= MAX_FILES_PER_PAGE ? 3_000 : 15_000
}

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

/** Bytes here, up to each place of the tree's order: what a folder has is one subtraction. */
export class FileProgress {
  private readonly sums: Float64Array

  constructor(ordered: readonly { readonly index: number }[], haveBytes: (index: number) => number) {
    this.sums = new Float64Array(ordered.length + 1)
    for (const [at, { index }] of ordered.entries()) this.sums[at + 1] = (this.sums[at] ?? 0) + haveBytes(index)
  }

  /** Of the files from place `from` to before place `to`. */
  haveBytes(from: number, to: number): number {
    return (this.sums[to] ?? 0) - (this.sums[from] ?? 0)
  }
}
