/** The shares that the kill tests fetch: one file of many chunks, and a folder of many small files. */
import { CHUNK_BYTES, type TestShare, testShare } from './made-up.ts'

export const SHAPES = ['file', 'folder'] as const

export function shapeOf(shape: string): TestShare {
  if (shape === 'file') return testShare([['', 48 * CHUNK_BYTES + 77]])
  const files = Array.from({ length: 1_500 }, (_, file) => [`d${file % 7}/f${file}`, (file * 37) % 9_000] as const)
  return testShare(
    files,
    Array.from({ length: 7 }, (_, folder) => `d${folder}`),
  )
}
