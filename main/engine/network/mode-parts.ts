/**
 * The parts of the node that only some modes need, loaded only then: `local` starts in a fraction of the time and
 * memory because none of this is even read from disk (SPEC [NE15]). What fails to load is left out and named.
 */
import type { Libp2pInit, ServiceFactoryMap } from 'libp2p'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import type { Clock } from './clock.ts'
import type { NetworkLimits } from './limits.ts'
import { reasonOf } from './logger.ts'
import { overriding } from './overriding.ts'
import { pacedWalk } from './paced-walk.ts'
import type { PunchPorts } from './punch-ports.ts'
import { counted, type WireCounters } from './wire-bytes.ts'

export type Transports = NonNullable<Libp2pInit['transports']>

export interface Wanted {
  readonly mode: NetworkMode
  readonly webSockets: boolean
  readonly quic: boolean
  readonly portMapping: boolean
}

export interface Capability {
  readonly on: boolean
  readonly reason: string
}

/** Services nobody calls: they do their work by being there. */
export type ModeServices = { dcutr?: unknown; autoNAT?: unknown; uPnPNAT?: unknown }

export interface ModeParts {
  readonly transports: Transports
  readonly services: ServiceFactoryMap<ModeServices>
  readonly quic: Capability
}

export async function loadModeParts(
  wanted: Wanted,
  limits: NetworkLimits,
  wire: WireCounters,
  ports: PunchPorts,
  clock: Clock,
): Promise<ModeParts> {
  const transports: Transports = []
  let quic: Capability = { on: false, reason: 'not asked for' }

  if (wanted.webSockets) {
    const { webSockets } = await import('@libp2p/websockets')
    transports.push(counted(webSockets(), wire))
  }
  if (wanted.quic) {
    try {
      // The only native binary of the network stack: missing on some platforms, and then done without.
      const { quic: quicTransport } = await import('@chainsafe/libp2p-quic')
      transports.push(counted(quicTransport(), wire))
      quic = { on: true, reason: 'its native module is loaded' }
    } catch (error) {
      quic = { on: false, reason: `its native module does not load here (${reasonOf(error)})` }
    }
  }
  if (wanted.mode !== 'internet') return { transports, services: {}, quic }

  const [{ circuitRelayTransport }, { holePunching }, { autoNatService }, upnp] = await Promise.all([
    import('@libp2p/circuit-relay-v2'),
    import('./hole-punch.ts'),
    import('./auto-nat.ts'),
    wanted.portMapping ? import('@libp2p/upnp-nat') : undefined,
  ])
  // Relayed connections to us: each is somebody behind a NAT on the way to a direct one.
  const relays = circuitRelayTransport({ maxInboundStopStreams: 32, maxOutboundStopStreams: 32 })
  transports.push((components) =>
    relays(overriding(components, 'randomWalk', () => pacedWalk(() => components.peerRouting, clock))),
  )
  const services: ServiceFactoryMap<ModeServices> = {
    dcutr: holePunching(ports),
    autoNAT: autoNatService(limits.maxIdentifyBytes, clock),
    ...(upnp === undefined ? {} : { uPnPNAT: upnp.uPnPNAT({ portMappingDescription: 'Shoal' }) }),
  }
  return { transports, services, quic }
}
