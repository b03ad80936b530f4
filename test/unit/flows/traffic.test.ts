/** Samples of traffic over a counter that the test turns. */
import { describe, expect, it } from 'vitest'
import { Traffic } from '../../../main/engine/flows/traffic.ts'
import { MAX_TRAFFIC_SAMPLES } from '../../../shared/contract/network-view.ts'

function traffic() {
  const totals = { payload: { received: 0, sent: 0 }, wire: { received: 0, sent: 0 } }
  let now = 0
  let due: (() => void) | undefined
  const meter = new Traffic({
    totals: () => structuredClone(totals),
    now: () => now,
    after(ms, run) {
      expect(ms).toBe(1_000)
      due = run
      return () => {
        due = undefined
      }
    },
  })
  meter.start()
  return {
    meter,
    totals,
    isRunning: () => due !== undefined,
    second() {
      now += 1_000
      due?.()
    },
  }
}

describe('traffic', () => {
  it('[NE92] a sample is what came since the one before', () => {
    const { meter, totals, second } = traffic()
    totals.wire = { received: 110, sent: 20 }
    totals.payload = { received: 100, sent: 0 }
    second()
    totals.wire = { received: 115, sent: 20 }
    second()
    expect(meter.since(undefined)).toEqual([
      { at: 1_000, payloadReceived: 100, payloadSent: 0, wireReceived: 110, wireSent: 20 },
      { at: 2_000, payloadReceived: 0, payloadSent: 0, wireReceived: 5, wireSent: 0 },
    ])
    expect(meter.since(1_000).map(({ at }) => at)).toEqual([2_000])
  })

  it('[NE92] payload that waits in buffers is told when it has left', () => {
    const { meter, totals, second } = traffic()
    totals.payload.sent = 1_000
    totals.wire.sent = 400
    second()
    totals.wire.sent = 1_050
    second()
    totals.wire.sent = 1_060
    second()
    expect(meter.since(undefined).map(({ payloadSent, wireSent }) => [payloadSent, wireSent])).toEqual([
      [400, 400],
      [600, 650],
      [0, 10],
    ])
  })

  it('[NE92] payload that is whole only after its last byte came is told late and not lost', () => {
    const { meter, totals, second } = traffic()
    totals.wire.received = 1_010
    totals.payload.received = 800
    second()
    totals.payload.received = 1_000
    second()
    expect(meter.since(undefined).map(({ payloadReceived, wireReceived }) => [payloadReceived, wireReceived])).toEqual([
      [800, 1_010],
      [200, 0],
    ])
  })

  it('[NE92] a quarter of an hour is kept; stopped, nothing is added', () => {
    const { meter, second, isRunning } = traffic()
    for (let count = 0; count < MAX_TRAFFIC_SAMPLES + 5; count++) second()
    expect(meter.since(undefined)).toHaveLength(MAX_TRAFFIC_SAMPLES)
    expect(meter.since(undefined)[0]?.at).toBe(6_000)
    meter.stop()
    expect(isRunning()).toBe(false)
  })
})
