/**
 * Peers by a small number, so that who delivered a chunk fits into two bytes: the first that is met is 1, and 0 stands for
 * nobody known. A number is never given to another peer. Pure. SPEC: [FL12].
 */

/** Peers of one share in one run: about 1 MB of names. Beyond, further peers are nobody known. */
export const MAX_PEERS = 16_384

export class PeerTable {
  /** Number minus 1 -> peer id. */
  private readonly peers: string[] = []
  private readonly numbers = new Map<string, number>()

  get size(): number {
    return this.peers.length
  }

  /** 0 when the table is full. */
  numberOf(peer: string): number {
    const known = this.numbers.get(peer)
    if (known !== undefined) return known
    if (this.peers.length >= MAX_PEERS) return 0
    const number = this.peers.push(peer)
    this.numbers.set(peer, number)
    return number
  }

  /** undefined for 0. */
  peer(number: number): string | undefined {
    return this.peers[number - 1]
  }

  /** Peers from the position `from` on. */
  since(from: number): string[] {
    return this.peers.slice(from)
  }
}
