/** Something to copy, read rather than pressed: quieter than the field of a link. */
import { CopyButton } from '../design/copy-field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import css from './settings.module.css'

export function CopyRow({ text, label }: { text: string; label: string }) {
  return (
    <div className={css.copyRow}>
      <span className={css.path}>
        <NetworkText text={text} mono />
      </span>
      <CopyButton text={text} label={label} size="sm" />
    </div>
  )
}
