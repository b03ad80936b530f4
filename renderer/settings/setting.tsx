/** One setting: its control, and below it whether it was saved, waits for a restart, or is decided elsewhere. Rule [UI32]. */
import { Check, CircleAlert, LoaderCircle, Lock, RotateCcw } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '../design/classes.ts'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

interface SettingProps {
  /** Dotted name, as the contract has it. */
  readonly field: string
  readonly children: ReactNode
}

export function Setting({ field, children }: SettingProps) {
  return (
    <div className={css.setting}>
      {children}
      <SettingNotes field={field} />
    </div>
  )
}

export function SettingNotes({ field }: { field: string }) {
  const t = useTranslations('settings')
  const { view, statusOf } = useSettingsEditor()
  const status = statusOf(field)
  return (
    <div className={css.notes} role="status">
      {status.state === 'saving' ? (
        <Note icon={<LoaderCircle aria-hidden />}>{t('saving')}</Note>
      ) : status.state === 'saved' ? (
        <Note icon={<Check aria-hidden />} tone="ok">
          {t('saved')}
        </Note>
      ) : status.state === 'refused' ? (
        <Note icon={<CircleAlert aria-hidden />} tone="danger">
          {t('refused', { reason: status.reason })}
        </Note>
      ) : null}
      {view.fixed.includes(field) ? <Note icon={<Lock aria-hidden />}>{t('fixed')}</Note> : null}
      {view.waiting.includes(field) ? (
        <Note icon={<RotateCcw aria-hidden />} tone="warning">
          {t('afterRestart')}
        </Note>
      ) : null}
    </div>
  )
}

function Note({ icon, tone, children }: { icon: ReactNode; tone?: 'ok' | 'warning' | 'danger'; children: ReactNode }) {
  return (
    <p className={classes(css.note, tone !== undefined && css[tone])}>
      {icon}
      <span>{children}</span>
    </p>
  )
}

/** A name over a control that has none in sight itself. */
export function Labelled({ label, hint, children }: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <div className={css.labelled}>
      {/* The control says the same to a screen reader. */}
      <span className={css.label} aria-hidden>
        {label}
      </span>
      {children}
      {hint === undefined ? null : <span className={css.hint}>{hint}</span>}
    </div>
  )
}
