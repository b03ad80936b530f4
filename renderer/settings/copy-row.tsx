/** Something to copy, read rather than pressed: quieter than the field of a link. */
import { useTranslations } from 'use-intl'
import { CopyButton } from '../design/copy-field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import css from './settings.module.css'

export function CopyRow({ text }: { text: string }) {
  const common = useTranslations('common')
  return (
    <div className={css.copyRow}>
      <span className={css.path}>
        <NetworkText text={text} mono />
      </span>
      <CopyButton text={text} label={common('copy')} size="sm" />
    </div>
  )
}
