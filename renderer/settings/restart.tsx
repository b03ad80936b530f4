/** Starting the engine anew from the window, where the shell can; and the word about what waits for it. */
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { Notice } from '../design/parts.tsx'
import { useErrorToast } from '../design/use-error-toast.ts'
import { useShell } from '../shell/shell-context.ts'
import { useSettingsEditor } from './settings-editor.tsx'

export function RestartButton() {
  const t = useTranslations('settings.restart')
  const tell = useErrorToast()
  const shell = useShell()
  const [isBusy, setIsBusy] = useState(false)
  if (!shell.capabilities.restartEngine) return null
  const restart = () => {
    setIsBusy(true)
    shell
      .restartEngine()
      .catch(tell)
      .finally(() => setIsBusy(false))
  }
  return (
    <Button icon={<RotateCcw aria-hidden />} isDisabled={isBusy} onPress={restart}>
      {t('now')}
    </Button>
  )
}

/** Over the sections, while settings wait for the next start. */
export function WaitingNotice() {
  const t = useTranslations('settings.restart')
  const { capabilities } = useShell()
  const { view } = useSettingsEditor()
  if (view.waiting.length === 0) return null
  return (
    <Notice tone="warning" icon={<RotateCcw aria-hidden />} actions={<RestartButton />}>
      {t('waiting', { count: view.waiting.length })} {t(capabilities.restartEngine ? 'hint' : 'byHand')}
    </Notice>
  )
}
