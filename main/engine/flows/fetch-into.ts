/**
 * One stretch of fetching into an open partial: chunks come through the exchange, are written and marked; every few seconds,
 * or sooner on a fast one, what was written is flushed and only then claimed [ST5]. Ends when everything wanted is written, or with what stopped it.
 */
import path from 'node:path'
import type { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { digestMatches } from '../content/verify.ts'
import { isPageAligned } from '../exchange/buffer-pool.ts'
import { bootId } from '../store/boot-id.ts'
import { checkSameDrive } from '../store/disk-space.ts'
import { StoreError } from '../store/errors.ts'
import type { PartialFiles } from '../store/partial-files.ts'
import type { WrittenLog } from '../store/written-log.ts'
import { repeat } from './repeat.ts'
import type { Share } from './share.ts'
import { isBlocking } from './trouble.ts'

/** Between looks whether the destination is still there, in ms. The user is told of its loss within 2 s. */
const LOOK_AT_DESTINATION_MS = 500
/** Between flushes of what was written, in ms: a power loss costs this much, a killed process nothing. */
const CHECKPOINT_MS = 3_000
/** And between them at most so many bytes: the flush after the last chunk, which the user waits for, is never much larger. */
const CHECKPOINT_BYTES = 256 * 1024 * 1024
/** When a download is announced, in ms after its start. A small one is whole before, and announced then. */
const ANNOUNCE_AFTER_MS = 15_000

export interface Partial {
  readonly files: PartialFiles
  readonly have: Bitfield
  readonly log: WrittenLog
  /** Of what an earlier process wrote; nothing is claimed before. */
  readonly firstFlush: Promise<void>
}

/** Resolves with the selection (all files: undefined) whose every chunk is written. */
export async function fetchInto(
  share: Share,
  manifest: Manifest,
  { files, have, log, firstFlush }: Partial,
  signal: AbortSignal,
): Promise<readonly number[] | undefined> {
  const { context, exchange } = share
  const { promise, resolve, reject } = Promise.withResolvers<readonly number[] | undefined>()
  let dirty = false
  let unflushedBytes = 0
  let ended = false
  let select = share.row.select
  share.have = have
  share.readRawRoot = undefined
  exchange.setContent(
    {
      chunkCount: manifest.chunkCount,
      chunkLength: (index) => manifest.chunkLength(index),
      verify: (index, bytes) => digestMatches(bytes, manifest.digests, index),
      read: (index, into) => files.read(index, into),
      write: async (index, bytes) => {
        await files.write(index, bytes, goesPastCache(bytes, exchange.sessions.values()))
        // The log of a stretch that is over is closed, its descriptor perhaps another file's by now.
        if (!ended) log.mark(index)
        dirty = true
        unflushedBytes += bytes.byteLength
        if (unflushedBytes >= CHECKPOINT_BYTES) loop.hurry()
        if (share.trouble !== undefined && isBlocking(share.trouble)) share.setTrouble(undefined)
      },
    },
    have,
  )
  exchange.setServing(true)
  // Those who fetch the same thing now learn of us from the swarm; the DHT is for those who come later.
  const cancelAnnounce = context.clock.after(ANNOUNCE_AFTER_MS, () => context.routing.reprovider.announce(share.root))
  share.onWriteFailed = reject
  // Somebody else has been at the partial: it is opened anew, and what is lost is found then.
  share.onReadFailed = (error) => {
    if (error instanceof StoreError && error.facts.lostChunks !== undefined) reject(error)
  }
  share.onComplete = () => resolve(select)
  share.onWantedChanged = () => {
    select = share.row.select
    exchange.startDownload(share.wantedChunks())
  }
  const onAbort = () => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const checkpoint = async () => {
    if (!dirty) return
    await firstFlush
    dirty = false
    unflushedBytes = 0
    const durable = await files.flush()
    context.store.bitfields.save(share.key, durable.toBytes(), bootId())
    share.saveCounters()
  }
  const loop = repeat(context.clock, CHECKPOINT_MS, checkpoint, reject)
  const look = repeat(context.clock, LOOK_AT_DESTINATION_MS, () => destinationStays(share), reject)
  try {
    if (exchange.state !== undefined) exchange.state.sequential = share.row.sequential
    if (!signal.aborted) exchange.startDownload(share.wantedChunks())
    return await promise
  } finally {
    share.onWriteFailed = undefined
    share.onReadFailed = undefined
    share.onComplete = undefined
    share.onWantedChanged = undefined
    signal.removeEventListener('abort', onAbort)
    cancelAnnounce()
    exchange.stopDownload()
    await look.stop()
    await loop.stop()
    try {
      // Its failure names chunks that are lost, so it must not be lost itself.
      await checkpoint()
    } finally {
      ended = true
    }
  }
}

/** Whoever wants chunks of us will ask for this one soon: then it is better in memory than read back from the disk [ST19]. */
export function goesPastCache(bytes: Uint8Array, peers: Iterable<{ readonly theyAreInterested: boolean }>): boolean {
  if (!isPageAligned(bytes)) return false
  for (const { theyAreInterested } of peers) if (theyAreInterested) return false
  return true
}

async function destinationStays({ row }: Share): Promise<void> {
  const { partialPath, destinationDev } = row
  if (partialPath !== undefined && destinationDev !== undefined)
    await checkSameDrive(path.dirname(partialPath), destinationDev)
}
