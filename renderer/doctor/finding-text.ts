/**
 * A finding in the user's language, from its id, code and facts. A finding that has no wording here (of an engine newer
 * than this window) is told in the engine's own English; a test holds this table to the engine's codes.
 */
import { useTranslations } from 'use-intl'
import type { DoctorFinding } from '../../shared/contract/model.ts'
import type { FindingText } from './report.ts'

/** Keys made of what the engine says cannot be checked by the compiler: they are looked up before they are used. */
interface Lookup {
  has(key: string): boolean
  (key: string, values: Record<string, string | number>): string
}

export function useFindingText(): (finding: DoctorFinding) => FindingText {
  const lookup = useTranslations('doctor') as unknown as Lookup
  return ({ id, code, facts, title, reason, nextStep }) => {
    const values = wordable(facts ?? {})
    const base = `outcomes.${id}.${code}`
    const isWorded = lookup.has(`${base}.reason`)
    return {
      title: lookup.has(`titles.${id}`) ? lookup(`titles.${id}`, values) : title,
      reason: isWorded ? lookup(`${base}.reason`, values) : reason,
      nextStep: !isWorded ? nextStep : lookup.has(`${base}.next`) ? lookup(`${base}.next`, values) : undefined,
    }
  }
}

/** Messages take texts and numbers; of a boolean they `select` its name. */
function wordable(facts: Readonly<Record<string, string | number | boolean>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
  )
}
