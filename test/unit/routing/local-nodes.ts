/** Real nodes on loopback for tests, with their routing; whoever makes one stops it. */
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { buildNode, type NodeOptions } from '../../../main/engine/network/build-node.ts'
import { silentLogger } from '../../../main/engine/network/logger.ts'
import { EXCHANGE_PROTOCOL } from '../../../main/engine/network/protocols.ts'
import type { ShoalNode } from '../../../main/engine/network/shoal-node.ts'
import type { RememberedPeer } from '../../../main/engine/routing/peer-book.ts'
import { Routing } from '../../../main/engine/routing/routing.ts'

export interface LocalNode {
  readonly node: ShoalNode
  readonly routing: Routing
  readonly identity: PrivateKey
  readonly saved: Map<string, RememberedPeer>
  readonly address: string
  stop(): Promise<void>
}

export interface LocalNodeOptions {
  readonly bootstrap?: readonly string[]
  readonly remembered?: readonly RememberedPeer[]
  readonly node?: Partial<NodeOptions>
}

export async function startLocalNode(options: LocalNodeOptions = {}): Promise<LocalNode> {
  const identity = options.node?.identity ?? (await generateKeyPair('Ed25519'))
  const node = await buildNode({ mode: 'local', logger: silentLogger, ...options.node, identity })
  // What makes a peer a Shoal peer. Nothing of the exchange is spoken here.
  await node.libp2p.handle(EXCHANGE_PROTOCOL, (stream) => stream.abort(new Error('not in this test')))
  await node.start()
  const saved = new Map<string, RememberedPeer>()
  const routing = new Routing({
    node,
    bootstrap: options.bootstrap ?? [],
    load: () => options.remembered ?? [],
    save: (peer) => saved.set(peer.peer, peer),
    onAnnouncement: () => {},
    logger: silentLogger,
  })
  routing.start()
  const [address] = node.addresses()
  return {
    node,
    routing,
    identity,
    saved,
    address: address?.toString() ?? '',
    async stop() {
      await routing.stop()
      await node.stop()
    },
  }
}

/** Waits for an event of libp2p that satisfies the test; `already` is asked first. */
export async function when(
  node: ShoalNode,
  type: 'peer:connect' | 'peer:disconnect',
  already: () => boolean,
): Promise<void> {
  if (already()) return
  await new Promise<void>((resolve) => {
    const listener = (): void => {
      if (!already()) return
      node.libp2p.removeEventListener(type, listener)
      resolve()
    }
    node.libp2p.addEventListener(type, listener)
  })
}
