/** The rate meter as numbers: what it shows of known flows. */
import { describe, expect, it } from 'vitest'
import { RateMeter } from '../../../main/engine/swarm/rate-meter.ts'

/** `rate` bytes a second in steps of `stepMs` from `fromMs` to `toMs`. */
function flow(meter: RateMeter, rate: number, fromMs: number, toMs: number, stepMs = 10): void {
  for (let nowMs = fromMs + stepMs; nowMs <= toMs; nowMs += stepMs) meter.add((rate * stepMs) / 1_000, nowMs)
}

describe('rate meter', () => {
  it.each([100, 200, 500, 1_000, 5_000, 60_000])('shows a steady 1 MB/s as it is after %d ms', (ms) => {
    const meter = new RateMeter(2_000)
    flow(meter, 1e6, 0, ms)
    expect(meter.rate(ms)).toBeGreaterThan(0.9e6)
    expect(meter.rate(ms)).toBeLessThan(1.15e6)
  })

  it('makes no claim about the first instant: one MiB at once is not an infinite rate', () => {
    const meter = new RateMeter(2_000)
    meter.add(1024 * 1024, 0)
    expect(meter.rate(0)).toBeLessThan(25e6)
  })

  const SILENCE = [
    // silent for (in tau), part of the rate that is left
    [0, 1],
    [1, 0.368],
    [2, 0.135],
    [5, 0.0067],
  ] as const
  it.each(SILENCE)('after %d tau of silence %d of the rate is left', (taus, part) => {
    const meter = new RateMeter(2_000)
    flow(meter, 1e6, 0, 60_000)
    expect(meter.rate(60_000 + taus * 2_000) / 1e6).toBeCloseTo(part, 2)
  })

  it('is 0 before anything came and when less than a byte a second is left', () => {
    const meter = new RateMeter(1_000)
    expect(meter.rate(5_000)).toBe(0)
    flow(meter, 1e6, 0, 10_000)
    expect(meter.rate(10_000 + 15_000)).toBe(0)
  })

  it('follows a change: from 1 to 10 MB/s, two thirds of the way after one tau', () => {
    const meter = new RateMeter(1_000)
    flow(meter, 1e6, 0, 20_000)
    flow(meter, 10e6, 20_000, 21_000)
    expect(meter.rate(21_000) / 1e6).toBeCloseTo(1 + 9 * 0.632, 0)
  })

  it('shows the true speed at once again after a long silence', () => {
    const meter = new RateMeter(1_000)
    flow(meter, 1e6, 0, 10_000)
    expect(meter.rate(60_000)).toBe(0)
    flow(meter, 2e6, 60_000, 60_300)
    expect(meter.rate(60_300)).toBeGreaterThan(1.8e6)
    expect(meter.rate(60_300)).toBeLessThan(2.3e6)
  })

  it('counts every byte ever added', () => {
    const meter = new RateMeter()
    flow(meter, 1e6, 0, 3_000)
    expect(meter.total).toBeCloseTo(3e6)
  })
})
