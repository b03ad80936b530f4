/** One command on many shares: a few at a time; what fails is counted and told once, with the reason of the first. */
import { useTranslations } from 'use-intl'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { toastError } from '../design/toasts.tsx'
import { useApi } from '../engine/hooks.ts'
import { useErrorText } from '../i18n/error-text.ts'

/** The engine answers 256 commands of a connection at once (MAX_COMMANDS_IN_FLIGHT); others need some of them. */
const AT_ONCE = 16

export type RunOnAll = (
  shares: readonly ShareSummary[],
  run: (api: EngineApi, share: ShareSummary) => Promise<unknown>,
) => Promise<boolean>

/** Resolves with whether all went well; what did not was told. */
export function useRunOnAll(): RunOnAll {
  const api = useApi()
  const t = useTranslations('transfers')
  const errors = useTranslations('errors')
  const errorText = useErrorText()
  return async (shares, run) => {
    if (api === undefined) {
      toastError(errors('engineGone'))
      return false
    }
    const failures: unknown[] = []
    const waiting = shares[Symbol.iterator]()
    const work = async () => {
      for (const share of waiting) {
        try {
          await run(api, share)
        } catch (error) {
          failures.push(error)
        }
      }
    }
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, shares.length) }, work))
    if (failures.length === 0) return true
    const title =
      shares.length === 1 ? errors('title') : t('someFailed', { failed: failures.length, all: shares.length })
    toastError(title, errorText(failures[0]))
    return false
  }
}
