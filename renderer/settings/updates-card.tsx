/** Newer versions of the app: whether it looks for them, and how far it is with one. */
import { Download, RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { UpdateState } from '../../shared/shell/shell-api.ts'
import { Button } from '../design/button.tsx'
import { Switch } from '../design/field.tsx'
import { Card, ProgressBar } from '../design/parts.tsx'
import { useErrorToast } from '../design/use-error-toast.ts'
import { useShell } from '../shell/shell-context.ts'
import { Setting } from './setting.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

const FIELD = 'desktop.checkForUpdates'

export function UpdatesCard() {
  const t = useTranslations('settings.updates')
  const tell = useErrorToast()
  const shell = useShell()
  const { settings, change, isOff } = useSettingsEditor()
  const [update, setUpdate] = useState<UpdateState>({ state: 'off' })
  useEffect(() => shell.onUpdate(setUpdate), [shell])
  const run = (what: () => Promise<void>) => void what().catch(tell)
  const isBusy = update.state === 'checking' || update.state === 'downloading'
  return (
    <Card title={t('title')}>
      <div className={css.stack}>
        <Setting field={FIELD}>
          <Switch
            isSelected={settings.desktop.checkForUpdates}
            isDisabled={isOff(FIELD)}
            hint={t('checkHint')}
            onChange={(checkForUpdates) => void change(FIELD, { desktop: { checkForUpdates } })}
          >
            {t('check')}
          </Switch>
        </Setting>
        <div className={css.inline}>
          {update.state === 'ready' ? (
            <Button variant="primary" icon={<Download aria-hidden />} onPress={() => run(() => shell.installUpdate())}>
              {t('install', { version: update.version })}
            </Button>
          ) : (
            <Button
              icon={<RefreshCw aria-hidden />}
              isDisabled={isBusy}
              onPress={() => run(() => shell.checkForUpdates())}
            >
              {t('checkNow')}
            </Button>
          )}
          <span role="status" className={css.hint}>
            {updateText(t, update)}
          </span>
        </div>
        {update.state === 'downloading' ? <ProgressBar label={t('downloading')} fraction={update.fraction} /> : null}
      </div>
    </Card>
  )
}

function updateText(t: ReturnType<typeof useTranslations<'settings.updates'>>, update: UpdateState): string {
  switch (update.state) {
    case 'off':
      return ''
    case 'failed':
      return t('failed', { reason: update.reason })
    case 'ready':
      return t('ready')
    default:
      return t(update.state)
  }
}
