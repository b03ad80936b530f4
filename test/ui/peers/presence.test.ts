/** From joins and leaves to spans of time, and which peers a filter leaves. */
import { describe, expect, it } from 'vitest'
import { matches } from '../../../renderer/peers/peer-filter.ts'
import { presenceOf } from '../../../renderer/peers/presence.ts'
import type { Peer } from '../../../shared/contract/model.ts'
import type { PeerEvent } from '../../../shared/contract/network-view.ts'

const events = (...list: [number, PeerEvent['kind']][]): PeerEvent[] => list.map(([at, kind]) => ({ at, kind }))

describe('[UI66] presence', () => {
  it('nothing recorded: nothing is drawn', () => {
    expect(presenceOf([], 1000)).toBeUndefined()
  })

  it('joined and still here: all of the time', () => {
    expect(presenceOf(events([0, 'joined']), 1000)).toEqual({
      sinceAt: 0,
      spans: [{ from: 0, to: 1, state: 'here' }],
      presentShare: 1,
    })
  })

  it('left and came back: the gap is no presence', () => {
    const presence = presenceOf(events([0, 'joined'], [250, 'left'], [750, 'back']), 1000)
    expect(presence?.spans.map(({ from, to }) => [from, to])).toEqual([
      [0, 0.25],
      [0.75, 1],
    ])
    expect(presence?.presentShare).toBeCloseTo(0.5)
  })

  it('silence is drawn, but not counted as presence', () => {
    const presence = presenceOf(events([0, 'joined'], [500, 'suspect'], [1000, 'left']), 1000)
    expect(presence?.spans.map(({ state }) => state)).toEqual(['here', 'unsure'])
    expect(presence?.presentShare).toBeCloseTo(0.5)
  })

  it('a clock that was set back draws nothing outside of the strip', () => {
    for (const { from, to } of presenceOf(events([1000, 'joined'], [500, 'left']), 800)?.spans ?? []) {
      expect(from).toBeGreaterThanOrEqual(0)
      expect(to).toBeLessThanOrEqual(1)
    }
  })
})

describe('[UI65] which peers are shown', () => {
  const peer = (fields: Partial<Peer>): Peer => ({ peer: '12D3KooWabc', connected: false, shoal: true, ...fields })

  it.each([
    ['all', {}, true],
    ['connected', { connected: true }, true],
    ['connected', {}, false],
    ['away', {}, true],
    ['blocked', {}, false],
    ['blocked', { blocked: { reason: 'x', at: 1 } }, true],
  ] as const)('%s of %o: %s', (filter, fields, shown) => {
    expect(matches(peer(fields), filter, '')).toBe(shown)
  })

  it('a search looks at nickname, name, id, client and address, whatever the case', () => {
    expect(matches(peer({ nickname: 'Ana’s laptop' }), 'all', 'LAPTOP')).toBe(true)
    expect(matches(peer({ address: '/ip4/10.0.0.7/tcp/1' }), 'all', '10.0.0.7')).toBe(true)
    expect(matches(peer({ name: 'Quiet Heron' }), 'all', 'otter')).toBe(false)
  })
})
