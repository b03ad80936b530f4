/** How a finding of the doctor is put together. Pure. */
import type { DoctorFinding, NetworkMode } from '../../../shared/contract/model.ts'

type Facts = NonNullable<DoctorFinding['facts']>

interface More {
  readonly facts?: Facts
  readonly nextStep?: string
}

/** For one test: what says an outcome of it. */
export function finding(id: string, title: string) {
  return (result: DoctorFinding['result'], code: string, reason: string, more: More = {}): DoctorFinding => {
    const facts = more.facts !== undefined && Object.keys(more.facts).length > 0 ? { facts: more.facts } : {}
    return {
      id,
      title,
      result,
      code,
      reason,
      ...facts,
      ...(more.nextStep === undefined ? {} : { nextStep: more.nextStep }),
    }
  }
}

export const skipped = {
  byMode(id: string, title: string, mode: NetworkMode): DoctorFinding {
    const reason =
      mode === 'local'
        ? 'The network is set to local: nothing leaves this machine, and nothing comes in.'
        : `The network is set to ${mode}.`
    return finding(id, title)('skipped', 'mode', reason, { facts: { mode } })
  },
}
