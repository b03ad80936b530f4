/**
 * Who is let in and who may be dialled, decided from counts (SPEC [NE20]-[NE24]). Pure: the gater counts, this decides.
 * A refusal names the rule, for the log and for the metrics. Slots that strangers may not have are kept for known peers.
 */
import type { IpScope } from './address-rules.ts'
import type { NetworkLimits } from './limits.ts'

export type Refusal = 'blocked' | 'mode' | 'rate' | 'per-ip' | 'per-peer' | 'slots' | 'stranger-slots'

export interface Slots {
  readonly inbound: number
  readonly inboundStrangers: number
  readonly outbound: number
  readonly outboundStrangers: number
}

export interface SocketFacts {
  readonly scope: IpScope
  readonly mayAccept: boolean
  readonly openFromIp: number
  /** Handshakes in progress from its address, without this one. */
  readonly pendingFromIp: number
  /** With this one. */
  readonly newInLastSecond: number
  readonly slots: Slots
}

/** A socket has come in; who it is, is not known yet. */
export function refuseSocket(facts: SocketFacts, limits: NetworkLimits): Refusal | undefined {
  if (!facts.mayAccept) return 'mode'
  if (facts.newInLastSecond > limits.inboundPerSecondPerIp[facts.scope]) return 'rate'
  if (facts.openFromIp >= limits.maxPerIp[facts.scope]) return 'per-ip'
  if (facts.pendingFromIp >= limits.maxPendingPerIp[facts.scope]) return 'per-ip'
  // Whether it is a stranger shows only after the handshake, which is why the stranger slots are not looked at here.
  if (facts.slots.inbound >= limits.maxInbound) return 'slots'
  return undefined
}

export interface PeerFacts {
  readonly blocked: boolean
  readonly known: boolean
  readonly openWithPeer: number
  readonly slots: Slots
}

/** The handshake has proved who came in. */
export function refuseInboundPeer(facts: PeerFacts, limits: NetworkLimits): Refusal | undefined {
  if (facts.blocked) return 'blocked'
  if (facts.openWithPeer >= limits.maxPerPeer) return 'per-peer'
  if (facts.slots.inbound >= limits.maxInbound) return 'slots'
  if (!facts.known && facts.slots.inboundStrangers >= limits.maxInboundStrangers) return 'stranger-slots'
  return undefined
}

/** We are about to dial this peer. Known peers are always dialled: a download must not wait for a DHT crawl. */
export function refuseDial(facts: PeerFacts, limits: NetworkLimits): Refusal | undefined {
  if (facts.blocked) return 'blocked'
  if (facts.openWithPeer >= limits.maxPerPeer) return 'per-peer'
  if (facts.known) return undefined
  if (facts.slots.outbound >= limits.maxOutbound) return 'slots'
  if (facts.slots.outboundStrangers >= limits.maxOutboundStrangers) return 'stranger-slots'
  return undefined
}
