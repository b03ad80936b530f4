/**
 * Hole punching over TCP (DCUtR, SPEC [NE102]): two peers that a relay has introduced dial each other at the same moment, each
 * from the port that the relay's connection left from, so that each one's packet opens the way for the other's.
 *
 * The protocol is the library's service, which by itself punches no hole: it tells the other end only addresses that are
 * confirmed, of which a node behind a NAT has none, dials from another port each time, and loses on the way to the
 * transport who is to begin the handshake. Here it is told the way in that the relay sees (punch-ports.ts), and its
 * simultaneous dial goes straight to the transport, from that port. Everything else of it is as it was.
 */
import { type DCUtRServiceComponents, dcutr } from '@libp2p/dcutr'
import type { Connection } from '@libp2p/interface'
import type {
  AddressManager,
  ConnectionManager,
  OpenConnectionOptions,
  TransportManager,
} from '@libp2p/interface-internal'
import type { Multiaddr } from '@multiformats/multiaddr'
import { overriding } from './overriding.ts'
import { isPublicTcp4, type PunchPorts } from './punch-ports.ts'

/** The library marks its simultaneous dial by this, and no other (DCUTR_DIAL_PRIORITY). */
const SIMULTANEOUS = 100

export function holePunching(ports: PunchPorts): (components: DCUtRServiceComponents) => unknown {
  return (components) =>
    dcutr()({
      peerStore: components.peerStore,
      registrar: components.registrar,
      transportManager: components.transportManager,
      logger: components.logger,
      addressManager: withHole(components.addressManager, ports),
      connectionManager: punching(components.connectionManager, components.transportManager, ports),
    })
}

/** What the other end is told to dial: what is confirmed, and the way in that a hole may make. */
function withHole(addresses: AddressManager, ports: PunchPorts): AddressManager {
  const getAddresses = (): Multiaddr[] => {
    const hole = ports.hole()
    return [...addresses.getAddresses(), ...(hole === undefined ? [] : [hole.outside])]
  }
  return overriding(addresses, 'getAddresses', () => getAddresses)
}

function punching(connections: ConnectionManager, transports: TransportManager, ports: PunchPorts): ConnectionManager {
  const open: ConnectionManager['openConnection'] = (peer, options = {}) => {
    const hole = ports.hole()
    if (options.priority !== SIMULTANEOUS || !Array.isArray(peer) || hole === undefined)
      return connections.openConnection(peer, options)
    const [through, rest] = [peer.filter(isPublicTcp4), peer.filter((address) => !isPublicTcp4(address))]
    return firstOf(
      [
        ...through.map(
          (address) => (signal: AbortSignal) => punch(transports, address, hole.localPort, signal, options),
        ),
        ...(rest.length === 0
          ? []
          : [(signal: AbortSignal) => connections.openConnection(rest, { ...options, signal })]),
      ],
      options.signal,
    )
  }
  return overriding(connections, 'openConnection', () => open)
}

/** One try: as long as the signal lets it, the system repeats the packet that opens the way. */
function punch(
  transports: TransportManager,
  address: Multiaddr,
  localPort: number,
  signal: AbortSignal,
  { initiator }: OpenConnectionOptions,
): Promise<Connection> {
  const from = { localPort, localAddress: '0.0.0.0' }
  return transports.dial(address, { signal, ...from, ...(initiator === undefined ? {} : { initiator }) })
}

/**
 * The first that succeeds; the others are given up. The signal of the one that won must never fire afterwards, not even
 * when the time for all of this is over: it would destroy the socket.
 */
async function firstOf(
  attempts: readonly ((signal: AbortSignal) => Promise<Connection>)[],
  signal: AbortSignal | undefined,
): Promise<Connection> {
  const controllers = attempts.map(() => new AbortController())
  const giveUp = (): void => {
    for (const controller of controllers) controller.abort(signal?.reason)
  }
  signal?.addEventListener('abort', giveUp, { once: true })
  if (signal?.aborted === true) giveUp()
  try {
    const winner = await Promise.any(
      controllers.map(async (controller, index) => {
        const connection = await attempts[index]?.(controller.signal)
        return { connection, index }
      }),
    )
    if (winner.connection === undefined) throw new Error('no address to punch a hole to')
    controllers.splice(winner.index, 1)
    return winner.connection
  } finally {
    signal?.removeEventListener('abort', giveUp)
    giveUp()
  }
}
