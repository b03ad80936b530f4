/** The verdict over all findings, their order, and the report that is copied. */
import { describe, expect, it } from 'vitest'
import { byUrgency, reportOf, summaryOf } from '../../../renderer/doctor/report.ts'
import type { DoctorFinding, NodeStatus } from '../../../shared/contract/model.ts'

const finding = (id: string, result: DoctorFinding['result']): DoctorFinding => ({
  id,
  title: id,
  result,
  code: 'x',
  reason: `reason of ${id}`,
})

describe('[UI70] the verdict', () => {
  it.each([
    [['ok', 'skipped'], 'fine'],
    [['ok', 'warning'], 'warnings'],
    [['problem', 'warning'], 'problems'],
  ] as const)('%o: %s', (results, kind) => {
    expect(summaryOf(results.map((result) => finding(result, result))).kind).toBe(kind)
  })

  it('problems stand first, what was not tested last', () => {
    const sorted = byUrgency([finding('a', 'skipped'), finding('b', 'ok'), finding('c', 'problem'), finding('d', 'ok')])
    expect(sorted.map(({ id }) => id)).toEqual(['c', 'b', 'd', 'a'])
  })

  it('[UI72] the report has every finding with its id, and neither profile nor peer id', () => {
    const node = { version: '9.9.9', network: 'lan', profile: '/home/ana/.shoal', peer: '12D3KooWsecret' } as NodeStatus
    const text = (it: DoctorFinding) => ({ title: `Title ${it.id}`, reason: it.reason, nextStep: undefined })
    const report = reportOf([finding('clock', 'ok'), finding('relay', 'warning')], node, 'today', text)
    expect(report).toContain('[ok] Title clock (clock/x)')
    expect(report).toContain('[warning] Title relay (relay/x)')
    expect(report).not.toContain('/home/ana')
    expect(report).not.toContain('12D3KooW')
  })
})
