/** A text for the clipboard. The browser may not allow it: that is said, with what helps instead. */
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { toastError } from './toasts.tsx'

export function useCopy(): (text: string, onCopied?: () => void) => void {
  const t = useTranslations('common')
  return useCallback(
    (text, onCopied) => {
      navigator.clipboard.writeText(text).then(onCopied, () => toastError(t('copyFailed'), t('copyFailedHelp')))
    },
    [t],
  )
}
