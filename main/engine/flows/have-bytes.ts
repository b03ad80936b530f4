/**
 * How many bytes a share has: kept up to date chunk by chunk while it is fetched, because counting a million chunks four
 * times a second would hold up everything else; counted anew only when the bitfield was changed in another way.
 */
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'

export class HaveBytes {
  private counted: Bitfield | undefined
  private chunks = 0
  private sum = 0

  /** The chunk has just been set in `have`. */
  gained(manifest: Manifest, have: Bitfield, index: number): void {
    if (this.counted !== have || have.count !== this.chunks + 1) return
    this.chunks += 1
    this.sum += manifest.chunkLength(index)
  }

  of(manifest: Manifest | undefined, have: Bitfield | undefined): number {
    if (manifest === undefined || have === undefined) return 0
    if (have.isFull) return manifest.totalBytes
    if (this.counted !== have || this.chunks !== have.count) {
      this.counted = have
      this.chunks = have.count
      this.sum = count(manifest, have)
    }
    return this.sum
  }
}

function count(manifest: Manifest, have: Bitfield): number {
  let sum = 0
  for (const file of manifest.files) sum += fileBytes(manifest, have, file)
  return sum
}

/** Bytes of one file that are there. */
export function fileBytes(
  manifest: Manifest,
  have: Bitfield,
  { firstChunk, chunkCount, sizeBytes }: { firstChunk: number; chunkCount: number; sizeBytes: number },
): number {
  let held = 0
  let bytes = 0
  for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) if (have.has(chunk)) held += 1
  if (held === chunkCount) return sizeBytes
  if (held === 0) return 0
  for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
    if (have.has(chunk)) bytes += manifest.chunkLength(chunk)
  }
  return bytes
}
