/** The field for a link, with a button that looks at the clipboard: only when it is pressed, and only for a link. Rule [UI3]. */
import { ClipboardPaste } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { linkIn } from './link-shape.ts'

interface Props {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Enter, or a link that was found on the clipboard. */
  readonly onSubmit: (link: string) => void
  readonly error?: string | undefined
  readonly autoFocus?: boolean
  readonly hideLabel?: boolean
}

export function LinkField(props: Props) {
  const { value, onChange, onSubmit, error, autoFocus = false, hideLabel = false } = props
  const t = useTranslations('receive')
  const [clipboard, setClipboard] = useState<string>()
  const paste = async () => {
    try {
      const link = linkIn(await navigator.clipboard.readText())
      if (link === undefined) {
        setClipboard(t('clipboardEmpty'))
        return
      }
      setClipboard(undefined)
      onChange(link)
      onSubmit(link)
    } catch {
      setClipboard(t('clipboardRefused'))
    }
  }
  return (
    <TextField
      label={t('link')}
      hideLabel={hideLabel}
      value={value}
      onChange={(text) => {
        setClipboard(undefined)
        onChange(text)
      }}
      onSubmit={() => onSubmit(value)}
      autoFocus={autoFocus}
      error={error ?? clipboard}
      placeholder="shoal:baf…"
      mono
      suffix={
        <Button onPress={() => void paste()} icon={<ClipboardPaste aria-hidden />}>
          {t('fromClipboard')}
        </Button>
      }
    />
  )
}
