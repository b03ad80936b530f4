/**
 * How much of a share somebody has, 0 to 1: chunks against all chunks. Of a share without chunks everybody has all.
 * Undefined while the number of chunks is not known. Pure.
 */
export function partHeld({ haveChunks }: { haveChunks: number }, chunkCount: number | undefined): number | undefined {
  if (chunkCount === undefined) return undefined
  return chunkCount === 0 ? 1 : Math.min(1, haveChunks / chunkCount)
}
