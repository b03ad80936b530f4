/**
 * From which ports a hole can be punched (SPEC [NE102]). A NAT that keeps to one mapping leads whatever comes to the address
 * under which one peer sees a connection of ours to the port which that connection left from. So a connection to a public
 * peer is remembered with its local port and with what the peer saw, and another connection, through the hole, may leave
 * from the same port. That takes sockets which share their port: those that are bound before they connect do (libuv sets
 * SO_REUSEADDR), on Linux; elsewhere the second one fails, and there is no hole. What is listened on cannot be shared.
 */
import type { Connection, IdentifyResult, MultiaddrConnection, Transport, Upgrader } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import { ipOf, ipScope } from './address-rules.ts'

/** Connections of which it is known how they look from outside; the oldest that are still open are the best. */
const MAX_SEEN = 16

interface Hole {
  readonly localPort: number
  /** /ip4/…/tcp/…: where it leads from outside. */
  readonly outside: Multiaddr
}

type Upgrade = NonNullable<Parameters<Upgrader['upgradeOutbound']>[1]>
type Identified = Pick<IdentifyResult, 'observedAddr'> & {
  readonly connection: Pick<Connection, 'status' | 'direction' | 'limits'>
}

export class PunchPorts {
  private readonly localPorts = new WeakMap<object, number>()
  private seen: (Hole & { readonly connection: Identified['connection'] })[] = [] // <= MAX_SEEN

  opened(connection: object, localPort: number): void {
    this.localPorts.set(connection, localPort)
  }

  isDialled(connection: object): boolean {
    return this.localPorts.has(connection)
  }

  identified({ connection, observedAddr }: Identified): void {
    const localPort = this.localPorts.get(connection)
    if (localPort === undefined || observedAddr === undefined || !isPublicTcp4(observedAddr)) return
    if (connection.direction !== 'outbound' || connection.limits !== undefined) return
    this.seen = [...this.stillOpen(), { connection, localPort, outside: observedAddr }].slice(0, MAX_SEEN)
  }

  /** The way in that has been open longest: both ends of a punch ask more than once and must be told the same. */
  hole(): Hole | undefined {
    this.seen = this.stillOpen()
    return this.seen[0]
  }

  private stillOpen(): typeof this.seen {
    return this.seen.filter(({ connection }) => connection.status === 'open')
  }
}

/** Plain TCP over IPv4, public: what NATs translate, and what a hole can be punched for. */
export function isPublicTcp4(address: Multiaddr): boolean {
  const [ip, tcp, ...rest] = address.getComponents()
  if (ip?.name !== 'ip4' || tcp?.name !== 'tcp' || rest.some(({ name }) => name !== 'p2p')) return false
  return ipScope(ipOf(address) ?? '') === 'public'
}

/** The same transport, whose connections to public addresses leave from ports that can be shared, and are remembered. */
export function sharingPorts<C>(create: (components: C) => Transport, ports: PunchPorts): (components: C) => Transport {
  return (components) => {
    const transport = create(components)
    const dial = transport.dial.bind(transport)
    transport.dial = (address, options) => {
      if (!isPublicTcp4(address)) return dial(address, options)
      // Given on to net.connect, with a `localPort` where a hole is punched.
      const bound = { localAddress: '0.0.0.0', ...options, upgrader: remembering(options.upgrader, ports) }
      return dial(address, bound)
    }
    return transport
  }
}

function remembering(upgrader: Upgrader, ports: PunchPorts): Upgrader {
  return new Proxy(upgrader, {
    get(target, name) {
      if (name === 'upgradeOutbound') {
        return async (maConn: MultiaddrConnection, options: Upgrade): Promise<Connection> => {
          // Through a hole both ends have dialled; the library asks the connection, not the options, who multiplexes as server.
          if (options.initiator === false) maConn.direction = 'inbound'
          const socket: unknown = Reflect.get(maConn, 'socket')
          const localPort: unknown =
            typeof socket === 'object' && socket !== null ? Reflect.get(socket, 'localPort') : 0
          const connection = await target.upgradeOutbound(maConn, options)
          if (typeof localPort === 'number' && localPort > 0) ports.opened(connection, localPort)
          return connection
        }
      }
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
