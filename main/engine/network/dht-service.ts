/**
 * The two Kademlia DHTs as libp2p services (SPEC [NE30]-[NE33]). LAN: server, addresses of the mode's own kind, provider
 * records of peers nearby. Internet: the public IPFS DHT; a client until a public address of ours is confirmed, then
 * the library turns it into a server by itself (which it does only while `clientMode` is left out).
 *
 * `allowQueryWithZeroPeers`: a look-up before the first peer ends at once with nothing, instead of waiting for ever;
 * who asks, asks again (content-routing.ts, reprovider.ts).
 */
import type { PeerInfo } from '@libp2p/interface'
import { type KadDHT, type KadDHTComponents, kadDHT } from '@libp2p/kad-dht'
import type { NetworkMode } from '../../../shared/contract/model.ts'
import { addressScope } from './address-rules.ts'
import { guardedRegistrar } from './frame-guard.ts'
import type { NetworkLimits } from './limits.ts'
import { INTERNET_DHT_PROTOCOL, LAN_DHT_PROTOCOL } from './protocols.ts'

export type DhtRoute = 'lan-dht' | 'internet-dht'

/** Records of others are kept so long (the DHT's specification); addresses in the peer store must live a little longer. */
export const PROVIDER_VALIDITY_MS = 48 * 60 * 60 * 1000
export const PEER_STORE_AGE_MS = PROVIDER_VALIDITY_MS + 60 * 60 * 1000

/** The LAN DHT is small and changes quickly (a class opens its laptops), so it looks around more often: 300 s upstream. */
const LAN_SELF_QUERY_MS = 60_000
const FIRST_SELF_QUERY_MS = 1000
/** Upstream keeps 10 x 10 requests in the air per query, which floods a LAN of twenty: answers come later, not sooner. */
const LAN_EFFORT = { alpha: 3, disjointPaths: 2 }

/** Two DHTs in one datastore: names of their own. */
export function datastorePrefix(route: DhtRoute): string {
  return route === 'lan-dht' ? '/dht-lan' : '/dht-internet'
}

/** Which addresses of a peer this DHT passes on and keeps in its table. */
export function mapAddresses(route: DhtRoute, mode: NetworkMode): (peer: PeerInfo) => PeerInfo {
  const allowed: ReadonlySet<string> =
    route === 'internet-dht'
      ? new Set(['public', 'relay', 'name'])
      : new Set(mode === 'local' ? ['loopback'] : ['loopback', 'link-local', 'private'])
  return (peer) => ({ ...peer, multiaddrs: peer.multiaddrs.filter((address) => allowed.has(addressScope(address))) })
}

export function dhtService(
  route: DhtRoute,
  mode: NetworkMode,
  limits: NetworkLimits,
  now: () => number,
): (components: KadDHTComponents) => KadDHT {
  const lan = route === 'lan-dht'
  const create = kadDHT({
    protocol: lan ? LAN_DHT_PROTOCOL : INTERNET_DHT_PROTOCOL,
    ...(lan ? { clientMode: false, querySelfInterval: LAN_SELF_QUERY_MS, ...LAN_EFFORT } : {}),
    peerInfoMapper: mapAddresses(route, mode),
    datastorePrefix: datastorePrefix(route),
    // And in one metrics registry.
    metricsPrefix: lan ? 'libp2p_kad_dht_lan' : 'libp2p_kad_dht_internet',
    logPrefix: lan ? 'libp2p:kad-dht:lan' : 'libp2p:kad-dht:internet',
    allowQueryWithZeroPeers: true,
    initialQuerySelfInterval: FIRST_SELF_QUERY_MS,
    maxInboundStreams: limits.maxDhtInboundStreams,
    maxOutboundStreams: limits.maxDhtOutboundStreams,
    // Our reprovider announces earlier than the library's own would; this is what happens should ours be stopped.
    reprovide: { concurrency: 2, validity: PROVIDER_VALIDITY_MS },
  })
  return (components) =>
    create({
      peerId: components.peerId,
      privateKey: components.privateKey,
      registrar: guardedRegistrar(components.registrar, {
        burstBytes: limits.dhtBurstBytes,
        bytesPerSecond: limits.dhtBytesPerSecond,
        now,
      }),
      addressManager: components.addressManager,
      peerStore: components.peerStore,
      ...(components.metrics === undefined ? {} : { metrics: components.metrics }),
      connectionManager: components.connectionManager,
      datastore: components.datastore,
      events: components.events,
      logger: components.logger,
      ping: components.ping,
    })
}
