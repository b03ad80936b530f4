/**
 * The network around this node as a value of the contract, gathered when somebody looks: routing tables, infrastructure in
 * use, whether it could be switched off, how others reach us. Only what this node knows by itself; nobody is asked.
 * SPEC: [NE93].
 */
import type { Connection } from '@libp2p/interface'
import type { DhtView, NetworkView } from '../../../shared/contract/network-view.ts'
import { nodeName } from '../network/node-name.ts'
import type { ShoalNode } from '../network/shoal-node.ts'
import type { EngineContext } from './context.ts'
import { independence, infrastructureOf, natOf, relayIn } from './infrastructure.ts'
import type { Share } from './share.ts'

export function networkViewOf(context: EngineContext, shares: Iterable<Share>, startedAt: number): NetworkView {
  const { node } = context
  const nowMs = Date.now()
  const connections = node.libp2p.getConnections()
  const outside = node.outside()
  const infrastructure = infrastructureOf({
    bootstrap: context.routing.bootstrap,
    connections: connections.map(({ remotePeer, remoteAddr }) => ({
      peer: remotePeer.toString(),
      address: remoteAddr,
    })),
    addresses: node.addresses(),
    portMapping: outside.portMapping,
    mapped: outside.mapped,
  })
  const helpers = new Set(infrastructure.flatMap(({ peer, inUse }) => (peer !== undefined && inUse ? [peer] : [])))
  return {
    at: nowMs,
    dhts: node.dhts.map((dht) => dhtOf(context, dht)),
    infrastructure,
    independence: independence({
      peers: [...reached(connections)].map(([peer, direct]) => ({ peer, direct })),
      helpers,
      inUse: infrastructure.some(({ inUse }) => inUse),
      busy: busyPeers(shares),
    }),
    nat: natOf({
      mode: node.mode,
      reachable: node.reachable(),
      isSeen: outside.seenAs.length > 0,
      upForMs: nowMs - startedAt,
    }),
  }
}

/** Peer -> whether it is reached without a relay. */
function reached(connections: readonly Connection[]): Map<string, boolean> {
  const peers = new Map<string, boolean>()
  for (const { remotePeer, remoteAddr } of connections) {
    const peer = remotePeer.toString()
    peers.set(peer, peers.get(peer) === true || relayIn(remoteAddr) === undefined)
  }
  return peers
}

function busyPeers(shares: Iterable<Share>): Set<string> {
  const busy = new Set<string>()
  for (const { exchange, context } of shares) {
    const nowMs = context.clock.now()
    for (const session of exchange.sessions.values()) {
      const asked = exchange.state?.peer(session.remote)?.requests.size ?? 0
      if (asked > 0 || session.up.rate(nowMs) > 0 || session.down.rate(nowMs) > 0) busy.add(session.remote)
    }
  }
  return busy
}

function dhtOf({ node, store }: EngineContext, dht: ShoalNode['dhts'][number]): DhtView {
  const { kadId, bucketSize, buckets } = dht.table()
  return {
    route: dht.route,
    mode: dht.mode(),
    kadId: Buffer.from(kadId).toString('hex'),
    bucketSize,
    buckets: buckets.map(({ commonBits, peers }) => ({
      commonBits,
      peers: peers.map((id) => {
        const peer = id.toString()
        const [connection] = node.libp2p.getConnections(id)
        return {
          peer,
          name: store.peers.get(peer)?.name ?? nodeName(peer),
          connected: connection !== undefined,
          ...(connection === undefined ? {} : { address: connection.remoteAddr.toString() }),
        }
      }),
    })),
    lookups: dht.lookupsBegun(),
    recordsHeld: node.recordsHeld(dht.route),
  }
}
