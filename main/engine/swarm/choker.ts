/**
 * Who gets an upload slot. Pure: facts of all interested peers of all shares in, the set to unchoke out.
 *
 * Slots go to those who give us most (tit for tat, Cohen 2003) while their share is still downloading, and in turns
 * while we only give: whoever has held a slot for TURN_MS, and for a whole chunk, yields to the one who waited longest. One
 * slot more is
 * optimistic: a random choked peer gets it for OPTIMISTIC_MS, so that newcomers can show what they give. A slot that
 * is free is never left unused. Implements SPEC [TR12] and [TR14].
 */

export const DEFAULT_UPLOAD_SLOTS = 8
/** How often slots are dealt anew, in ms, as in BitTorrent: shorter makes TCP and request windows start over too often. */
export const RECHOKE_MS = 10_000
export const OPTIMISTIC_MS = 30_000
/** How long a slot is kept while others wait, when nothing is given in return, in ms. */
export const TURN_MS = 30_000

/**
 * A slot is kept until one chunk is through, for so long at most, in ms: on a line of 1 Mbit/s shared by nine a chunk takes
 * longer than a turn, and turns that end before it would never deliver anything.
 */
export const MAX_BARREN_MS = 15 * 60_000

export interface Candidate {
  /** Unique over all shares. */
  readonly key: string
  /** Bytes per second it delivers to us, over the last seconds. */
  readonly givesBytesPerSecond: number
  /** When it got its slot, or undefined while choked. */
  readonly unchokedAtMs: number | undefined
  /** It is being sent a chunk, and none has been sent whole since it got its slot. */
  readonly isBarren?: boolean
  /** When it last began to wait: it became interested or lost its slot. */
  readonly waitingSinceMs: number
  /** What its share's priority is worth; absent: 1. Who waits for nine times as much grows old nine times as fast. */
  readonly weight?: number
}

export interface Slots {
  readonly unchoke: ReadonlySet<string>
  /** Who holds the optimistic slot, and since when. */
  readonly optimistic: { readonly key: string; readonly sinceMs: number } | undefined
}

export function dealSlots(
  candidates: readonly Candidate[],
  slots: number,
  optimistic: Slots['optimistic'],
  nowMs: number,
  random: () => number,
): Slots {
  const ranked = [...candidates].sort((a, b) => rank(b, nowMs) - rank(a, nowMs) || waited(b, nowMs) - waited(a, nowMs))
  const unchoke = new Set(ranked.slice(0, slots).map((candidate) => candidate.key))
  const rest = ranked.slice(slots)
  const kept = rest.find((candidate) => candidate.key === optimistic?.key)
  if (kept !== undefined && optimistic !== undefined && nowMs - optimistic.sinceMs < OPTIMISTIC_MS) {
    unchoke.add(kept.key)
    return { unchoke, optimistic }
  }
  const others = rest.filter((candidate) => candidate.key !== optimistic?.key)
  const pool = others.length > 0 ? others : rest
  const lucky = pool[Math.floor(random() * pool.length)]
  if (lucky === undefined) return { unchoke, optimistic: undefined }
  unchoke.add(lucky.key)
  return { unchoke, optimistic: { key: lucky.key, sinceMs: nowMs } }
}

/** More than anybody can give. */
const KEEPS_ITS_SLOT = Number.MAX_SAFE_INTEGER

/** Those who wait for their first chunk; givers by what they give; then those in the middle of their turn; then those who wait; then those whose turn is over. */
function rank(candidate: Candidate, nowMs: number): number {
  const heldMs = candidate.unchokedAtMs === undefined ? undefined : nowMs - candidate.unchokedAtMs
  if (candidate.isBarren === true && heldMs !== undefined && heldMs < MAX_BARREN_MS) return KEEPS_ITS_SLOT
  if (candidate.givesBytesPerSecond >= 1) return 3 + candidate.givesBytesPerSecond * (candidate.weight ?? 1)
  if (heldMs === undefined) return 1
  return heldMs < TURN_MS ? 2 : 0
}

/** Among equals the one that waited longest comes first; time counts by the weight, so that nobody waits for ever. */
function waited({ waitingSinceMs, weight = 1 }: Candidate, nowMs: number): number {
  return (nowMs - waitingSinceMs) * weight
}
