/**
 * Findings of several routes as one async iteration, without repeats: a (peer, route) is told once, and again only when
 * it has an address that was not told before. Bounded: a caller that does not read, and a route that never stops
 * finding, cost at most MAX_TOLD entries.
 */
import type { PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Route } from '../../../shared/contract/model.ts'

export interface FoundPeer {
  readonly peer: PeerId
  readonly addresses: readonly Multiaddr[]
  readonly route: Route
}

/** Providers of one share that one look-up tells of; more are not needed to download it. */
const MAX_TOLD = 4096

export class FoundQueue {
  private readonly told = new Map<string, Set<string>>() // "<route> <peer>" -> addresses; <= MAX_TOLD
  private readonly waiting: FoundPeer[] = [] // <= MAX_TOLD, because only what is new gets in
  private notify: (() => void) | undefined
  private closed = false

  push(found: FoundPeer): void {
    if (this.closed) return
    const key = `${found.route} ${found.peer.toString()}`
    const before = this.told.get(key)
    const addresses = found.addresses.map((address) => address.toString())
    if (before !== undefined && addresses.every((address) => before.has(address))) return
    if (before === undefined && this.told.size >= MAX_TOLD) return
    if (before === undefined) this.told.set(key, new Set(addresses))
    else for (const address of addresses) before.add(address)
    this.waiting.push(found)
    this.notify?.()
  }

  close(): void {
    this.closed = true
    this.notify?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FoundPeer> {
    while (true) {
      const next = this.waiting.shift()
      if (next !== undefined) {
        yield next
        continue
      }
      if (this.closed) return
      await new Promise<void>((resolve) => {
        this.notify = resolve
      })
      this.notify = undefined
    }
  }
}
