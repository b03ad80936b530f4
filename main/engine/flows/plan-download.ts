/**
 * What would happen if a share were downloaded into a folder: is there room, may it be written to, which name would it get.
 * Asks the very functions that the download itself uses, and changes nothing; what is true now may be otherwise when the
 * download ends, and then that decides. SPEC: [FL14].
 */
import path from 'node:path'
import type { PlanInput } from '../../../shared/contract/engine-api.ts'
import { ShoalError } from '../../../shared/contract/errors.ts'
import type { DestinationPlan } from '../../../shared/contract/network-view.ts'
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { folderFacts } from '../store/disk-space.ts'
import { StoreError } from '../store/errors.ts'
import { freeName } from '../store/place.ts'
import { neededBytes } from './await-destination.ts'
import { chosenFolder } from './chosen-folder.ts'
import { selectionOf } from './selection.ts'
import type { Share } from './share.ts'
import { unlessCancelled } from './wait.ts'

/** Throws NOT_ALLOWED for what is shared in place or not known yet, as `chosenFolder` does, ALREADY_EXISTS when no name is free. */
export async function planDownload(
  share: Share,
  { destination, select }: PlanInput,
  signal?: AbortSignal,
): Promise<DestinationPlan> {
  const { manifest, row, key: root } = share
  if (row.origin === 'in-place')
    throw new ShoalError('NOT_ALLOWED', 'This is shared from your own files; there is nothing to fetch.', { root })
  if (manifest === undefined)
    throw new ShoalError('NOT_ALLOWED', 'What this link contains is not known yet. Wait until it is.', { root })
  const folder = chosenFolder(share, destination)
  const wanted = select === undefined ? row : { select: selectionOf(select, manifest) }
  const stays = row.destination === undefined || row.destination === folder
  // Elsewhere everything is fetched anew [FL5].
  const have = stays ? (share.have ?? new Bitfield(manifest.chunkCount)) : new Bitfield(manifest.chunkCount)
  const { exists, writable, freeBytes } = await unlessCancelled(folderFacts(folder), signal)
  return {
    destination: folder,
    exists,
    writable,
    ...(freeBytes === undefined ? {} : { freeBytes }),
    neededBytes: neededBytes(share, manifest, have, wanted),
    ...nameIn(exists ? folder : undefined, share, manifest, stays),
  }
}

/** @param folder undefined when it is not there: then nothing is in the way */
function nameIn(
  folder: string | undefined,
  { row, root }: Share,
  { type }: Manifest,
  stays: boolean,
): { name: string; nameTaken: boolean } {
  // Finished once: what is added joins it.
  if (stays && row.path !== undefined) return { name: path.basename(row.path), nameTaken: false }
  const own = shareName(row.name, root)
  if (folder === undefined) return { name: own, nameTaken: false }
  try {
    const name = path.basename(freeName(folder, own, type))
    return { name, nameTaken: name !== own }
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    throw new ShoalError('ALREADY_EXISTS', error.message, { path: path.join(folder, own) }, { cause: error })
  }
}
