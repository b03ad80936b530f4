/** A field for a speed limit: a number and its unit; empty is no limit. What cannot be one is said below it. Rule [UI30]. */
import { useLocale, useTranslations } from 'use-intl'
import { Select, TextField } from './field.tsx'
import css from './rate-field.module.css'
import { RATE_UNITS, type RateDraft, readRate } from './rate-input.ts'

export interface RateFieldProps {
  readonly label: string
  readonly draft: RateDraft
  readonly onChange: (draft: RateDraft) => void
  /** Enter, leaving the field, or another unit. */
  readonly onCommit?: (draft: RateDraft) => void
  /** What stands in the empty field; "no limit" when absent. */
  readonly placeholder?: string
  readonly isDisabled?: boolean
  readonly hint?: string
}

export function RateField({ label, draft, onChange, onCommit, placeholder, isDisabled, hint }: RateFieldProps) {
  const t = useTranslations('common.rate')
  const read = readRate(draft, useLocale())
  return (
    <div className={css.rate}>
      <TextField
        label={label}
        value={draft.text}
        inputMode="decimal"
        maxLength={16}
        placeholder={placeholder ?? t('noLimit')}
        isDisabled={isDisabled ?? false}
        onChange={(text) => onChange({ ...draft, text })}
        onBlur={() => onCommit?.(draft)}
        onSubmit={() => onCommit?.(draft)}
        error={read.type === 'refused' ? t(read.reason) : undefined}
        {...(hint === undefined ? {} : { hint })}
        suffix={
          <Select
            label={t('unit', { field: label })}
            hideLabel
            value={draft.unit}
            isDisabled={isDisabled ?? false}
            options={RATE_UNITS.map((unit) => ({ id: unit, label: `${unit}/s` }))}
            onChange={(unit) => {
              const next = { ...draft, unit }
              onChange(next)
              onCommit?.(next)
            }}
          />
        }
      />
    </div>
  )
}
