/** A dial back for AutoNAT is a new connection; the rest of the connection manager is as it was. */

import type { ConnectionManager, OpenConnectionOptions } from '@libp2p/interface-internal'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import { dialsBackAnew } from '../../../main/engine/network/auto-nat.ts'

describe('[NE100] asked to dial somebody back', () => {
  function manager() {
    const opened: { peer: unknown; options: OpenConnectionOptions | undefined }[] = []
    class Connections {
      // Private, as the library's: methods work on the object itself only.
      readonly #count = 7
      async openConnection(peer: unknown, options?: OpenConnectionOptions) {
        opened.push({ peer, options })
        return this.#count
      }
      getMaxConnections(): number {
        return this.#count
      }
    }
    return { opened, wrapped: dialsBackAnew(new Connections() as unknown as ConnectionManager) }
  }

  it('opens a connection of its own, even to who is connected', async () => {
    const { opened, wrapped } = manager()
    const address = multiaddr('/ip4/8.8.8.8/tcp/1/p2p/12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb')
    const { signal } = new AbortController()
    await wrapped.openConnection(address, { signal })
    expect(opened).toEqual([{ peer: address, options: { signal, force: true } }])
  })

  it('peers that are looked for to be asked are dialled as ever', async () => {
    const { opened, wrapped } = manager()
    const addresses: Multiaddr[] = [multiaddr('/ip4/8.8.8.8/tcp/1')]
    await wrapped.openConnection(addresses, {})
    expect(opened).toEqual([{ peer: addresses, options: {} }])
    expect(wrapped.getMaxConnections()).toBe(7)
  })
})
