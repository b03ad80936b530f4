/**
 * What is infrastructure, whether it could be switched off now, and how others reach us: judged from facts that this node
 * has anyway. Pure; network-view.ts gathers them. SPEC: [NE93].
 */

import type { NetworkMode } from '../../../shared/contract/model.ts'
import type { Infrastructure, NetworkView } from '../../../shared/contract/network-view.ts'
import { addressOf, peerIn } from './addresses.ts'

/** Of a multiaddr what is needed here. */
export interface Address {
  getComponents(): readonly { readonly name: string; readonly value?: string }[]
  toString(): string
}

export interface IndependenceFacts {
  /** Everybody connected; `direct`: by at least one connection that no relay carries. */
  readonly peers: readonly { readonly peer: string; readonly direct: boolean }[]
  /** Bootstrap peers and relays among them. */
  readonly helpers: ReadonlySet<string>
  readonly inUse: boolean
  /** Peers with whom chunks are moving. */
  readonly busy: ReadonlySet<string>
}

export function independence({ peers, helpers, inUse, busy }: IndependenceFacts): NetworkView['independence'] {
  if (peers.length === 0) return 'alone'
  const others = peers.filter(({ peer }) => !helpers.has(peer))
  if (others.length === 0 || [...helpers].some((helper) => busy.has(helper))) return 'bootstrap-only'
  if (others.some(({ direct }) => !direct)) return 'relayed'
  return inUse ? 'could-be-off' : 'none-in-use'
}

export interface InfrastructureFacts {
  /** As they were written, right or not. */
  readonly bootstrap: readonly string[]
  readonly connections: readonly { readonly peer: string; readonly address: Address }[]
  /** Our own, as told to others. */
  readonly addresses: readonly Address[]
  /** Whether the router is asked to let others in, and what it holds open. */
  readonly portMapping: boolean
  readonly mapped: readonly Address[]
}

export function infrastructureOf(facts: InfrastructureFacts): Infrastructure[] {
  const connected = new Set(facts.connections.map(({ peer }) => peer))
  const bootstrap = facts.bootstrap.map((address): Infrastructure => {
    const peer = peerIdOfText(address)
    const inUse = peer !== undefined && connected.has(peer)
    return { kind: 'bootstrap', address, inUse, ...(peer === undefined ? {} : { peer }) }
  })
  const relays = new Map<string, string>()
  for (const address of [...facts.connections.map((connection) => connection.address), ...facts.addresses]) {
    const relay = relayIn(address)
    if (relay !== undefined) relays.set(relay, address.toString().split('/p2p-circuit')[0] ?? '')
  }
  const relayed = [...relays].map(([peer, address]): Infrastructure => ({ kind: 'relay', address, peer, inUse: true }))
  const mappings = facts.mapped.map(
    (address): Infrastructure => ({ kind: 'port-mapping', address: address.toString(), inUse: true }),
  )
  if (facts.portMapping && mappings.length === 0) mappings.push({ kind: 'port-mapping', address: 'UPnP', inUse: false })
  return [...bootstrap, ...relayed, ...mappings]
}

/** The relay that an address leads through. */
export function relayIn(address: Address): string | undefined {
  const components = address.getComponents()
  const circuit = components.findIndex(({ name }) => name === 'p2p-circuit')
  return circuit === -1 ? undefined : components.slice(0, circuit).findLast(({ name }) => name === 'p2p')?.value
}

function peerIdOfText(address: string): string | undefined {
  try {
    return peerIn(addressOf(address))
  } catch {
    return undefined
  }
}

/** AutoNAT needs a few peers and a dial back from each; until then nothing can be said. */
const NAT_GRACE_MS = 60_000

export interface NatFacts {
  readonly mode: NetworkMode
  /** Confirmed by others, relayed ones included. */
  readonly reachable: readonly Address[]
  /** Somebody told us how he sees us. */
  readonly isSeen: boolean
  readonly upForMs: number
}

export function natOf({ mode, reachable, isSeen, upForMs }: NatFacts): NetworkView['nat'] {
  const publicAddresses = reachable.filter((address) => relayIn(address) === undefined).map(String)
  if (mode !== 'internet') return { state: 'local', publicAddresses }
  if (publicAddresses.length > 0) return { state: 'public', publicAddresses }
  return { state: isSeen && upForMs >= NAT_GRACE_MS ? 'private' : 'unknown', publicAddresses }
}
