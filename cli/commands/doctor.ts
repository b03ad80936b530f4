/** `shoal doctor`: the engine's findings about this machine, each with its reason and a next step. Exit 1 when one is a problem. Rule [CL1]. */
import type { DoctorFinding } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { type Context, withSession } from '../context.ts'
import { EXIT } from '../exit-codes.ts'

const MARK: Record<DoctorFinding['result'], string> = {
  ok: 'ok',
  warning: 'warning',
  problem: 'PROBLEM',
  skipped: 'skipped',
}

export async function doctor(context: Context): Promise<number> {
  const { io, signal } = context
  return withSession(context, { embed: true }, async ({ api }) => {
    io.status('Looking…')
    const findings = await api.doctor({ signal })
    io.status('')
    io.data(findings)
    for (const { title, result, reason, nextStep } of findings) {
      io.result(`${MARK[result].padEnd(9)}${visible(title)}: ${visible(reason)}`)
      if (nextStep !== undefined && (result === 'warning' || result === 'problem'))
        io.result(`         ${visible(nextStep)}`)
    }
    return findings.some((finding) => finding.result === 'problem') ? EXIT.failure : EXIT.ok
  })
}
