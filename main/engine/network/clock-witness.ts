/**
 * What peers let us know of the time without being asked: each signs its addresses with the time at which it did (the number
 * of its peer record), which cannot be later than now. When several of them are, our own clock is behind. That it is ahead
 * cannot be seen like this, because a record may be old. SPEC: [NE90].
 */
import type { IdentifyResult, Libp2p } from '@libp2p/interface'

/** The newest are kept. */
const MAX_WITNESSES = 64

export interface Witnesses {
  /** Peers that told a time. */
  readonly heard: number
  /** By how much the times lay in our future when they came, in ms; each above the tolerance. */
  readonly aheadMs: readonly number[]
}

/** Clocks that are kept by NTP agree to far less. */
const TOLERANCE_MS = 120_000

export class ClockWitness {
  private readonly libp2p: Pick<Libp2p, 'addEventListener' | 'removeEventListener'>
  private readonly now: () => number
  private readonly ahead = new Map<string, number>() // <= MAX_WITNESSES

  constructor(libp2p: Pick<Libp2p, 'addEventListener' | 'removeEventListener'>, now: () => number) {
    this.libp2p = libp2p
    this.now = now
  }

  start(): void {
    this.libp2p.addEventListener('peer:identify', this.onIdentify)
  }

  stop(): void {
    this.libp2p.removeEventListener('peer:identify', this.onIdentify)
  }

  facts(): Witnesses {
    return { heard: this.ahead.size, aheadMs: [...this.ahead.values()].filter((ms) => ms > TOLERANCE_MS) }
  }

  private readonly onIdentify = ({ detail }: CustomEvent<IdentifyResult>): void => {
    const at = Number(detail.signedPeerRecord?.seq ?? 0n)
    // A number that is no time in milliseconds (other programs may count otherwise) says nothing.
    if (at < Date.UTC(2015, 0, 1) || at > Date.UTC(2200, 0, 1)) return
    const peer = detail.peerId.toString()
    this.ahead.delete(peer)
    this.ahead.set(peer, at - this.now())
    const oldest = this.ahead.keys().next().value
    if (this.ahead.size > MAX_WITNESSES && oldest !== undefined) this.ahead.delete(oldest)
  }
}
