/** Commands from buttons: what fails is told in a toast, in the user's language, with what would help. */
import { useTranslations } from 'use-intl'
import type { EngineApi } from '../../shared/contract/engine-api.ts'
import { toastError } from '../design/toasts.tsx'
import { useErrorToast } from '../design/use-error-toast.ts'
import { useApi } from './hooks.ts'

/** Returns the result, or undefined when it failed (and was told) or the engine cannot be reached. */
export function useCommand(): <T>(run: (api: EngineApi) => Promise<T>) => Promise<T | undefined> {
  const api = useApi()
  const t = useTranslations('errors')
  const tell = useErrorToast()
  return async (run) => {
    if (api === undefined) {
      toastError(t('engineGone'))
      return undefined
    }
    try {
      return await run(api)
    } catch (error) {
      tell(error)
      return undefined
    }
  }
}
