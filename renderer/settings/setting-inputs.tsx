/** Text, numbers and speeds that are saved when the field is left or Enter is pressed. */
import { type ReactNode, useEffect, useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import type { SettingsPatch } from '../../shared/contract/settings.ts'
import { TextField } from '../design/field.tsx'
import { RateField } from '../design/rate-field.tsx'
import { draftOf, type RateDraft, readRate } from '../design/rate-input.ts'
import { Setting } from './setting.tsx'
import { useSettingsEditor } from './settings-editor.tsx'

interface RateSettingProps {
  readonly field: string
  readonly label: string
  /** What counts; null: no limit. */
  readonly value: number | null
  readonly patch: (value: number | null) => SettingsPatch
}

export function RateSetting({ field, label, value, patch }: RateSettingProps) {
  const { change, isOff } = useSettingsEditor()
  const locale = useLocale()
  const [draft, setDraft] = useState<RateDraft>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed gives way to what counts now
  useEffect(() => setDraft(undefined), [value])
  const commit = async (next: RateDraft) => {
    const read = readRate(next, locale)
    if (read.type === 'refused') return
    const wanted = read.type === 'none' ? null : read.bytesPerSecond
    if (wanted === value || (await change(field, patch(wanted)))) setDraft(undefined)
  }
  return (
    <Setting field={field}>
      <RateField
        label={label}
        draft={draft ?? draftOf(value, locale)}
        isDisabled={isOff(field)}
        onChange={setDraft}
        onCommit={(next) => void commit(next)}
      />
    </Setting>
  )
}

interface TextSettingProps {
  readonly field: string
  readonly label: string
  readonly value: string
  readonly hint?: ReactNode
  readonly placeholder?: string
  readonly maxLength?: number
  readonly inputMode?: 'text' | 'numeric'
  /** A reason why it cannot be this, or undefined. */
  readonly refuse?: (text: string) => string | undefined
  readonly patch: (text: string) => SettingsPatch
}

export function TextSetting(props: TextSettingProps) {
  const { field, label, value, hint, refuse, patch } = props
  const { change, isOff } = useSettingsEditor()
  const [draft, setDraft] = useState<string>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was typed gives way to what counts now
  useEffect(() => setDraft(undefined), [value])
  const error = draft === undefined ? undefined : refuse?.(draft.trim())
  const commit = async () => {
    if (draft === undefined || error !== undefined) return
    if (draft.trim() === value || (await change(field, patch(draft.trim())))) setDraft(undefined)
  }
  return (
    <Setting field={field}>
      <TextField
        label={label}
        value={draft ?? value}
        onChange={setDraft}
        onBlur={() => void commit()}
        onSubmit={() => void commit()}
        isDisabled={isOff(field)}
        error={error}
        maxLength={props.maxLength ?? 200}
        inputMode={props.inputMode ?? 'text'}
        {...(hint === undefined ? {} : { hint })}
        {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
      />
    </Setting>
  )
}

interface NumberSettingProps {
  readonly field: string
  readonly label: string
  readonly value: number
  readonly least: number
  readonly most: number
  readonly hint?: ReactNode
  readonly patch: (value: number) => SettingsPatch
}

export function NumberSetting({ field, label, value, least, most, hint, patch }: NumberSettingProps) {
  const t = useTranslations('settings')
  const isIn = (text: string) => /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most
  return (
    <TextSetting
      field={field}
      label={label}
      value={String(value)}
      inputMode="numeric"
      maxLength={9}
      refuse={(text) => (isIn(text) ? undefined : t('wholeNumber', { least, most }))}
      patch={(text) => patch(Number(text))}
      {...(hint === undefined ? {} : { hint })}
    />
  )
}
