/** "Slow from 9 to 17": other limits at some times on some days, and a sentence that says what counts now. Rule [UI33]. */
import { Clock } from 'lucide-react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useLocale, useTranslations } from 'use-intl'
import type { Schedule } from '../../shared/contract/settings.ts'
import { useSecond } from '../app/use-second.ts'
import { Switch } from '../design/field.tsx'
import { Card, Notice } from '../design/parts.tsx'
import { useFormats } from '../i18n/formats.ts'
import { dayName, momentText, readTime, timeText, weekdaysOf, whatCounts } from './schedule-words.ts'
import { Labelled, Setting } from './setting.tsx'
import { RateSetting, TextSetting } from './setting-inputs.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

export function ScheduleCard() {
  const t = useTranslations('settings.speed')
  const { settings, change, isOff } = useSettingsEditor()
  const { schedule } = settings
  const set = (field: keyof Schedule, patch: Partial<Schedule>) => void change(`schedule.${field}`, { schedule: patch })
  return (
    <Card title={t('schedule')}>
      <div className={css.stack}>
        <Setting field="schedule.enabled">
          <Switch
            isSelected={schedule.enabled}
            isDisabled={isOff('schedule.enabled')}
            hint={t('scheduleHint')}
            onChange={(enabled) => set('enabled', { enabled })}
          >
            {t('scheduleOn')}
          </Switch>
        </Setting>
        {schedule.enabled ? (
          <>
            <div className={css.pair}>
              <TimeSetting field="fromMinute" label={t('from')} />
              <TimeSetting field="toMinute" label={t('to')} hint={endHint(schedule)} />
            </div>
            <Setting field="schedule.days">
              <Days days={schedule.days} onChange={(days) => set('days', { days })} />
            </Setting>
            <div className={css.pair}>
              <RateSetting
                field="schedule.down"
                label={t('slowDown')}
                value={schedule.down}
                patch={(down) => ({ schedule: { down } })}
              />
              <RateSetting
                field="schedule.up"
                label={t('slowUp')}
                value={schedule.up}
                patch={(up) => ({ schedule: { up } })}
              />
            </div>
          </>
        ) : null}
        <CountsNow />
      </div>
    </Card>
  )
}

function CountsNow() {
  const t = useTranslations('settings.speed')
  const locale = useLocale()
  const { rate } = useFormats()
  const { settings, view } = useSettingsEditor()
  const { limits, schedule } = settings
  const counts = whatCounts(schedule, view)
  const nowAt = useSecond(schedule.enabled)
  if (counts.kind === 'off') return null
  const counting = counts.kind === 'slow' ? schedule : limits
  const limit = (bytesPerSecond: number | null) => (bytesPerSecond === null ? t('noLimit') : rate(bytesPerSecond))
  const changes =
    counts.kind === 'no-days' || counts.changesAt === undefined ? 'never' : momentText(counts.changesAt, nowAt, locale)
  return (
    <Notice tone="info" icon={<Clock aria-hidden />}>
      {counts.kind === 'no-days'
        ? t('noDays')
        : t(`now.${counts.kind}`, { down: limit(counting.down), up: limit(counting.up) })}{' '}
      {changes === 'never' ? null : t(counts.kind === 'slow' ? 'thenUsual' : 'thenSlow', { time: changes })}
    </Notice>
  )
}

function Days({ days, onChange }: { days: readonly number[]; onChange: (days: number[]) => void }) {
  const t = useTranslations('settings.speed')
  const locale = useLocale()
  const { isOff } = useSettingsEditor()
  return (
    <Labelled label={t('days')}>
      <ToggleButtonGroup
        aria-label={t('days')}
        selectionMode="multiple"
        isDisabled={isOff('schedule.days')}
        selectedKeys={days.map(String)}
        onSelectionChange={(keys) => onChange([...keys].map(Number).sort((a, b) => a - b))}
        className={css.days ?? ''}
      >
        {weekdaysOf(locale).map((day) => (
          <ToggleButton key={day} id={String(day)} className={css.day ?? ''}>
            <span aria-hidden>{dayName(day, locale, 'short')}</span>
            <span className="visually-hidden">{dayName(day, locale, 'long')}</span>
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Labelled>
  )
}

interface TimeSettingProps {
  readonly field: 'fromMinute' | 'toMinute'
  readonly label: string
  readonly hint?: 'wholeDay' | 'overMidnight' | undefined
}

function TimeSetting({ field, label, hint }: TimeSettingProps) {
  const t = useTranslations('settings.speed')
  const locale = useLocale()
  const { settings } = useSettingsEditor()
  const minute = settings.schedule[field]
  return (
    <div className={css.time}>
      <TextSetting
        field={`schedule.${field}`}
        label={label}
        value={timeText(minute, locale)}
        maxLength={12}
        refuse={(text) => (readTime(text) === undefined ? t('notATime') : undefined)}
        patch={(text) => ({ schedule: { [field]: readTime(text) ?? minute } })}
        {...(hint === undefined ? {} : { hint: t(hint) })}
      />
    </div>
  )
}

function endHint({ fromMinute, toMinute }: Schedule): TimeSettingProps['hint'] {
  if (toMinute > fromMinute) return undefined
  return toMinute === fromMinute ? 'wholeDay' : 'overMidnight'
}
