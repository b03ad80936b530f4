/** The findings as one verdict, and as plain text to send to somebody who helps. Pure. Nothing secret is in a finding. */
import type { DoctorFinding, NodeStatus } from '../../shared/contract/model.ts'
import type { Tone } from '../design/parts.tsx'

export interface FindingText {
  readonly title: string
  readonly reason: string
  readonly nextStep: string | undefined
}

export interface Summary {
  readonly kind: 'fine' | 'warnings' | 'problems'
  readonly tone: Tone
  readonly problems: number
  readonly warnings: number
}

export function summaryOf(findings: readonly DoctorFinding[]): Summary {
  const problems = findings.filter(({ result }) => result === 'problem').length
  const warnings = findings.filter(({ result }) => result === 'warning').length
  if (problems > 0) return { kind: 'problems', tone: 'danger', problems, warnings }
  if (warnings > 0) return { kind: 'warnings', tone: 'warning', problems, warnings }
  return { kind: 'fine', tone: 'ok', problems, warnings }
}

/** Problems first, what was skipped last; else as the engine has them. */
export function byUrgency(findings: readonly DoctorFinding[]): DoctorFinding[] {
  const order = { problem: 0, warning: 1, ok: 2, skipped: 3 }
  return [...findings].sort((a, b) => order[a.result] - order[b.result])
}

export function reportOf(
  findings: readonly DoctorFinding[],
  node: NodeStatus,
  examinedAt: string,
  text: (finding: DoctorFinding) => FindingText,
): string {
  const lines = findings.map((finding) => {
    const { title, reason, nextStep } = text(finding)
    const step = nextStep === undefined ? '' : `\n    → ${nextStep}`
    return `[${finding.result}] ${title} (${finding.id}/${finding.code})\n    ${reason}${step}`
  })
  return [`Shoal ${node.version} · ${node.network} · ${examinedAt}`, '', ...lines, ''].join('\n')
}
