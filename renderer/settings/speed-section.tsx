/** How fast everything together may be, when it is slower, and how many peers are served at once. */
import { useTranslations } from 'use-intl'
import { Card } from '../design/parts.tsx'
import { ScheduleCard } from './schedule-card.tsx'
import { NumberSetting, RateSetting } from './setting-inputs.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

/** As the contract has it. */
const MAX_UPLOAD_SLOTS = 1_000

export function SpeedSection() {
  const t = useTranslations('settings.speed')
  const { settings } = useSettingsEditor()
  const { limits } = settings
  return (
    <>
      <Card title={t('limits')}>
        <p className={css.lead}>{t('limitsHint')}</p>
        <div className={css.pair}>
          <RateSetting
            field="limits.down"
            label={t('down')}
            value={limits.down}
            patch={(down) => ({ limits: { down } })}
          />
          <RateSetting field="limits.up" label={t('up')} value={limits.up} patch={(up) => ({ limits: { up } })} />
        </div>
      </Card>
      <ScheduleCard />
      <Card title={t('slots')}>
        <div className={css.narrow}>
          <NumberSetting
            field="uploadSlots"
            label={t('uploadSlots')}
            value={settings.uploadSlots}
            least={1}
            most={MAX_UPLOAD_SLOTS}
            hint={t('uploadSlotsHint')}
            patch={(uploadSlots) => ({ uploadSlots })}
          />
        </div>
      </Card>
    </>
  )
}
