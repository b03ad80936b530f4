/**
 * What is known of a share without its life and without any peer: its manifest and the chunks it has, from our own store.
 * For shares that are paused when the process starts, and for deleting what a share has left on disk. It looks at no file
 * of the user's: what is claimed here is checked when the share is resumed.
 */
import { setImmediate } from 'node:timers/promises'
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { ManifestError } from '../content/manifest-error.ts'
import { rawRootManifest } from '../content/packed-manifest.ts'
import { readManifest } from '../content/read-manifest.ts'
import type { Store } from '../store/store.ts'
import { WrittenLog } from '../store/written-log.ts'
import { writtenFolder } from './profile-paths.ts'
import type { Share } from './share.ts'

const RAW_CODEC = 0x55

/** Sets the share's manifest if all of it is on record. A few at a time: each is held as nodes while it is read. */
export async function recallManifest(
  share: Share,
  signal = new AbortController().signal,
): Promise<Manifest | undefined> {
  if (share.manifest !== undefined) return share.manifest
  const { store, recalling } = share.context
  const found = await recalling.run(signal, async () => {
    // With a thousand shares at the start, others get a word in between.
    await setImmediate()
    return onlyFileManifest(share) ?? (await readOwn(share, store, signal))
  })
  share.manifest ??= found
  return share.manifest
}

async function readOwn(share: Share, { nodes }: Store, signal: AbortSignal): Promise<Manifest | undefined> {
  try {
    return await readManifest(share.root, (cids, inner) => nodes.source(cids, inner), { signal })
  } catch (error) {
    // Not all of it had come, or it is refused: then there is nothing to tell.
    if (error instanceof ManifestError) return undefined
    throw error
  }
}

/** The root of a share that is one small file is that file: its manifest is made of the file's record. */
function onlyFileManifest(share: Share): Manifest | undefined {
  if (share.root.code !== RAW_CODEC || (share.row.origin !== 'in-place' && !share.row.complete)) return undefined
  const onlyFile = share.context.store.files.all(share.key).get(0)
  return onlyFile === undefined ? undefined : rawRootManifest(share.root, onlyFile.sizeBytes)
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
