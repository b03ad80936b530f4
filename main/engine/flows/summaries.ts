/** A share as a value of the contract. Every number is read from what runs; nothing is kept for display only. */
import type { FileEntry, ShareSummary } from '../../../shared/contract/model.ts'
import { fileBytes } from './have-bytes.ts'
import { holdsAll, rarestCopies } from './held-by.ts'
import { wantedBytesOf } from './selection.ts'
import type { Share } from './share.ts'
import { linkOf } from './share-link.ts'
import { speedOf } from './speed.ts'

/** Longer than this nobody waits, and no estimate holds, in ms. */
const MAX_ETA_MS = 30 * 24 * 60 * 60 * 1_000
/** Looking for the rarest of more chunks than this is done once a second only. */
const MANY_CHUNKS = 16_384
const RAREST_EVERY_MS = 1_000

export function summaryOf(share: Share): ShareSummary {
  const { row, manifest, exchange, have } = share
  const nowMs = share.context.clock.now()
  const state = share.state
  const down = shareSpeed(share, 'down')
  const wantedBytes = manifest === undefined ? undefined : wantedBytesOf(manifest, row)
  const haveBytes = share.haveBytes.of(manifest, have)
  const etaMs = state === 'downloading' && down > 0 ? (missingBytesOf(share, haveBytes) / down) * 1_000 : undefined
  const sessions = [...exchange.sessions.values()].filter((session) => session.isOpen)
  const availability = availabilityOf(share, nowMs)
  const path = row.path ?? row.destination
  return {
    root: share.key,
    name: row.name,
    origin: row.origin,
    state,
    haveBytes,
    haveChunks: have?.count ?? 0,
    downBytesPerSecond: down,
    upBytesPerSecond: shareSpeed(share, 'up'),
    receivedBytes: row.receivedBytes + exchange.down.total - share.savedReceivedBytes,
    sentBytes: row.sentBytes + exchange.up.total - share.savedSentBytes,
    corruptBytes: row.corruptBytes + exchange.corruptBytes - share.savedCorruptBytes,
    peers: sessions.length,
    seeds: sessions.filter(holdsAll).length,
    availability,
    survives: Math.max(availability - 1, 0),
    link: linkOf(share),
    sequential: row.sequential,
    priority: row.priority,
    addedAt: row.addedAt,
    announcements: share.announcements(),
    skipped: manifest?.skipped.length ?? 0,
    ...(manifest === undefined
      ? {}
      : {
          type: manifest.type,
          totalBytes: manifest.totalBytes,
          fileCount: manifest.files.length,
          chunkCount: manifest.chunkCount,
        }),
    ...(share.trouble === undefined ? {} : { trouble: share.trouble }),
    ...(row.claimedBytes === undefined ? {} : { claimedBytes: row.claimedBytes }),
    ...(wantedBytes === undefined ? {} : { wantedBytes }),
    ...(etaMs === undefined || etaMs > MAX_ETA_MS ? {} : { etaMs }),
    ...(path === undefined ? {} : { path }),
    ...(row.paths === undefined ? {} : { paths: row.paths }),
    ...(row.limitDown === undefined ? {} : { limitDownBytesPerSecond: row.limitDown }),
    ...(row.limitUp === undefined ? {} : { limitUpBytesPerSecond: row.limitUp }),
    ...(row.finishedAt === undefined ? {} : { finishedAt: row.finishedAt }),
  }
}

/** Without anybody to move bytes with there is none, however fast it was a moment ago. */
export function shareSpeed({ exchange, context }: Share, direction: 'down' | 'up'): number {
  return exchange.sessions.size === 0 ? 0 : speedOf(exchange[direction], context.clock.now())
}

function missingBytesOf(share: Share, haveBytes: number): number {
  const { manifest, have, row } = share
  if (manifest === undefined) return 0
  if (row.select === undefined || have === undefined) return wantedBytesOf(manifest, row) - haveBytes
  let missing = 0
  for (const index of row.select) {
    const file = manifest.files[index]
    if (file !== undefined) missing += file.sizeBytes - fileBytes(manifest, have, file)
  }
  return missing
}

const rarest = new WeakMap<Share, { atMs: number; copies: number }>()

function availabilityOf(share: Share, nowMs: number): number {
  const { manifest } = share
  if (manifest === undefined) return 0
  if (manifest.chunkCount <= MANY_CHUNKS) return countRarest(share)
  const known = rarest.get(share)
  if (known !== undefined && nowMs - known.atMs < RAREST_EVERY_MS) return known.copies
  const copies = countRarest(share)
  rarest.set(share, { atMs: nowMs, copies })
  return copies
}

/** Copies of the rarest wanted chunk: those of peers with a session, and ours. */
function countRarest(share: Share): number {
  const { exchange, have, row, manifest } = share
  // Nothing is asked for yet: the exchange does not count.
  if (exchange.state === undefined && manifest !== undefined)
    return rarestCopies(exchange.sessions.values(), have, share.wantedChunks(), manifest.chunkCount)
  const isAll = row.select === undefined
  if (isAll && exchange.state !== undefined) return exchange.availability()
  let least = manifest?.chunkCount === 0 ? 1 : Number.POSITIVE_INFINITY
  for (const index of share.wantedChunks()) {
    const copies = (exchange.state?.copies(index) ?? 0) + (have?.has(index) === true ? 1 : 0)
    least = Math.min(least, copies)
    if (least === 0) return 0
  }
  return Number.isFinite(least) ? least : 1
}

export function fileEntriesOf(share: Share, offset: number, count: number): { total: number; files: FileEntry[] } {
  const { manifest, have, row } = share
  if (manifest === undefined) return { total: 0, files: [] }
  const selected = row.select === undefined ? undefined : new Set(row.select)
  const files = manifest.files.slice(offset, offset + count).map((file, at): FileEntry => {
    const index = offset + at
    const haveBytes = have === undefined ? 0 : fileBytes(manifest, have, file)
    return { index, path: file.path, sizeBytes: file.sizeBytes, haveBytes, selected: selected?.has(index) ?? true }
  })
  return { total: manifest.files.length, files }
}
