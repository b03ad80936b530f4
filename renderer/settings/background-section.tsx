/** What Shoal does by itself: at login, without a window, when something is done. Only what this shell can do is shown. Rule [UI34]. */
import { Bell, Info } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import type { Settings } from '../../shared/contract/settings.ts'
import { Button } from '../design/button.tsx'
import { Switch } from '../design/field.tsx'
import { Card, Notice } from '../design/parts.tsx'
import { useShell } from '../shell/shell-context.ts'
import { Setting } from './setting.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'
import { UpdatesCard } from './updates-card.tsx'

export function BackgroundSection() {
  const t = useTranslations('settings.background')
  const { capabilities } = useShell()
  const hasStart = capabilities.startAtLogin || capabilities.background
  return (
    <>
      {hasStart ? (
        <Card title={t('start')}>
          <div className={css.stack}>
            {capabilities.startAtLogin ? <DesktopSwitch field="startAtLogin" /> : null}
            {capabilities.background ? <DesktopSwitch field="keepInBackground" /> : null}
          </div>
        </Card>
      ) : null}
      {capabilities.kind === 'browser' ? (
        <Notice tone="info" icon={<Info aria-hidden />}>
          {t('browser')}
        </Notice>
      ) : null}
      <NotificationsCard />
      {capabilities.updates ? <UpdatesCard /> : null}
    </>
  )
}

function DesktopSwitch({ field }: { field: 'startAtLogin' | 'keepInBackground' }) {
  const t = useTranslations('settings.background')
  const { settings, change, isOff } = useSettingsEditor()
  return (
    <Setting field={`desktop.${field}`}>
      <Switch
        isSelected={settings.desktop[field]}
        isDisabled={isOff(`desktop.${field}`)}
        hint={t(`${field}Hint`)}
        onChange={(isOn) => void change(`desktop.${field}`, { desktop: { [field]: isOn } })}
      >
        {t(field)}
      </Switch>
    </Setting>
  )
}

function NotificationsCard() {
  const t = useTranslations('settings.background')
  const { notifications } = useShell().capabilities
  const { settings, change, isOff } = useSettingsEditor()
  if (notifications === 'none')
    return (
      <Card title={t('notifications')}>
        <p className={css.hint}>{t('noNotifications')}</p>
      </Card>
    )
  const toggle = (field: keyof Pick<Settings['ui'], 'notifyDone' | 'notifyTrouble'>) => (
    <Setting field={`ui.${field}`}>
      <Switch
        isSelected={settings.ui[field]}
        isDisabled={isOff(`ui.${field}`)}
        onChange={(isOn) => void change(`ui.${field}`, { ui: { [field]: isOn } })}
      >
        {t(field)}
      </Switch>
    </Setting>
  )
  return (
    <Card title={t('notifications')}>
      <div className={css.stack}>
        {toggle('notifyDone')}
        {toggle('notifyTrouble')}
        {notifications === 'web' ? <BrowserPermission /> : null}
      </div>
    </Card>
  )
}

/** A browser asks the user itself, once, and only after a press. */
function BrowserPermission() {
  const t = useTranslations('settings.background')
  const [permission, setPermission] = useState(() => Notification.permission)
  if (permission === 'granted') return null
  if (permission === 'denied') return <p className={css.hint}>{t('permissionDenied')}</p>
  return (
    <div className={css.inline}>
      <Button icon={<Bell aria-hidden />} onPress={() => void Notification.requestPermission().then(setPermission)}>
        {t('allowNotifications')}
      </Button>
      <p className={css.hint}>{t('permissionNeeded')}</p>
    </div>
  )
}
