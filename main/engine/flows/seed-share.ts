/**
 * Seeding: serves a share from the user's own files, in place. That they stay what was hashed is watched by
 * watch-files.ts; a file that does not is withdrawn at once.
 */
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { digestMatches } from '../content/verify.ts'
import type { FileFacts } from '../store/facts.ts'
import { SharedFiles } from '../store/shared-files.ts'
import type { Share } from './share.ts'
import { setFile, watchFiles } from './watch-files.ts'

const RAW_CODEC = 0x55

export async function seedShare(share: Share, signal: AbortSignal): Promise<void> {
  const { manifest, context, exchange } = share
  if (manifest === undefined) throw new Error('seedShare before the manifest is known')
  // Paused in the last moment: nothing is offered any more.
  signal.throwIfAborted()
  const facts = context.store.files.all(share.key)
  const files = new SharedFiles({ manifest, facts })
  const have = chunksOnDisk(share, manifest, facts)
  share.have = have
  share.isStopped = false
  share.readRawRoot =
    manifest.chunkCount === 1 && share.root.code === RAW_CODEC ? () => readRoot(manifest, files) : undefined
  exchange.setContent(
    {
      chunkCount: manifest.chunkCount,
      chunkLength: (index) => manifest.chunkLength(index),
      verify: (index, bytes) => digestMatches(bytes, manifest.digests, index),
      read: (index, into) => files.read(index, into),
      write: () => Promise.reject(new Error('a share that is seeded is not written')),
    },
    have,
  )
  exchange.setServing(true)
  context.routing.reprovider.announce(share.root)
  // Others that have it: only who is connected can be counted.
  if (share.row.origin === 'fetched') share.sources.addFromLink(share.row.linkPeers)
  share.enter('seeding')
  try {
    await watchFiles(share, manifest, files, facts, signal)
  } finally {
    await files.close()
  }
}

async function readRoot(manifest: Manifest, files: SharedFiles): Promise<Uint8Array> {
  const bytes = new Uint8Array(manifest.chunkLength(0))
  await files.read(0, bytes)
  return bytes
}

function chunksOnDisk(share: Share, manifest: Manifest, facts: ReadonlyMap<number, FileFacts>): Bitfield {
  if (share.row.origin === 'in-place') return Bitfield.full(manifest.chunkCount)
  const have = new Bitfield(manifest.chunkCount)
  for (const [index, file] of manifest.files.entries()) if (facts.has(index)) setFile(have, file, true)
  return have
}
