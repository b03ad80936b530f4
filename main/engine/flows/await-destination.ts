/**
 * A destination that cannot be written to: how much room it needs, how long to wait, and when to try again. It looks every
 * second; attempts that fail again without having brought a chunk are made ever more rarely, so that a drive that takes
 * nothing is not tried, and told of, every second for ever. SPEC: [FL5].
 */
import type { TroubleCode } from '../../../shared/contract/model.ts'
import { Bitfield } from '../content/bitfield.ts'
import type { Manifest } from '../content/manifest.ts'
import { checkDestination, checkSameDrive } from '../store/disk-space.ts'
import type { Share, Wanted } from './share.ts'
import { showsInFolder, troubleOf } from './trouble.ts'
import { waitMs } from './wait.ts'

/** Between looks while the destination is in trouble, in ms. */
const LOOK_EVERY_MS = 1_000
/** Longest pause before another attempt that may fail like the last, in ms. */
const MAX_PAUSE_MS = 30_000
/** Room that must be there before a full disk is tried again: less would be full at once. */
const ROOM_BYTES = 4 * 1024 * 1024

/** How long to wait before the next attempt: a second, doubled while the same thing happens and nothing arrives. */
export class RetryPauses {
  private last: { code: TroubleCode; chunks: number; pauseMs: number } | undefined

  next(code: TroubleCode, chunks: number): number {
    const { last } = this
    const again = last !== undefined && last.code === code && last.chunks === chunks
    const pauseMs = again ? Math.min(last.pauseMs * 2, MAX_PAUSE_MS) : LOOK_EVERY_MS
    this.last = { code, chunks, pauseMs }
    return pauseMs
  }
}

/** Bytes that are wanted and not there. */
export function neededBytes(share: Share, manifest: Manifest, have: Bitfield, wanted: Wanted = share.row): number {
  if (wanted.select === undefined && have.isEmpty) return manifest.totalBytes
  let needed = 0
  for (const index of share.wantedChunks(wanted)) if (!have.has(index)) needed += manifest.chunkLength(index)
  return needed
}

/** Waits until the destination looks as if it could be written again, and at least `pauseMs`. */
export async function untilUsable(
  share: Share,
  manifest: Manifest,
  pauseMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { clock, downloadDir } = share.context
  const destination = share.row.destination ?? downloadDir
  const startedAtMs = clock.now()
  for (;;) {
    await waitMs(clock, LOOK_EVERY_MS, signal)
    signal.throwIfAborted()
    try {
      await checkDestination(destination, roomWanted(share, manifest))
      const { destinationDev, partialPath } = share.row
      if (destinationDev !== undefined) await checkSameDrive(destination, destinationDev, partialPath)
      if (clock.now() - startedAtMs >= pauseMs) return
    } catch (error) {
      const trouble = troubleOf(error, Date.now())
      if (trouble === undefined) continue
      // The same reason in other words (so many bytes are free now) is no news; another reason is.
      if (trouble.code !== share.trouble?.code) share.setTrouble(trouble)
    }
  }
}

/** What is begun goes on with a little room; what is not begun waits until all of it fits. */
function roomWanted(share: Share, manifest: Manifest): number {
  if (share.trouble === undefined || !showsInFolder(share.trouble)) return 0
  const have = share.have ?? new Bitfield(manifest.chunkCount)
  if (have.isEmpty) return neededBytes(share, manifest, have)
  return share.trouble.code === 'disk-full' ? Math.min(ROOM_BYTES, neededBytes(share, manifest, have)) : 0
}
