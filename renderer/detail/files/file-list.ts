/**
 * How much of each file of a share is here: asked again and again while bytes arrive, less often the longer the list is.
 * Outside React. Rule [UI51].
 */
import { MAX_FILES_PER_PAGE } from '../../../shared/contract/limits.ts'

/** Between two looks at the progress, ms. */
export function refreshMs(files: number): number {
  if (files <= 2_000) return 1_000
  return files <= MAX_FILES_PER_PAGE ? 3_000 : 15_000
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
