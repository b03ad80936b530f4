/** Why a link was refused, in the user's language: by the reason that the engine names, else by the error's code. */
import { useTranslations } from 'use-intl'
import { ShoalError } from '../../shared/contract/errors.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { LINK_REASONS } from './link-shape.ts'

export function useLinkErrorText(): (error: unknown) => string {
  const t = useTranslations('receive.refused')
  const errorText = useErrorText()
  return (error) => {
    if (!(error instanceof ShoalError) || error.code !== 'LINK_INVALID') return errorText(error)
    const { reason } = error.facts
    const known = LINK_REASONS.find((one) => one === reason)
    return known === undefined ? errorText(error) : t(known)
  }
}
