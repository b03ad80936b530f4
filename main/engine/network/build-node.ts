/**
 * Puts the libp2p node together from options: which parts each mode has, with which limits. Nothing listens, dials or
 * sends before `start()`. The node's life is shoal-node.ts; what only some modes need is mode-parts.ts.
 * SPEC: [NE10]-[NE15] (modes), [NE20]-[NE26] (limits), [NE30] (DHTs).
 */

import { type Identify, type IdentifyPush, identify, identifyPush } from '@libp2p/identify'
import type { PeerId, PrivateKey } from '@libp2p/interface'
import type { AddressManager, TransportManager } from '@libp2p/interface-internal'
import type { KadDHT } from '@libp2p/kad-dht'
import { noise } from '@libp2p/noise'
import { peerIdFromCID, peerIdFromPrivateKey } from '@libp2p/peer-id'
import { type Ping, ping } from '@libp2p/ping'
import { yamux } from '@libp2p/yamux'
import { createLibp2p, dnsaddrResolver, type Libp2pInit, type ServiceFactoryMap } from 'libp2p'
import { CID } from 'multiformats/cid'
import type { Registry } from 'prom-client'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { VERSION } from '../../../shared/version.ts'
import { addressSorter } from './address-order.ts'
import { addressesToTell } from './address-rules.ts'
import { BoundedDatastore } from './bounded-datastore.ts'
import { type Clock, systemClock } from './clock.ts'
import { dhtService, PEER_STORE_AGE_MS } from './dht-service.ts'
import { type DhtView, dhtView } from './dht-view.ts'
import { type BlockedPeer, type GaterOptions, ShoalGater } from './gater.ts'
import { DEFAULT_LIMITS, type NetworkLimits } from './limits.ts'
import type { NetworkLogger } from './logger.ts'
import { loadModeParts, type ModeServices } from './mode-parts.ts'
import { noiseCrypto } from './noise-crypto.ts'
import { ownInterfaces } from './own-interfaces.ts'
import { spareMerges } from './peer-store-merges.ts'
import { PunchPorts, sharingPorts } from './punch-ports.ts'
import { ShoalNode } from './shoal-node.ts'
import { sparingUpdates } from './stream-window.ts'
import { batchingTcp } from './tcp-batching.ts'
import { tcpTuning, yamuxTuning } from './tuning.ts'
import { counted, WireCounters } from './wire-bytes.ts'

export interface NodeOptions {
  readonly identity: PrivateKey
  readonly mode: NetworkMode
  /** 0 or absent: any port. */
  readonly listenPort?: number
  /** DHT of this machine or LAN; on unless false. */
  readonly lanDht?: boolean
  /** The public IPFS DHT; only in `internet` mode, there on unless false. */
  readonly internetDht?: boolean
  /** Multicast DNS; never in `local` mode, elsewhere on unless false. */
  readonly mdns?: boolean
  /** In `local` only when true, elsewhere on unless false. */
  readonly quic?: boolean
  /** Ask the router to let others in (UPnP); only in `internet` mode, there on unless false. */
  readonly portMapping?: boolean
  readonly webSockets?: boolean
  readonly blocked?: readonly BlockedPeer[]
  readonly onBlocked?: GaterOptions['onBlocked']
  readonly limits?: Partial<NetworkLimits>
  readonly agentVersion?: string
  /** libp2p's own metrics are registered here; absent: not even loaded. */
  readonly metrics?: Registry
  readonly logger: NetworkLogger
  readonly clock?: Clock
}

/** Yamux and TCP notice a vanished peer late; a ping does it within about 20 s. Transfers notice earlier, by themselves. */
const PING_EVERY_MS = 10_000
/** A busy machine answers late; cutting a healthy connection costs more than noticing a dead one 3 s later. */
const MIN_PING_TIMEOUT_MS = 8000

/** Upstream's 1 makes a push fail while the one before it is being closed. */
const identifyStreams = { maxInboundStreams: 4, maxOutboundStreams: 4 }

type Services = ModeServices & {
  identify: Identify
  identifyPush: IdentifyPush
  ping: Ping
  internals: { transportManager: TransportManager; addressManager: AddressManager }
  lanDht?: KadDHT
  internetDht?: KadDHT
}

export async function buildNode(options: NodeOptions): Promise<ShoalNode> {
  const { mode, logger } = options
  const clock = options.clock ?? systemClock
  const limits: NetworkLimits = { ...DEFAULT_LIMITS, ...options.limits }
  const self = peerIdFromPrivateKey(options.identity)
  const wanted = {
    mode,
    webSockets: options.webSockets ?? mode !== 'local',
    quic: options.quic ?? mode !== 'local',
    portMapping: options.portMapping ?? true,
  }
  const wire = new WireCounters()
  const ports = new PunchPorts()
  const parts = await loadModeParts(wanted, limits, wire, ports, clock)
  const plainTcp = counted(batchingTcp(tcpTuning), wire)
  const gater = new ShoalGater({
    mode,
    limits,
    blocked: options.blocked ?? [],
    now: clock.now,
    ...(options.onBlocked === undefined ? {} : { onBlocked: options.onBlocked }),
    onRefused: (refusal, direction) => logger.debug({ refusal, direction }, 'connection refused'),
  })
  const connected = new Map<string, number>() // CID of a connected peer -> its connections
  const datastore = new BoundedDatastore({
    limits,
    self: self.toString(),
    isPinned: (peerCid) => connected.has(peerCid) || peerCid === self.toCID().toString(),
    peerIdOf: (peerCid) => peerIdFromCID(CID.parse(peerCid)).toString(),
  })

  const init: Libp2pInit<Services> = {
    privateKey: options.identity,
    nodeInfo: { name: 'shoal', userAgent: options.agentVersion ?? `shoal/${VERSION}` },
    // shoal-node.ts listens, port by port, because a taken port must not stop the start.
    addresses: { listen: [], announceFilter: (addresses) => addressesToTell(mode, addresses) },
    transports: [mode === 'internet' ? sharingPorts(plainTcp, ports) : plainTcp, ...parts.transports],
    connectionEncrypters: [noise({ crypto: noiseCrypto })],
    streamMuxers: [sparingUpdates(yamux(yamuxTuning))],
    connectionGater: gater,
    datastore,
    peerStore: { maxAddressAge: PEER_STORE_AGE_MS, maxPeerAge: PEER_STORE_AGE_MS },
    connectionManager: {
      maxConnections: limits.maxInbound + limits.maxOutbound,
      // The gater counts per address and knows loopback from strangers; the library's number is for all alike.
      inboundConnectionThreshold: Math.max(...Object.values(limits.inboundPerSecondPerIp)),
      maxIncomingPendingConnections: limits.maxPendingInbound,
      inboundUpgradeTimeout: limits.inboundUpgradeTimeoutMs,
      maxParallelDials: limits.maxParallelDials,
      maxDialQueueLength: limits.maxDialQueue,
      maxPeerAddrsToDial: limits.maxAddressesPerDial,
      addressDialTimeout: limits.addressDialTimeoutMs,
      dialTimeout: limits.dialTimeoutMs,
      addressSorter: addressSorter(() => ownInterfaces(clock.now())),
      // Looking up a name is a packet to a server: only where the internet is meant.
      resolvers: mode === 'internet' ? { dnsaddr: dnsaddrResolver } : {},
      // The peer book re-dials; two of them would only compete.
      reconnectRetries: 1,
    },
    connectionMonitor: { pingInterval: PING_EVERY_MS, pingTimeout: { minTimeout: MIN_PING_TIMEOUT_MS } },
    services: {
      identify: identify({ maxMessageSize: limits.maxIdentifyBytes, ...identifyStreams }),
      identifyPush: identifyPush({ maxMessageSize: limits.maxIdentifyBytes, ...identifyStreams }),
      // Ping is shared by the connection monitor, which cuts the connection when it gets no stream, and by both DHTs.
      ping: ping({ maxInboundStreams: limits.maxPingStreams, maxOutboundStreams: limits.maxPingStreams }),
      // The node's own hands on libp2p's inside: listening port by port, and addresses with what is known of them.
      internals: ({ transportManager, addressManager }) => ({ transportManager, addressManager }),
      ...parts.services,
      ...dhts(options, limits, clock),
    },
  }
  if (options.metrics !== undefined) {
    const { prometheusMetrics } = await import('@libp2p/prometheus-metrics')
    init.metrics = prometheusMetrics({
      registry: options.metrics,
      collectDefaultMetrics: false,
      preserveExistingMetrics: true,
    })
  }
  const libp2p = await createLibp2p<Services>({ ...init, start: false })
  const forgetEntry = spareMerges(libp2p.peerStore, (peer) => libp2p.getConnections(peer).length > 0, clock.now)

  libp2p.addEventListener('peer:identify', ({ detail }) => ports.identified(detail))
  libp2p.addEventListener('connection:open', ({ detail }) => {
    gater.opened(detail)
    const key = detail.remotePeer.toCID().toString()
    connected.set(key, (connected.get(key) ?? 0) + 1)
  })
  libp2p.addEventListener('connection:close', ({ detail }) => {
    gater.closed(detail)
    const key = detail.remotePeer.toCID().toString()
    const left = (connected.get(key) ?? 1) - 1
    if (left > 0) return void connected.set(key, left)
    connected.delete(key)
    forgetEntry(detail.remotePeer)
  })

  return new ShoalNode({
    libp2p,
    ...libp2p.services.internals,
    mode,
    gater,
    datastore,
    limits,
    dhts: views(libp2p.services, self),
    listenPort: options.listenPort ?? 0,
    webSockets: wanted.webSockets,
    quic: parts.quic,
    portMapping: mode === 'internet' && wanted.portMapping,
    wire,
    isDialled: (connection) => ports.isDialled(connection),
    mdns: mode !== 'local' && options.mdns !== false,
    clock,
    logger,
  })
}

function dhts(
  options: NodeOptions,
  limits: NetworkLimits,
  clock: Clock,
): Pick<ServiceFactoryMap<Services>, 'lanDht' | 'internetDht'> {
  const internet = options.mode === 'internet' && options.internetDht !== false
  return {
    ...(options.lanDht === false ? {} : { lanDht: dhtService('lan-dht', options.mode, limits, clock.now) }),
    ...(internet ? { internetDht: dhtService('internet-dht', options.mode, limits, clock.now) } : {}),
  }
}

function views(services: Services, self: PeerId): DhtView[] {
  return [
    ...(services.lanDht === undefined ? [] : [dhtView('lan-dht', services.lanDht, self)]),
    ...(services.internetDht === undefined ? [] : [dhtView('internet-dht', services.internetDht, self)]),
  ]
}
