/**
 * Why a share is in trouble, and what would help, in the user's language: from code and facts, as [FL16] lists them. Facts
 * that are not there leave a shorter sentence. The engine's own English sentence is not used: only its technical `detail`,
 * which has no other form. Rules [UI26] [UI89].
 */
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import type { Trouble } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { useFormats } from './formats.ts'

/** What a message's `select` is given where there is no such fact. */
const NONE = 'unsaid'

/** `name`: what the trouble is about, for those of a share that is one file. */
export type TroubleText = (
  about: { readonly name: string },
  trouble: Pick<Trouble, 'code' | 'facts' | 'path'>,
) => string

export function useTroubleText(): TroubleText {
  const t = useTranslations('states.trouble')
  const { bytes, number } = useFormats()
  return useCallback(
    ({ name }, { code, facts = {}, path }) => {
      const text = (key: string) => {
        const value = facts[key]
        return typeof value === 'string' && value !== '' ? visible(value) : undefined
      }
      // A selector of a message is one identifier: no hyphens.
      const choice = (key: string) => text(key)?.replaceAll('-', '_') ?? NONE
      const count = (key: string) => (typeof facts[key] === 'number' ? facts[key] : 0)
      const size = (key: string) => (typeof facts[key] === 'number' ? bytes(facts[key]) : NONE)
      const exact = (key: string) => (typeof facts[key] === 'number' ? `${number(facts[key])}\u00a0B` : NONE)
      const where = text('path') ?? (path === undefined || path === '' ? undefined : visible(path))
      return t(code, {
        cause: choice('cause'),
        path: where ?? visible(name),
        system: text('system') ?? NONE,
        detail: text('detail') ?? NONE,
        origin: choice('origin'),
        known: count('known'),
        relayed: count('relayed'),
        others: count('others'),
        free: size('freeBytes'),
        needed: size('neededBytes'),
        ...sizesApart(size('wasBytes'), size('nowBytes'), exact('wasBytes'), exact('nowBytes')),
      })
    },
    [t, bytes, number],
  )
}

/** Two sizes that would read alike are told to the byte. */
function sizesApart(was: string, now: string, exactWas: string, exactNow: string) {
  return was === now ? { was: exactWas, now: exactNow } : { was, now }
}
