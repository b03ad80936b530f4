/** A text to copy, with the button that does it and says so only when it is done. */
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from './button.tsx'
import css from './copy-field.module.css'
import { useCopy } from './use-copy.ts'

const SAID_FOR_MS = 2_500

export function CopyButton(props: {
  /** A function where making the text takes a while: it is made when it is wanted. */
  text: string | (() => string)
  label: string
  variant?: 'primary' | 'secondary'
  size?: 'sm' | 'md'
}) {
  const t = useTranslations('common')
  const copy = useCopy()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SAID_FOR_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <Button
      variant={props.variant ?? 'secondary'}
      size={props.size ?? 'md'}
      onPress={() => copy(typeof props.text === 'string' ? props.text : props.text(), () => setCopied(true))}
      icon={copied ? <Check aria-hidden /> : <Copy aria-hidden />}
    >
      <span aria-live="polite">{copied ? t('copied') : props.label}</span>
    </Button>
  )
}

export function CopyField({ text, label, buttonLabel }: { text: string; label: string; buttonLabel: string }) {
  return (
    <div className={css.row}>
      <input
        className={`${css.text ?? ''} mono`}
        aria-label={label}
        value={text}
        readOnly
        onFocus={(event) => event.target.select()}
      />
      <CopyButton text={text} label={buttonLabel} variant="primary" />
    </div>
  )
}
