/**
 * What the node knows of the network around it, for those who look: routing tables, infrastructure in use, traffic, and
 * the history of a peer. Asked for while a screen shows it, about once a second; not part of the event stream.
 */
import { z } from 'zod'

const at = z.number()
const count = z.number().int().nonnegative()

export const DhtBucket = z.object({
  /**
   * Leading bits that the Kademlia ids of these peers have in common with ours: bucket number. The library splits buckets far
   * from us as well, so one of these may hold several of its buckets, and more than k peers.
   */
  commonBits: count,
  peers: z.array(
    z.object({
      peer: z.string(),
      name: z.string().optional(),
      connected: z.boolean(),
      address: z.string().optional(),
    }),
  ),
})
export type DhtBucket = z.infer<typeof DhtBucket>

export const DhtView = z.object({
  route: z.enum(['lan-dht', 'internet-dht']),
  mode: z.enum(['client', 'server']),
  /** Our own Kademlia id (sha2-256 of the peer id), hex. */
  kadId: z.string(),
  /** Most peers that one bucket holds (k). */
  bucketSize: count,
  buckets: z.array(DhtBucket),
  lookups: count,
  /** Provider records that we hold for others. */
  recordsHeld: count.optional(),
})
export type DhtView = z.infer<typeof DhtView>

/** A machine or service that is not just another peer. */
export const Infrastructure = z.object({
  kind: z.enum(['bootstrap', 'relay', 'port-mapping']),
  /** Multiaddr or name. */
  address: z.string(),
  peer: z.string().optional(),
  /** bootstrap: connected; relay: carries a connection or a reservation of ours; port-mapping: the router holds one. */
  inUse: z.boolean(),
})
export type Infrastructure = z.infer<typeof Infrastructure>

export const NetworkView = z.object({
  at,
  dhts: z.array(DhtView),
  infrastructure: z.array(Infrastructure),
  /**
   * Whether everything above could be switched off this moment without a connection to another peer or a transfer ending.
   * `alone`: nobody is connected. `relayed`: a peer is reached only over a relay. `bootstrap-only`: infrastructure is all that
   * is connected, or chunks are moving with it right now.
   */
  independence: z.enum(['none-in-use', 'could-be-off', 'relayed', 'bootstrap-only', 'alone']),
  /** How others can reach us from outside, and why not. */
  nat: z.object({
    state: z.enum(['local', 'unknown', 'public', 'private']),
    /** Confirmed by others. */
    publicAddresses: z.array(z.string()),
  }),
})
export type NetworkView = z.infer<typeof NetworkView>

export const TrafficSample = z.object({
  at,
  /**
   * Bytes since the sample before. Payload: chunks. Wire: everything that the transports carried, payload included. Over time
   * wire is more; a single sample may have more payload, when its bytes came with the sample before.
   */
  payloadReceived: count,
  payloadSent: count,
  wireReceived: count,
  wireSent: count,
})
export type TrafficSample = z.infer<typeof TrafficSample>

/** Samples kept, one a second: a quarter of an hour. */
export const MAX_TRAFFIC_SAMPLES = 900

export const PeerEvent = z.object({
  at,
  kind: z.enum(['joined', 'left', 'suspect', 'back', 'blocked', 'unblocked']),
})
export type PeerEvent = z.infer<typeof PeerEvent>

/** Events kept per peer, newest. */
export const MAX_PEER_EVENTS = 200

export const DestinationPlan = z.object({
  destination: z.string(),
  /** Whether the folder is there, and may be written to. */
  exists: z.boolean(),
  writable: z.boolean(),
  freeBytes: z.number().optional(),
  /** Of the files selected, what is not there yet. */
  neededBytes: z.number(),
  /** The name it will get, and whether that differs from its own because something of that name is there. */
  name: z.string(),
  nameTaken: z.boolean(),
})
export type DestinationPlan = z.infer<typeof DestinationPlan>
