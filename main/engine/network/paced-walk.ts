/**
 * The random walk by which the library looks for relays and for peers that confirm addresses, at a walking pace. The
 * library's own begins the next round the moment one has ended: while the tables of the DHTs are empty a round ends at
 * once, the rounds follow each other without a turn of the event loop in between, and the process hangs for ever.
 * A round that fails is like one that finds nobody. SPEC: [NE105].
 */
import { randomBytes } from 'node:crypto'
import type { PeerInfo, PeerRouting } from '@libp2p/interface'
import type { RandomWalk } from '@libp2p/interface-internal'
import type { Clock } from './clock.ts'

/** From the beginning of one round to that of the next, in ms. A round of the public DHT takes a few seconds. */
export const ROUND_MS = 15_000

export function pacedWalk(routing: () => Pick<PeerRouting, 'getClosestPeers'>, clock: Clock): RandomWalk {
  return {
    async *walk({ signal } = {}): AsyncGenerator<PeerInfo> {
      for (;;) {
        signal?.throwIfAborted()
        const startedAt = clock.now()
        try {
          yield* routing().getClosestPeers(randomBytes(32), signal === undefined ? {} : { signal })
        } catch {
          signal?.throwIfAborted()
        }
        await rest(clock, startedAt + ROUND_MS - clock.now(), signal)
      }
    },
  }
}

/** At least a turn of the event loop. Rejects when the signal aborts. */
function rest(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      cancel()
      reject(signal?.reason)
    }
    const cancel = clock.after(Math.max(0, ms), () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
