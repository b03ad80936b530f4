/** How far this node reaches, each choice with what it means. */
import { Globe, Laptop, Wifi } from 'lucide-react'
import type { ReactNode } from 'react'
import { Radio, RadioGroup } from 'react-aria-components'
import { useTranslations } from 'use-intl'
import type { NetworkMode } from '../../shared/contract/settings.ts'
import css from './settings.module.css'

const MODES: readonly { readonly id: NetworkMode; readonly icon: ReactNode }[] = [
  { id: 'internet', icon: <Globe aria-hidden /> },
  { id: 'lan', icon: <Wifi aria-hidden /> },
  { id: 'local', icon: <Laptop aria-hidden /> },
]

interface NetworkModeChoiceProps {
  readonly mode: NetworkMode
  readonly isDisabled: boolean
  readonly onChange: (mode: NetworkMode) => void
}

export function NetworkModeChoice({ mode, isDisabled, onChange }: NetworkModeChoiceProps) {
  const t = useTranslations('settings.network')
  return (
    <RadioGroup
      aria-label={t('reach')}
      value={mode}
      isDisabled={isDisabled}
      onChange={(chosen) => {
        const next = MODES.find(({ id }) => id === chosen)
        if (next !== undefined) onChange(next.id)
      }}
      className={css.modes ?? ''}
    >
      {MODES.map(({ id, icon }) => (
        <Radio key={id} value={id} className={css.mode ?? ''}>
          {icon}
          <span>
            <span className={css.modeName}>{t(`modes.${id}`)}</span>
            <span className={css.hint}>{t(`modeHints.${id}`)}</span>
          </span>
        </Radio>
      ))}
    </RadioGroup>
  )
}
