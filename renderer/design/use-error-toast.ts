/** A failure of what somebody asked for, told in a toast: in the user's language, with what would help. */
import { useTranslations } from 'use-intl'
import { useErrorText } from '../i18n/error-text.ts'
import { toastError } from './toasts.tsx'

export function useErrorToast(): (error: unknown) => void {
  const t = useTranslations('errors')
  const errorText = useErrorText()
  return (error) => toastError(t('title'), errorText(error))
}
