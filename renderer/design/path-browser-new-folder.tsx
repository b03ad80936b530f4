/** Makes a folder in the one that the path browser shows; what is wrong with its name is said beside it. */
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useErrorText } from '../i18n/error-text.ts'
import { useShell } from '../shell/shell-context.ts'
import { Button } from './button.tsx'
import { TextField } from './field.tsx'

export function NewFolder({ parent, onDone }: { parent: string; onDone: (path?: string) => void }) {
  const t = useTranslations('common')
  const shell = useShell()
  const errorText = useErrorText()
  const [name, setName] = useState('')
  const [error, setError] = useState<string>()
  const create = () => {
    if (name.trim() === '') return
    shell.createFolder(parent, name.trim()).then(onDone, (reason: unknown) => setError(errorText(reason)))
  }
  return (
    <TextField
      label={t('browser.newFolder')}
      value={name}
      onChange={setName}
      onSubmit={create}
      error={error}
      autoFocus
      maxLength={255}
      suffix={
        <>
          <Button isDisabled={name.trim() === ''} onPress={create}>
            {t('browser.create')}
          </Button>
          <Button variant="quiet" onPress={() => onDone()}>
            {t('cancel')}
          </Button>
        </>
      }
    />
  )
}
