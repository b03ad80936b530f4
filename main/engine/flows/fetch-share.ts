/**
 * Fetching: opens the partial, lets the exchange bring chunks into it, keeps the record of what is on disk, and gives
 * the whole thing its name.
 *
 * Order on disk: verified bytes -> page cache -> written log (this boot) -> flush -> bitfield -> finish -> name
 * [ST4, ST5]. A trouble with the destination closes the partial, is told with its reason, and is tried again by itself.
 */
import { Bitfield } from '../content/bitfield.ts'
import { localDirectories, localPaths } from '../content/local-paths.ts'
import type { Manifest } from '../content/manifest.ts'
import { shareName } from '../content/safe-name.ts'
import { digestMatches } from '../content/verify.ts'
import { bootId } from '../store/boot-id.ts'
import type { FinishedShare } from '../store/chunk-files.ts'
import { checkDestination } from '../store/disk-space.ts'
import { StoreError } from '../store/errors.ts'
import { newPartialPath } from '../store/names.ts'
import { openPartial } from '../store/open-partial.ts'
import type { PartialFiles } from '../store/partial-files.ts'
import { syncTree } from '../store/sync-tree.ts'
import { WrittenLog } from '../store/written-log.ts'
import { writtenFolder } from './profile-paths.ts'
import type { Share } from './share.ts'
import { isBlocking, troubleOf } from './trouble.ts'
import { waitMs } from './wait.ts'

/** Between flushes of what was written, in ms: a power loss costs this much, a killed process nothing. */
const CHECKPOINT_MS = 3_000
/** Between attempts while the destination is in trouble, in ms. */
const RETRY_MS = 1_000
/** Room that must be there before a full disk is tried again: less would be full at once. */
const ROOM_BYTES = 4 * 1024 * 1024

export async function fetchShare(share: Share, signal: AbortSignal): Promise<void> {
  const { manifest } = share
  if (manifest === undefined) throw new Error('fetchShare before the manifest is known')
  share.enter('fetching')
  for (;;) {
    try {
      const finished = await fetchOnce(share, manifest, signal)
      record(share, manifest, finished)
      return
    } catch (error) {
      signal.throwIfAborted()
      const trouble = troubleOf(error, Date.now())
      if (!isBlocking(trouble)) throw error
      share.isStopped = true
      share.phase = 'fetching'
      share.setTrouble(trouble)
      share.publish()
      await untilUsable(share, manifest, trouble?.code === 'disk-full', signal)
      share.isStopped = false
      share.setTrouble(undefined)
    }
  }
}

async function fetchOnce(share: Share, manifest: Manifest, signal: AbortSignal): Promise<Finished> {
  const { context } = share
  const log = WrittenLog.open(writtenFolder(context), share.key, manifest.chunkCount)
  try {
    const saved = context.store.bitfields.load(share.key)
    const durable =
      saved === undefined ? new Bitfield(manifest.chunkCount) : Bitfield.fromBytes(saved.bytes, manifest.chunkCount)
    const opened = await open(share, manifest, durable.or(log.before))
    if (opened.state === 'finished') return { share: opened.share, have: opened.have }
    const { files, have, lost } = opened
    forget(share, lost, durable, log)
    // What an earlier process wrote without flushing counts for this boot only; a flush of the whole makes it durable.
    const partialPath = share.row.partialPath ?? ''
    const firstFlush = have.andNot(durable).isEmpty ? Promise.resolve() : syncTree(partialPath)
    firstFlush.catch(() => {})
    try {
      await fetchInto(share, manifest, files, have, log, firstFlush, signal)
      share.enter('finishing')
      await firstFlush
      const select = share.row.select
      const finished = await files.finish({
        onClaim: (claim) => share.update({ claim }),
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

/** These chunks are not on disk any more: the claims are taken back before anything else happens. */
function forget(share: Share, lost: readonly number[], claimed: Bitfield, log: WrittenLog): void {
  if (lost.length === 0) return
  for (const index of lost) {
    claimed.clear(index)
    log.clear(index)
  }
  const saved = share.context.store.bitfields.load(share.key)
  if (saved === undefined) return
  const durable = Bitfield.fromBytes(saved.bytes, claimed.length)
  for (const index of lost) durable.clear(index)
  share.context.store.bitfields.save(share.key, durable.toBytes(), bootId())
}

async function open(share: Share, manifest: Manifest, have: Bitfield): ReturnType<typeof openPartial> {
  const { context } = share
  const destination = share.row.destination ?? context.options.downloadDir
  const localName = shareName(share.row.name, share.root)
  if (have.isEmpty) await checkDestination(destination, neededBytes(share, manifest, have))
  const partialPath = share.row.partialPath ?? newPartialPath(destination, localName, share.key, Math.random)
  if (share.row.partialPath === undefined) share.update({ partialPath })
  const earlier =
    share.row.path === undefined
      ? undefined
      : { path: share.row.path, files: context.store.files.all(share.key), dropped: [] }
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

/** Resolves when everything wanted is written; rejects with what stopped it. */
async function fetchInto(
  share: Share,
  manifest: Manifest,
  files: PartialFiles,
  have: Bitfield,
  log: WrittenLog,
  firstFlush: Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { context, exchange } = share
  share.have = have
  share.readRawRoot = undefined
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let dirty = false
  exchange.setContent(
    {
      chunkCount: manifest.chunkCount,
      chunkLength: (index) => manifest.chunkLength(index),
      verify: (index, bytes) => digestMatches(bytes, manifest.digests, index),
      read: (index, into) => files.read(index, into),
      write: async (index, bytes) => {
        await files.write(index, bytes)
        log.mark(index)
        dirty = true
      },
    },
    have,
  )
  exchange.setServing(true)
  context.routing.reprovider.announce(share.root)
  share.onWriteFailed = reject
  share.onComplete = resolve
  share.onWantedChanged = () => exchange.startDownload(share.wantedChunks())
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  const checkpoint = async () => {
    if (!dirty) return
    await firstFlush
    dirty = false
    const durable = await files.flush()
    context.store.bitfields.save(share.key, durable.toBytes(), bootId())
    share.saveCounters()
  }
  const loop = repeat(share, CHECKPOINT_MS, checkpoint, reject)
  try {
    if (exchange.state !== undefined) exchange.state.sequential = share.row.sequential
    exchange.startDownload(share.wantedChunks())
    await promise
  } finally {
    share.onWriteFailed = undefined
    share.onComplete = undefined
    share.onWantedChanged = undefined
    signal.removeEventListener('abort', onAbort)
    exchange.stopDownload()
    await loop.stop()
    await checkpoint().catch((error: unknown) =>
      context.logger.debug({ reason: String(error) }, 'last checkpoint failed'),
    )
  }
}

interface Finished {
  readonly share: FinishedShare
  readonly have: Bitfield
}

/** All or nothing: a share is complete exactly when its files and its bitfield say so. */
function record(share: Share, manifest: Manifest, { share: finished, have }: Finished): void {
  const { context } = share
  context.store.database.durable(() => {
    context.store.files.putMany(share.key, finished.files)
    context.store.bitfields.save(share.key, have.toBytes(), bootId())
    share.update({
      complete: true,
      path: finished.path,
      finishedAt: Date.now(),
      claim: undefined,
      partialPath: undefined,
      destinationDev: undefined,
    })
  })
  WrittenLog.remove(writtenFolder(context), share.key)
  share.saveCounters()
  share.stopFinding()
  const all = share.row.select === undefined || share.row.select.length === manifest.files.length
  context.log({
    kind: 'download-complete',
    root: share.key,
    text: all ? 'Everything is here and verified.' : 'All selected files are here and verified.',
  })
}

function clearFile(manifest: Manifest, have: Bitfield, index: number): void {
  const file = manifest.files[index]
  if (file === undefined) return
  for (let chunk = file.firstChunk; chunk < file.firstChunk + file.chunkCount; chunk++) have.clear(chunk)
}

function neededBytes(share: Share, manifest: Manifest, have: Bitfield): number {
  let needed = 0
  for (const index of share.wantedChunks()) if (!have.has(index)) needed += manifest.chunkLength(index)
  return needed
}

/** Waits until the destination can be written again. */
async function untilUsable(share: Share, manifest: Manifest, full: boolean, signal: AbortSignal): Promise<void> {
  const { clock } = share.context
  const destination = share.row.destination ?? ''
  const needed = full ? Math.min(ROOM_BYTES, Math.max(manifest.totalBytes, 1)) : 0
  for (;;) {
    await waitMs(clock, RETRY_MS, signal)
    signal.throwIfAborted()
    try {
      await checkDestination(destination, needed)
      return
    } catch (error) {
      const trouble = troubleOf(error, Date.now())
      if (trouble !== undefined && trouble.code !== share.trouble?.code) share.setTrouble(trouble)
    }
  }
}

function repeat(
  share: Share,
  everyMs: number,
  job: () => Promise<void>,
  failed: (error: unknown) => void,
): { stop(): Promise<void> } {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let cancel = () => {}
  const schedule = () => {
    cancel = share.context.clock.after(everyMs, () => {
      running = job().catch(failed)
      void running.then(() => {
        if (!stopped) schedule()
      })
    })
  }
  schedule()
  return {
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
