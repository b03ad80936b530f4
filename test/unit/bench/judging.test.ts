/** What turns measured numbers into the table: medians, verdicts, ratios, ideal times and stalls, and the words for what is missing. */
import { describe, expect, it } from 'vitest'
import { MEASURES, measureOf } from '../../../bench/budgets.ts'
import { joinLinks } from '../../../bench/contenders/shoal.ts'
import { busyLines, measuredText } from '../../../bench/report.ts'
import { SCENARIOS } from '../../../bench/scenarios/all.ts'
import { idealTimeMs, Stalls } from '../../../bench/scenarios/two-of-four.ts'
import { spreadOf, timesBetter, verdictOf } from '../../../bench/verdict.ts'

describe('the benchmark judges', () => {
  it.each([
    [[], undefined],
    [[3], { median: 3, min: 3, max: 3, runs: 1 }],
    [[3, 1], { median: 2, min: 1, max: 3, runs: 2 }],
    [[10, 2, 3], { median: 3, min: 2, max: 10, runs: 3 }],
  ])('%j has the spread %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread)
  })

  it.each([
    ['throughput-1', 450, 'aim met'],
    ['throughput-1', 449.9, 'met'],
    ['throughput-1', 300, 'met'],
    ['throughput-1', 299.9, 'MISSED'],
    ['two-of-four', 1.05, 'met'],
    ['two-of-four', 1.06, 'MISSED'],
    ['restart', 0.9, 'aim met'],
    ['restart', 2.01, 'MISSED'],
    ['cpu-source', 99, 'no budget'],
  ] as const)('%s of %d: %s', (id, value, verdict) => {
    expect(verdictOf(measureOf(id), value)).toBe(verdict)
  })

  it('a ratio says how many times better, whichever way is better', () => {
    expect(timesBetter(measureOf('throughput-1'), 300, 100)).toBe(3)
    expect(timesBetter(measureOf('restart'), 0.5, 1)).toBe(2)
    expect(timesBetter(measureOf('restart'), 0, 1)).toBeUndefined()
  })

  it('a line names the runs that gave no number, and the reason when none did', () => {
    const result = { measure: 'restart', contender: 'shoal', othersBusyCores: [] } as const
    const measure = measureOf('restart')
    expect(measuredText(measure, { ...result, values: [1, 2, 4], notMeasured: [] })).toBe('2.00 (1.00 .. 4.00) s')
    expect(measuredText(measure, { ...result, values: [1], notMeasured: ['no'] })).toBe(
      '1.00 s; 1 runs gave no number: no',
    )
    expect(measuredText(measure, { ...result, values: [], notMeasured: ['no root'] })).toBe('not measured: no root')
  })

  it('a busy machine is said, with the worst first, and a quiet one is not', () => {
    const result = { contender: 'shoal', values: [1], notMeasured: [] } as const
    const busy = busyLines([
      { ...result, measure: 'restart', othersBusyCores: [0.05, 0.3] },
      { ...result, measure: 'index', othersBusyCores: [1.2] },
      { ...result, measure: 'flash-crowd', othersBusyCores: [0.1] },
    ])
    expect(busy).toEqual([expect.stringMatching(/: index shoal 1\.2, restart shoal 0\.3$/)])
    expect(busyLines([{ ...result, measure: 'index', othersBusyCores: [0.02] }])).toEqual([])
  })

  it('every measure of the table belongs to exactly one scenario', () => {
    const measured = SCENARIOS.flatMap(({ measures }) => measures)
    expect(measured.toSorted()).toEqual(MEASURES.map(({ id }) => id).toSorted())
  })
})

describe('two of four sources killed', () => {
  it('ideal: four sources up to the kill, two from there', () => {
    expect(idealTimeMs(200_000_000, 80_000_000)).toBe(1_000 + 3_000)
  })

  it('a stall is the time without a new byte, up to the last byte and not after it', () => {
    const stalls = new Stalls()
    stalls.saw(10, 0, 100)
    stalls.saw(10, 300, 100)
    stalls.saw(20, 400, 100)
    stalls.saw(100, 500, 100)
    stalls.saw(100, 9_000, 100)
    stalls.saw(101, 9_500, 100)
    expect(stalls.longestMs).toBe(400)
  })

  it('one link carries the addresses of all sources', () => {
    expect(joinLinks(['shoal:root?dn=a&pe=/ip4/1', 'shoal:root?dn=a&pe=/ip4/2&pe=/ip4/3'])).toBe(
      'shoal:root?dn=a&pe=/ip4/1&pe=/ip4/2&pe=/ip4/3',
    )
  })
})
