/** Asks for a link, and says in place what is wrong with one that was refused. Rules [UI3] [UI11] [UI88]. */
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { LinkField } from './link-field.tsx'
import css from './receive.module.css'
import { useLinkErrorText } from './use-link-error-text.ts'

interface Props {
  readonly link: string
  readonly isOpening: boolean
  readonly error: unknown
  readonly onOpen: (link: string) => void
  readonly onClose: () => void
}

export function AskForLink({ link, isOpening, error, onOpen, onClose }: Props) {
  const t = useTranslations('receive')
  const common = useTranslations('common')
  const linkErrorText = useLinkErrorText()
  const [text, setText] = useState(link)
  /** The text that was refused: once it is changed, the reason no longer belongs to it. */
  const [refused, setRefused] = useState(link)
  // Nothing is switched off meanwhile: what had the focus would lose it, and Escape with it.
  const open = (wanted: string) => {
    if (wanted.trim() === '' || isOpening) return
    setText(wanted)
    setRefused(wanted)
    onOpen(wanted)
  }
  return (
    <Dialog
      isOpen
      size="md"
      title={t('title')}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button variant="primary" isDisabled={text.trim() === ''} onPress={() => open(text)}>
            {t(isOpening ? 'opening' : 'open')}
          </Button>
        </>
      }
    >
      <div className={css.ask}>
        <p className="muted">{t('askExplained')}</p>
        <LinkField
          value={text}
          onChange={setText}
          onSubmit={open}
          autoFocus
          error={error === undefined || text !== refused ? undefined : linkErrorText(error)}
        />
      </div>
    </Dialog>
  )
}
