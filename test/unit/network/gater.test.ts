/** The door's books: every refusal is counted under the rule that it broke, and told once. */

import type { Connection, MultiaddrConnection } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'
import { describe, expect, it } from 'vitest'
import type { Refusal } from '../../../main/engine/network/admission.ts'
import { ShoalGater } from '../../../main/engine/network/gater.ts'
import { DEFAULT_LIMITS, type NetworkLimits } from '../../../main/engine/network/limits.ts'

const PEER = peerIdFromString('12D3KooWD9Rmp32e5sAsBxzW5fhK81T6jaXhM7tMjRo4jr8Xj3Nb')
const OTHER = peerIdFromString('12D3KooWHs3DNKGDko5jScYRWHQrbL8YYa1mBnaY95pPCQwP58Fd')

function door(limits: Partial<NetworkLimits> = {}) {
  const told: string[] = []
  const gater = new ShoalGater({
    mode: 'lan',
    limits: { ...DEFAULT_LIMITS, ...limits },
    blocked: [],
    now: () => 1_000,
    onRefused: (refusal, direction) => told.push(`${refusal} ${direction}`),
  })
  return { gater, told }
}
/** Only what the gater looks at. */
const socket = (from: string) =>
  ({ remoteAddr: multiaddr(from), addEventListener() {} }) as unknown as MultiaddrConnection
const connection = (id: string, direction: 'inbound' | 'outbound', from = '/ip4/10.0.0.9/tcp/1') =>
  ({ id, remotePeer: OTHER, direction, remoteAddr: multiaddr(from) }) as unknown as Connection
const perIp = (private_: number) => ({ ...DEFAULT_LIMITS.maxPerIp, private: private_ })

describe('refusals', () => {
  const cases: readonly (readonly [Refusal, string, Partial<NetworkLimits>, (gater: ShoalGater) => unknown])[] = [
    ['mode', 'inbound', {}, (gater) => gater.denyInboundConnection(socket('/ip4/8.8.8.8/tcp/1'))],
    ['mode', 'outbound', {}, (gater) => gater.denyDialMultiaddr(multiaddr('/ip4/8.8.8.8/tcp/1'))],
    [
      'per-ip',
      'inbound',
      { maxPerIp: perIp(0) },
      (gater) => gater.denyInboundConnection(socket('/ip4/10.0.0.9/tcp/1')),
    ],
    ['slots', 'inbound', { maxInbound: 0 }, (gater) => gater.denyInboundConnection(socket('/ip4/10.0.0.9/tcp/1'))],
    ['stranger-slots', 'inbound', { maxInboundStrangers: 0 }, (gater) => gater.denyInboundEncryptedConnection(PEER)],
    ['stranger-slots', 'outbound', { maxOutboundStrangers: 0 }, (gater) => gater.denyDialPeer(PEER)],
    ['per-peer', 'outbound', { maxPerPeer: 0 }, (gater) => gater.denyDialPeer(PEER)],
    [
      'rate',
      'inbound',
      { inboundPerSecondPerIp: { ...DEFAULT_LIMITS.inboundPerSecondPerIp, private: 0 } },
      (gater) => gater.denyInboundConnection(socket('/ip4/10.0.0.9/tcp/1')),
    ],
    [
      'blocked',
      'outbound',
      {},
      (gater) => {
        gater.block(PEER.toString(), 'a test')
        return gater.denyDialPeer(PEER)
      },
    ],
  ]
  it.each(cases)('[NE24] %s, %s: counted under its rule and told', (rule, direction, limits, refuse) => {
    const { gater, told } = door(limits)
    expect(refuse(gater)).toBe(true)
    expect(Object.entries(gater.refusals).filter(([, count]) => count > 0)).toEqual([[rule, 1]])
    expect(told).toEqual([`${rule} ${direction}`])
  })

  it('[NE24] what is let through is not counted', () => {
    const { gater, told } = door()
    expect(gater.denyDialPeer(PEER)).toBe(false)
    expect(gater.denyInboundConnection(socket('/ip4/10.0.0.9/tcp/1'))).toBe(false)
    gater.opened(connection('a', 'inbound'))
    expect([Object.values(gater.refusals).reduce((sum, count) => sum + count), told]).toEqual([0, []])
  })
})
