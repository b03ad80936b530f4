/**
 * Which colour and which pattern a peer has in the pictures of one share. Given in the order in which peers are met, so
 * that the first eight are told apart by colour alone; the ninth has the first colour again, with another pattern. Kept for
 * as long as the share is looked at: a peer that returns looks as before. Rule [UI42].
 */

export const PEER_COLORS = 8
/** Solid, striped, dotted, hollow; then everything repeats and names must tell. */
export const PEER_PATTERNS = 4

/** Peers that have a look of their own; those met later share that of the last. */
const MAX_PEERS = 65_536

export interface PeerLook {
  /** 1 to PEER_COLORS: the token --peer-<n>. */
  readonly color: number
  /** 0 to PEER_PATTERNS - 1. */
  readonly pattern: number
}

export class PeerLooks {
  /** At most MAX_PEERS. */
  private readonly numbers = new Map<string, number>()

  numberOf(peer: string): number {
    const known = this.numbers.get(peer)
    if (known !== undefined) return known
    const number = this.numbers.size
    if (number < MAX_PEERS) this.numbers.set(peer, number)
    return number
  }

  of(peer: string): PeerLook {
    return lookOf(this.numberOf(peer))
  }
}

export function lookOf(number: number): PeerLook {
  return {
    color: (number % PEER_COLORS) + 1,
    pattern: Math.floor(number / PEER_COLORS) % PEER_PATTERNS,
  }
}
