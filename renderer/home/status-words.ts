/**
 * The status of this node as sentences: who it is and whether it is in touch with anybody, who is near, and whether it can
 * be reached from the internet. Keys of the words and what stands in them; every one of them is a fact of the engine. Pure.
 * Rule [UI1] [UI2].
 */
import type { NodeStatus, Peer } from '../../shared/contract/model.ts'
import type { NetworkView } from '../../shared/contract/network-view.ts'
import { type ScopeReach, scopeOfPeer, scopesOf } from '../model/reach.ts'

export interface StatusWords {
  /** Nothing is known while the engine does not answer; what it said last is not repeated as if it were so. */
  readonly who: 'lost' | 'local' | 'lan-alone' | 'lan' | 'internet-alone' | 'internet'
  /** Shoal peers on this computer and on this network; and those further away. */
  readonly nearby: number
  readonly away: number
  readonly internet:
    | 'off-local'
    | 'off-lan'
    | 'reached'
    | 'relay'
    | 'peers-only'
    | 'no-connection'
    | 'behind-router'
    | 'unconfirmed'
  /** Whether all is well, as far as that can be said. */
  readonly tone: 'ok' | 'waiting' | 'lost'
}

type NodeFacts = Pick<NodeStatus, 'network' | 'listening' | 'reachable' | 'connections'>

export function statusWords(
  node: NodeFacts,
  peers: Iterable<Peer>,
  nat: NetworkView['nat'] | undefined,
  isOnline: boolean,
): StatusWords {
  const all = [...peers]
  const scopes = scopesOf(node, all, nat)
  const places = all.map(scopeOfPeer)
  const nearby = places.filter((place) => place === 'computer' || place === 'network').length
  const away = places.filter((place) => place === 'internet').length
  const who = isOnline ? whoOf(node, nearby + away) : 'lost'
  return {
    who,
    nearby,
    away,
    internet: internetWord(node, scopes.internet),
    tone: !isOnline ? 'lost' : node.connections > 0 ? 'ok' : 'waiting',
  }
}

function whoOf({ network, connections }: NodeFacts, shoalPeers: number): StatusWords['who'] {
  if (network === 'local') return 'local'
  if (network === 'lan') return shoalPeers > 0 ? 'lan' : 'lan-alone'
  return connections > 0 ? 'internet' : 'internet-alone'
}

function internetWord({ network }: NodeFacts, reach: ScopeReach): StatusWords['internet'] {
  switch (reach.state) {
    case 'off':
      return network === 'local' ? 'off-local' : 'off-lan'
    case 'confirmed':
      return reach.how === 'direct' ? 'reached' : 'relay'
    case 'connected':
      return 'peers-only'
    case 'waiting':
      return reach.why === 'nobody-yet' ? 'unconfirmed' : reach.why
  }
}
