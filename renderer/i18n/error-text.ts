/** A failure in the user's language: by its code and facts; what has no wording of ours is told as it came. */
import { useTranslations } from 'use-intl'
import { ERROR_CODES, ShoalError } from '../../shared/contract/errors.ts'

export function useErrorText(): (error: unknown) => string {
  const t = useTranslations('errors')
  return (error) => {
    if (!(error instanceof ShoalError) || !ERROR_CODES.includes(error.code))
      return error instanceof Error ? error.message : String(error)
    // The sentence of the engine says more than a code can; it is kept behind ours.
    return `${t(`code.${error.code}`)} ${error.message}`
  }
}
