/**
 * Where a share can be had right now, as far as that is known to be so. `connected`: Shoal peers from there have a
 * connection to us, over which they can fetch. `confirmed`: others have confirmed an address of ours that leads here from
 * outside, straight or over a relay. `waiting`: we listen there, and nobody has come yet, which proves nothing: a firewall may stand in between.
 * `off`: it is not offered there. Pure; it reads only facts of the engine. Rule [UI1].
 */
import type { NodeStatus, Peer, ShareSummary } from '../../shared/contract/model.ts'
import type { NetworkView } from '../../shared/contract/network-view.ts'
import { scopeOfAddress } from './reach-address.ts'

export type ScopeReach =
  | { readonly state: 'off'; readonly why: 'mode' | 'no-address' }
  | { readonly state: 'waiting'; readonly why: 'nobody-yet' | 'no-connection' | 'behind-router' | 'unconfirmed' }
  | { readonly state: 'confirmed'; readonly how: 'direct' | 'relay' }
  | { readonly state: 'connected'; readonly peers: number }

export type Scope = 'computer' | 'network' | 'internet'
export const SCOPES = ['computer', 'network', 'internet'] as const satisfies readonly Scope[]

export interface Reach {
  /** What this node has to give. */
  readonly gives: 'all' | 'part' | 'nothing'
  /** Nobody is given anything, wherever they are. */
  readonly stopped?: 'paused' | 'failed'
  readonly scopes: Readonly<Record<Scope, ScopeReach>>
  /** The farthest place from which it can be had now; `nobody` when that is known of none. */
  readonly farthest: Scope | 'nobody'
}

type NodeFacts = Pick<NodeStatus, 'network' | 'listening' | 'reachable' | 'connections'>
type PeerFacts = Pick<Peer, 'connected' | 'shoal' | 'path' | 'blocked'>
type ShareFacts = Pick<ShareSummary, 'state' | 'haveChunks' | 'chunkCount' | 'trouble'>
type Nat = NetworkView['nat']

export function reachOf(node: NodeFacts, share: ShareFacts, peers: Iterable<PeerFacts>, nat: Nat | undefined): Reach {
  const scopes = scopesOf(node, peers, nat)
  const gives = givesOf(share)
  const stopped = stoppedBy(share)
  const canBeHad = gives !== 'nothing' && stopped === undefined
  return {
    gives,
    scopes,
    farthest: canBeHad ? farthestOf(scopes) : 'nobody',
    ...(stopped === undefined ? {} : { stopped }),
  }
}

/** A download that a trouble stopped is `paused` to the engine; nobody paused it. */
function stoppedBy({ state, trouble }: ShareFacts): 'paused' | 'failed' | undefined {
  if (state === 'failed' || (state === 'paused' && trouble !== undefined)) return 'failed'
  return state === 'paused' ? 'paused' : undefined
}

/** Where this node itself can be reached, whatever it shares. */
export function scopesOf(node: NodeFacts, peers: Iterable<PeerFacts>, nat: Nat | undefined): Reach['scopes'] {
  const connected: Record<Scope, number> = { computer: 0, network: 0, internet: 0 }
  for (const peer of peers) {
    const scope = scopeOfPeer(peer)
    if (scope !== undefined) connected[scope] += 1
  }
  const listens = new Set(node.listening.map(scopeOfAddress))
  return {
    computer: connectedOr(
      connected.computer,
      listens.size === 0 ? { state: 'off', why: 'no-address' } : { state: 'waiting', why: 'nobody-yet' },
    ),
    network:
      node.network === 'local'
        ? { state: 'off', why: 'mode' }
        : connectedOr(
            connected.network,
            listens.has('private') ? { state: 'waiting', why: 'nobody-yet' } : { state: 'off', why: 'no-address' },
          ),
    internet: node.network === 'internet' ? internetOf(node, connected.internet, nat) : { state: 'off', why: 'mode' },
  }
}

/** Peers of Shoal that are connected and from where; a connection through a relay carries no files. */
export function scopeOfPeer(peer: PeerFacts): Scope | undefined {
  if (!peer.connected || !peer.shoal || peer.blocked !== undefined) return undefined
  switch (peer.path) {
    case 'loopback':
      return 'computer'
    case 'lan':
      return 'network'
    case 'direct':
      return 'internet'
    default:
      return undefined
  }
}

function internetOf(node: NodeFacts, connected: number, nat: Nat | undefined): ScopeReach {
  const confirmed = new Set([...node.reachable, ...(nat?.publicAddresses ?? [])].map(scopeOfAddress))
  if (confirmed.has('public')) return { state: 'confirmed', how: 'direct' }
  if (connected > 0) return { state: 'connected', peers: connected }
  if (confirmed.has('relay')) return { state: 'confirmed', how: 'relay' }
  if (node.connections === 0) return { state: 'waiting', why: 'no-connection' }
  return { state: 'waiting', why: nat?.state === 'private' ? 'behind-router' : 'unconfirmed' }
}

function connectedOr(peers: number, otherwise: ScopeReach): ScopeReach {
  return peers > 0 ? { state: 'connected', peers } : otherwise
}

function givesOf({ state, haveChunks, chunkCount }: ShareFacts): Reach['gives'] {
  if (state === 'resolving' || state === 'ready' || chunkCount === undefined) return 'nothing'
  if (haveChunks >= chunkCount) return 'all'
  return haveChunks > 0 ? 'part' : 'nothing'
}

function farthestOf(scopes: Reach['scopes']): Reach['farthest'] {
  return SCOPES.toReversed().find((scope) => isProven(scopes[scope])) ?? 'nobody'
}

/** A relay only introduces: files need a direct connection after that, which may not come about. */
export function isProven(reach: ScopeReach): boolean {
  return reach.state === 'connected' || (reach.state === 'confirmed' && reach.how === 'direct')
}
