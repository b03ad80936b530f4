/**
 * AutoNAT: others dial the addresses that we believe to be ours, and what they reach is confirmed; we do the same for them.
 *
 * The library's service, with two corrections from outside. Peers to ask are looked for at a walking pace (paced-walk.ts).
 * And, asked to dial somebody back, it opens a connection to the peer that asked, is given the one that is open already,
 * finds that it has another address, answers that the address cannot be reached, and closes that connection. Between two
 * nodes of this library nothing was ever confirmed, and each question cost the connection it came by. Here a dial back is
 * always a new connection. SPEC: [NE100].
 */
import { type AutoNATComponents, autoNAT } from '@libp2p/autonat'
import type { PeerRouting } from '@libp2p/interface'
import type { ConnectionManager } from '@libp2p/interface-internal'
import { isMultiaddr } from '@multiformats/multiaddr'
import type { Clock } from './clock.ts'
import { overriding } from './overriding.ts'
import { pacedWalk } from './paced-walk.ts'

type Components = AutoNATComponents & { peerRouting: PeerRouting }

export function autoNatService(maxMessageSize: number, clock: Clock): (components: Components) => unknown {
  const create = autoNAT({ maxMessageSize })
  return (components) =>
    create({
      registrar: components.registrar,
      addressManager: components.addressManager,
      transportManager: components.transportManager,
      peerId: components.peerId,
      connectionManager: dialsBackAnew(components.connectionManager),
      logger: components.logger,
      randomWalk: pacedWalk(() => components.peerRouting, clock),
      events: components.events,
      peerStore: components.peerStore,
      ...(components.metrics === undefined ? {} : { metrics: components.metrics }),
    })
}

/** One address is a dial back; the service's own search for peers to ask passes lists. */
export function dialsBackAnew(connections: ConnectionManager): ConnectionManager {
  const open: ConnectionManager['openConnection'] = (peer, options) =>
    connections.openConnection(peer, isMultiaddr(peer) ? { ...options, force: true } : options)
  return overriding(connections, 'openConnection', () => open)
}
