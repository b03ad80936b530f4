/**
 * Fetching: opens the partial, lets the exchange bring chunks into it (fetch-into.ts), and gives the whole thing its name.
 *
 * Order on disk: verified bytes -> page cache -> written log (this boot) -> flush -> bitfield -> finish -> name
 * [ST4, ST5]. A trouble with the destination closes the partial, is told with its reason, and is tried again by itself.
 * What is wanted may change at any moment: only what was whole is finished, and what was added meanwhile is fetched in
 * another round. SPEC: [FL3], [FL4], [FL5].
 */
import { Bitfield } from '../content/bitfield.ts'
import { localDirectories, localPaths, prepareLocalPaths } from '../content/local-paths.ts'
import type { Manifest } from '../content/manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { bootId } from '../store/boot-id.ts'
import type { FinishedShare } from '../store/chunk-files.ts'
import { checkDestination } from '../store/disk-space.ts'
import { destinationError, StoreError } from '../store/errors.ts'
import { newPartialPath } from '../store/names.ts'
import { openPartial } from '../store/open-partial.ts'
import { syncTree } from '../store/sync-tree.ts'
import { WrittenLog } from '../store/written-log.ts'
import { neededBytes, RetryPauses, untilUsable } from './await-destination.ts'
import { DownloadStory } from './download-story.ts'
import { fetchInto } from './fetch-into.ts'
import { writtenFolder } from './profile-paths.ts'
import { coversSelection } from './selection.ts'
import type { Share } from './share.ts'
import { isBlocking, showsInFolder, troubleOf } from './trouble.ts'

export async function fetchShare(share: Share, signal: AbortSignal): Promise<void> {
  const { manifest } = share
  if (manifest === undefined) throw new Error('fetchShare before the manifest is known')
  const pauses = new RetryPauses()
  const story = new DownloadStory(share, manifest)
  for (;;) {
    share.enter('fetching')
    try {
      const finished = await fetchOnce(share, manifest, story, signal)
      if (share.trouble !== undefined && isBlocking(share.trouble)) share.setTrouble(undefined)
      if (record(share, manifest, finished)) return story.complete()
    } catch (error) {
      signal.throwIfAborted()
      const trouble = troubleOf(error, Date.now())
      if (trouble === undefined || !isBlocking(trouble)) throw error
      share.isStopped = true
      share.phase = 'fetching'
      share.setTrouble(trouble)
      share.publish()
      await untilUsable(share, manifest, pauses.next(trouble.code, share.have?.count ?? 0), signal)
      share.isStopped = false
      if (share.trouble !== undefined && showsInFolder(share.trouble)) share.setTrouble(undefined)
    }
  }
}

interface Finished {
  readonly share: FinishedShare
  readonly have: Bitfield
}

async function fetchOnce(
  share: Share,
  manifest: Manifest,
  story: DownloadStory,
  signal: AbortSignal,
): Promise<Finished> {
  const { context } = share
  const log = openLog(share, manifest)
  try {
    const saved = context.store.bitfields.load(share.key)
    const durable =
      saved === undefined ? new Bitfield(manifest.chunkCount) : Bitfield.fromBytes(saved.bytes, manifest.chunkCount)
    share.have = durable.or(log.before)
    const opened = await open(share, manifest, share.have)
    if (opened.state === 'finished') return { share: opened.share, have: opened.have }
    const { files, have, lost } = opened
    forget(share, lost, durable, log)
    story.opened(have, lost.length)
    // What an earlier process wrote without flushing counts for this boot only; a flush of the whole makes it durable.
    const partialPath = share.row.partialPath ?? ''
    const firstFlush = have.andNot(durable).isEmpty ? Promise.resolve() : syncTree(partialPath)
    firstFlush.catch(() => {})
    try {
      const select = await fetchInto(share, manifest, { files, have, log, firstFlush }, signal)
      share.enter('finishing')
      await firstFlush
      const finished = await files.finish({
        onClaim: (claim) => share.update({ claim }),
        signal,
        ...(select === undefined ? {} : { files: select }),
      })
      for (const file of finished.dropped) clearFile(manifest, have, file)
      return { share: finished, have }
    } catch (error) {
      if (error instanceof StoreError && error.facts.lostChunks !== undefined)
        forget(share, error.facts.lostChunks, have, log)
      throw error
    } finally {
      share.exchange.stopDownload()
      await files.close()
    }
  } finally {
    await log.close()
  }
}

function openLog(share: Share, manifest: Manifest): WrittenLog {
  const folder = writtenFolder(share.context)
  try {
    return WrittenLog.open(folder, share.key, manifest.chunkCount)
  } catch (error) {
    throw destinationError(error, folder)
  }
}

/** These chunks are not on disk any more: the claims are taken back before anything else happens. */
function forget(share: Share, lost: readonly number[], claimed: Bitfield, log: WrittenLog): void {
  if (lost.length === 0) return
  for (const index of lost) claimed.clear(index)
  try {
    for (const index of lost) log.clear(index)
  } catch {
    // A claim that cannot be taken back alone is taken back with all others; flushed chunks stay claimed below.
    WrittenLog.remove(writtenFolder(share.context), share.key)
  }
  const saved = share.context.store.bitfields.load(share.key)
  if (saved === undefined) return
  const durable = Bitfield.fromBytes(saved.bytes, claimed.length)
  for (const index of lost) durable.clear(index)
  share.context.store.bitfields.save(share.key, durable.toBytes(), bootId())
}

async function open(share: Share, manifest: Manifest, have: Bitfield): ReturnType<typeof openPartial> {
  const { context } = share
  const destination = share.row.destination ?? context.downloadDir
  const localName = shareName(share.row.name, share.root)
  if (have.isEmpty) await checkDestination(destination, neededBytes(share, manifest, have))
  const partialPath = share.row.partialPath ?? newPartialPath(destination, localName, share.key, Math.random)
  if (share.row.partialPath === undefined) share.update({ partialPath })
  const earlier =
    share.row.path === undefined
      ? undefined
      : { path: share.row.path, files: context.store.files.all(share.key), dropped: [] }
  await prepareLocalPaths(manifest)
  const opened = await openPartial({
    manifest,
    localPaths: localPaths(manifest),
    localDirectories: localDirectories(manifest),
    localName,
    partialPath,
    have,
    ...(earlier === undefined ? {} : { finished: earlier }),
    ...(share.row.claim === undefined ? {} : { claim: share.row.claim }),
    ...(share.row.destinationDev === undefined ? {} : { destinationDev: share.row.destinationDev }),
  })
  if (opened.state === 'open') {
    share.update({ destinationDev: opened.destinationDev })
    if (opened.recovered !== undefined) context.store.files.putMany(share.key, opened.recovered.files)
  }
  return opened
}

/**
 * All or nothing: a share is complete exactly when its files and its bitfield say so.
 * @returns whether that is all that is wanted by now.
 */
function record(share: Share, manifest: Manifest, { share: finished, have }: Finished): boolean {
  const { context } = share
  const complete = coversSelection(share, manifest, finished.files)
  context.store.database.durable(() => {
    context.store.files.putMany(share.key, finished.files)
    context.store.bitfields.save(share.key, have.toBytes(), bootId())
    share.update({
      complete,
      path: finished.path,
      claim: undefined,
      partialPath: undefined,
      destinationDev: undefined,
      ...(complete ? { finishedAt: Date.now() } : {}),
    })
  })
  WrittenLog.remove(writtenFolder(context), share.key)
  share.saveCounters()
  return complete
}

function clearFile(manifest: Manifest, have: Bitfield, index: number): void {
  const file = manifest.files[index]
  if (file === undefined) return
  for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) have.clear(chunk)
}
