/**
 * What a peer has said it holds, also before a download is begun here: the exchange gives that its meaning only when it is
 * told the content, and what is on screen must not wait for it. SPEC: [FL21].
 */
import { Bitfield } from '../content/bitfield.ts'
import type { Session } from '../exchange/session.ts'

/** undefined: it has not said, or something that does not fit the share. */
export function heldBy({ have, rawHave }: Session, chunkCount: number): Bitfield | 'all' | undefined {
  if (have !== undefined || rawHave === undefined) return have
  if ('all' in rawHave) return 'all'
  try {
    return Bitfield.fromBytes(rawHave.bitfield, chunkCount)
  } catch {
    return undefined
  }
}

/** Asked of every session at every publish: no bitfield is read for it, so one that is not read yet is not looked into. */
export function holdsAll({ have, rawHave }: Session): boolean {
  if (have !== undefined) return have === 'all' || have.isFull
  return rawHave !== undefined && 'all' in rawHave
}

/** Copies of the rarest chunk among these peers and ourselves, while there is no download that counts them. */
export function rarestCopies(
  sessions: Iterable<Session>,
  own: Bitfield | undefined,
  wanted: Iterable<number>,
  chunkCount: number,
): number {
  let whole = 0
  const partial: Bitfield[] = own === undefined ? [] : [own]
  for (const session of sessions) {
    const held = session.isOpen ? heldBy(session, chunkCount) : undefined
    if (held === 'all') whole += 1
    else if (held !== undefined) partial.push(held)
  }
  let least = Number.POSITIVE_INFINITY
  for (const index of wanted) {
    const copies = partial.reduce((sum, held) => sum + Number(held.has(index)), whole)
    least = Math.min(least, copies)
    if (least === whole) break
  }
  return Number.isFinite(least) ? least : Math.max(whole, 1)
}
