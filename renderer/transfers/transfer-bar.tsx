/**
 * The progress of a share in little: what is here, and whether the rest can be had now. The pale part is wanted and has a
 * reachable copy of each chunk; the hatched part has at least one chunk that nobody reachable holds. Chunk by chunk it is
 * drawn on the screen of the share. Rule [UI31].
 */
import { memo } from 'react'
import { useTranslations } from 'use-intl'
import { classes } from '../design/classes.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './transfers.module.css'

export interface TransferBarProps {
  /** Undefined: what it contains is not known. */
  readonly fraction: number | undefined
  /** `unknown`: nobody is asked what they have now. */
  readonly rest: 'reachable' | 'unreachable' | 'unknown'
  readonly tone: 'normal' | 'paused' | 'trouble' | 'whole'
}

export const TransferBar = memo(function TransferBar({ fraction, rest, tone }: TransferBarProps) {
  const t = useTranslations('transfers')
  const { percent } = useFormats()
  // Not rounded up: 100 % is said only when it is all here.
  const shown =
    fraction === undefined ? undefined : fraction === 1 ? 1 : Math.min(Math.floor(fraction * 1_000) / 1_000, 0.999)
  return (
    <span className={css.progress}>
      <span
        role="progressbar"
        aria-label={t('columns.progress')}
        {...(shown === undefined ? {} : { 'aria-valuenow': Math.floor(shown * 100) })}
        aria-valuemin={0}
        aria-valuemax={100}
        title={
          shown === 1 || fraction === undefined
            ? undefined
            : t(rest === 'reachable' ? 'restReachable' : 'restUnreachable')
        }
        className={classes(css.bar, fraction === undefined ? css.noSize : css[rest])}
      >
        <span className={classes(css.have, css[`tone-${tone}`])} style={{ width: `${(shown ?? 0) * 100}%` }} />
      </span>
      <span className={classes(css.percent, 'numeric')}>
        {shown === undefined ? '–' : percent(shown, shown === 1 || shown === 0 ? 0 : 1)}
      </span>
    </span>
  )
})
