/**
 * What is known of a share without its life and without any peer: its manifest and the chunks it has, from our own store.
 * For shares that are paused when the process starts, and for deleting what a share has left on disk. It looks at no file
 * of the user's: what is claimed here is checked when the share is resumed.
 */
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { readManifest } from '../content/read-manifest.ts'
import { WrittenLog } from '../store/written-log.ts'
import { writtenFolder } from './profile-paths.ts'
import { onlyFileManifest } from './resolve-manifest.ts'
import type { Share } from './share.ts'

/** Sets the share's manifest if all of it is on record. */
export async function recallManifest(share: Share): Promise<Manifest | undefined> {
  const { nodes } = share.context.store
  share.manifest ??= onlyFileManifest(share)
  if (share.manifest !== undefined) return share.manifest
  try {
    share.manifest = await readManifest(share.root, (cids, signal) => nodes.source(cids, signal))
  } catch (error) {
    // Not all of it had come, or it is refused: then there is nothing to tell.
    if (!(error instanceof ManifestError)) throw error
  }
  return share.manifest
}

/** Sets what a share without a life can say of itself. */
export async function recall(share: Share): Promise<void> {
  const manifest = await recallManifest(share)
  // Resumed meanwhile: its life knows better.
  if (manifest === undefined || share.isAlive) return
  share.have = recordedChunks(share, manifest)
  share.publish()
}

function recordedChunks(share: Share, manifest: Manifest): Bitfield {
  const { row, context } = share
  if (row.origin === 'in-place') return Bitfield.full(manifest.chunkCount)
  const have = new Bitfield(manifest.chunkCount)
  for (const index of context.store.files.all(share.key).keys()) {
    const { firstChunk, chunkCount } = manifest.files[index] ?? { firstChunk: 0, chunkCount: 0 }
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) have.set(chunk)
  }
  if (row.complete) return have
  const saved = context.store.bitfields.load(share.key)
  const written = WrittenLog.peek(writtenFolder(context), share.key, manifest.chunkCount)
  const durable = saved === undefined ? have : have.or(Bitfield.fromBytes(saved.bytes, manifest.chunkCount))
  return durable.or(written)
}
