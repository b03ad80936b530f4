/** The door's decisions as tables of counts, and its counting. */
import { describe, expect, it } from 'vitest'
import {
  type PeerFacts,
  refuseDial,
  refuseInboundPeer,
  refuseSocket,
  type Slots,
} from '../../../main/engine/network/admission.ts'
import { ConnectionCounts } from '../../../main/engine/network/connection-counts.ts'
import { refill } from '../../../main/engine/network/frame-guard.ts'
import { DEFAULT_LIMITS } from '../../../main/engine/network/limits.ts'

const limits = {
  ...DEFAULT_LIMITS,
  maxInbound: 10,
  maxInboundStrangers: 6,
  maxOutbound: 10,
  maxOutboundStrangers: 6,
  maxPerPeer: 2,
}
const empty: Slots = { inbound: 0, inboundStrangers: 0, outbound: 0, outboundStrangers: 0 }
const stranger: PeerFacts = { blocked: false, known: false, openWithPeer: 0, slots: empty }

describe('arriving sockets', () => {
  const socket = {
    scope: 'public' as const,
    mayAccept: true,
    openFromIp: 0,
    pendingFromIp: 0,
    newInLastSecond: 1,
    slots: empty,
  }
  it.each([
    ['passes', {}, undefined],
    ['[NE12] wrong mode', { mayAccept: false }, 'mode'],
    ['[NE22] too many at once from one public address', { openFromIp: limits.maxPerIp.public }, 'per-ip'],
    ['[NE22] too many that have not said who they are', { pendingFromIp: limits.maxPendingPerIp.public }, 'per-ip'],
    ['[NE22] as many are fine from this machine', { scope: 'loopback' as const, openFromIp: 40 }, undefined],
    ['[NE22] too many in a second', { newInLastSecond: limits.inboundPerSecondPerIp.public + 1 }, 'rate'],
    ['[NE22] twenty nodes of this machine in a second', { scope: 'loopback' as const, newInLastSecond: 20 }, undefined],
    ['[NE20] the house is full', { slots: { ...empty, inbound: 10 } }, 'slots'],
    [
      '[NE21] strangers fill their part, a known one may come',
      { slots: { ...empty, inbound: 6, inboundStrangers: 6 } },
      undefined,
    ],
  ])('%s', (_, change, refusal) => {
    expect(refuseSocket({ ...socket, ...change }, limits)).toBe(refusal)
  })
})

describe('peers', () => {
  it.each([
    ['a stranger passes', {}, undefined, undefined],
    ['[NE23] blocked', { blocked: true, known: true }, 'blocked', 'blocked'],
    ['[NE20] a third connection', { openWithPeer: 2 }, 'per-peer', 'per-peer'],
    [
      '[NE21] stranger slots used in',
      { slots: { ...empty, inbound: 6, inboundStrangers: 6 } },
      'stranger-slots',
      undefined,
    ],
    [
      '[NE21] known peer with stranger slots used in',
      { known: true, slots: { ...empty, inbound: 6, inboundStrangers: 6 } },
      undefined,
      undefined,
    ],
    [
      '[NE21] stranger slots used out',
      { slots: { ...empty, outbound: 6, outboundStrangers: 6 } },
      undefined,
      'stranger-slots',
    ],
    [
      '[NE21] known peer when all is used out',
      { known: true, slots: { ...empty, outbound: 10 } },
      undefined,
      undefined,
    ],
    ['[NE20] known peer when all is used in', { known: true, slots: { ...empty, inbound: 10 } }, 'slots', undefined],
  ])('%s', (_, change, inbound, dial) => {
    expect(refuseInboundPeer({ ...stranger, ...change }, limits)).toBe(inbound)
    expect(refuseDial({ ...stranger, ...change }, limits)).toBe(dial)
  })
})

describe('counting', () => {
  it('counts strangers and known peers, by direction, address and peer', () => {
    const counts = new ConnectionCounts()
    const base = { direction: 'inbound' as const, ipKey: '1.2.3.4' }
    counts.opened({ ...base, id: 'a', peer: 'A' })
    counts.opened({ ...base, id: 'b', peer: 'A' })
    counts.opened({ ...base, id: 'c', peer: 'K' })
    counts.opened({ id: 'd', peer: 'K', direction: 'outbound', ipKey: '1.2.3.4' })
    const isKnown = (peer: string): boolean => peer === 'K'
    expect(counts.slots(isKnown)).toEqual({ inbound: 3, inboundStrangers: 2, outbound: 1, outboundStrangers: 0 })
    expect([counts.fromIp('1.2.3.4'), counts.fromIp('4.3.2.1')]).toEqual([3, 0])
    expect([counts.withPeer('A'), counts.withPeer('K')]).toEqual([2, 2])
    counts.closed('a')
    counts.closed('a')
    expect(counts.withPeer('A')).toBe(1)
  })

  it('counts arrivals by second, also when the clock is set back', () => {
    const counts = new ConnectionCounts()
    expect([0, 10, 999].map((now) => counts.arrived('x', now))).toEqual([1, 2, 3])
    expect(counts.arrived('x', 1000)).toBe(1)
    expect(counts.arrived('x', 500)).toBe(1)
    expect(counts.arrived('y', 500)).toBe(1)
  })

  it('[NE26] bytes of requests refill up to the burst', () => {
    expect(refill(0, 1000, 100, 10)).toBe(10)
    expect(refill(95, 1000, 100, 10)).toBe(100)
    expect(refill(50, -5000, 100, 10)).toBe(50)
  })
})
