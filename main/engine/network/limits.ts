/**
 * What strangers may cost us. Each limit says its unit, why it has this value, and what breaks when it is wrong
 * (SPEC [NE20]). Limits of the exchange's own messages live with the exchange.
 */
import type { IpScope } from './address-rules.ts'

export interface NetworkLimits {
  /** Connections to us, from everybody. Too low: peers behind NATs, which we cannot dial, are locked out. */
  maxInbound: number
  /** Of these, from peers we never met. The rest is kept for known peers: they get in when strangers fill the house. */
  maxInboundStrangers: number
  /** Connections by us. A DHT query opens dozens; a socket costs about 100 kB with its cipher and muxer. */
  maxOutbound: number
  /** Of these, to peers we never met, so that a DHT crawl leaves room for the peers of our downloads. */
  maxOutboundStrangers: number
  /** Connections with one peer. libp2p needs one, two while both sides dial at once; a hostile one would open hundreds. */
  maxPerPeer: number
  /** Inbound connections from one IPv4 address or IPv6 /64. Loopback: many nodes of one machine (a class, the lab). */
  maxPerIp: Record<IpScope, number>
  /** New inbound connections per second and address; bursts of as many pass. Too low: a class that starts at once is refused. */
  inboundPerSecondPerIp: Record<IpScope, number>
  /**
   * Of the handshakes in progress, from one address. Without it two machines that open sockets and say nothing would hold
   * all of them for ever. An honest one is over in 10 ms on a LAN, in a second at worst.
   */
  maxPendingPerIp: Record<IpScope, number>
  /** Handshakes in progress. Each holds a socket and about 100 kB for at most `inboundUpgradeTimeoutMs`. */
  maxPendingInbound: number
  inboundUpgradeTimeoutMs: number
  /** Dials in progress, and waiting. A DHT look-up wants about 30. */
  maxParallelDials: number
  maxDialQueue: number
  /** Addresses of one peer that are tried. A peer that lists a thousand wastes only these. */
  maxAddressesPerDial: number
  /** One address; a dead one must not eat the peer's whole time. */
  addressDialTimeoutMs: number
  dialTimeoutMs: number
  /** Streams of one protocol on one connection. */
  maxDhtInboundStreams: number
  maxDhtOutboundStreams: number
  /** Upstream allows 1 out and 2 in; when a DHT pings at that moment, the heartbeat fails and a healthy connection dies. */
  maxPingStreams: number
  /** Bytes of DHT requests on one stream: a burst, and then this rate. The library would buffer 4 MiB on each stream. */
  dhtBurstBytes: number
  dhtBytesPerSecond: number
  /** Identify messages (listen addresses and protocols of a peer). go-libp2p's own limit is 8 KiB. */
  maxIdentifyBytes: number
  /** Peers whose addresses we store (LRU); one costs about 1 kB. Too low: a DHT answer lacks addresses. */
  maxStoredPeers: number
  /** Bytes of one stored peer. A hostile peer adds addresses for ever; 16 KiB are about 250 of them. */
  maxStoredPeerBytes: number
  /** Provider records that we keep for others, in both DHTs; about 300 bytes each (the library has no limit at all). */
  maxProviderRecords: number
  /** Of these, from one peer: a laptop with a few thousand shares is welcome, one that fills the store is not. */
  maxProviderRecordsPerPeer: number
  /** Of these, for one CID: an answer lists them all. */
  maxProvidersPerCid: number
  /** Other DHT records (public keys, IPNS), which we only keep while we serve the public DHT. */
  maxDhtValues: number
  maxDhtValueBytes: number
}

export const DEFAULT_LIMITS: NetworkLimits = {
  maxInbound: 128,
  maxInboundStrangers: 96,
  maxOutbound: 128,
  maxOutboundStrangers: 96,
  maxPerPeer: 8,
  maxPerIp: { loopback: 128, 'link-local': 32, private: 32, public: 8, unusable: 0 },
  inboundPerSecondPerIp: { loopback: 100, 'link-local': 20, private: 20, public: 5, unusable: 0 },
  maxPendingPerIp: { loopback: 48, 'link-local': 16, private: 16, public: 8, unusable: 0 },
  maxPendingInbound: 64,
  inboundUpgradeTimeoutMs: 10_000,
  maxParallelDials: 48,
  maxDialQueue: 500,
  maxAddressesPerDial: 12,
  addressDialTimeoutMs: 4_000,
  dialTimeoutMs: 10_000,
  maxDhtInboundStreams: 16,
  maxDhtOutboundStreams: 64,
  maxPingStreams: 16,
  dhtBurstBytes: 128 * 1024,
  dhtBytesPerSecond: 32 * 1024,
  maxIdentifyBytes: 8 * 1024,
  maxStoredPeers: 4096,
  maxStoredPeerBytes: 16 * 1024,
  maxProviderRecords: 32_768,
  maxProviderRecordsPerPeer: 4096,
  maxProvidersPerCid: 256,
  maxDhtValues: 1024,
  maxDhtValueBytes: 10 * 1024,
}

/** Addresses whose arrivals are being counted at once; the oldest is forgotten first. */
export const MAX_TRACKED_IPS = 4096
