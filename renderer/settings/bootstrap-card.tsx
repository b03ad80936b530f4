/** Peers to begin with, besides those that everybody knows. The engine judges an address; what it refuses is said. */
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button, IconButton } from '../design/button.tsx'
import { TextField } from '../design/field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Card } from '../design/parts.tsx'
import { isPeerAddress } from './refusals.ts'
import { Setting } from './setting.tsx'
import css from './settings.module.css'
import { useSettingsEditor } from './settings-editor.tsx'

const FIELD = 'network.bootstrap'
/** As the contract has them. */
const MAX_BOOTSTRAP = 32
const MAX_ADDRESS_LENGTH = 512

export function BootstrapCard() {
  const t = useTranslations('settings.network')
  const { settings, change, isOff } = useSettingsEditor()
  const { bootstrap } = settings.network
  const [draft, setDraft] = useState('')
  const address = draft.trim()
  const isKnown = bootstrap.includes(address)
  const [isTried, setIsTried] = useState(false)
  const isRefused = address !== '' && !isPeerAddress(address)
  const keep = (next: string[]) => change(FIELD, { network: { bootstrap: next } })
  const add = async () => {
    setIsTried(true)
    if (address === '' || isKnown || isRefused) return
    if (!(await keep([...bootstrap, address]))) return
    setDraft('')
    setIsTried(false)
  }
  return (
    <Card title={t('bootstrap')}>
      <p className={css.lead}>{t('bootstrapHint')}</p>
      {bootstrap.length === 0 ? (
        <p className={css.lead}>{t('noBootstrap')}</p>
      ) : (
        <ul className={css.paths}>
          {bootstrap.map((one) => (
            <li key={one}>
              <span className={css.path}>
                <NetworkText text={one} mono />
              </span>
              <IconButton
                label={t('removeAddress')}
                size="sm"
                isDisabled={isOff(FIELD)}
                onPress={() => void keep(bootstrap.filter((other) => other !== one))}
              >
                <X aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <Setting field={FIELD}>
        {bootstrap.length >= MAX_BOOTSTRAP ? (
          <p className={css.hint}>{t('bootstrapFull', { most: MAX_BOOTSTRAP })}</p>
        ) : (
          <TextField
            label={t('addAddress')}
            value={draft}
            onChange={setDraft}
            onSubmit={() => void add()}
            mono
            maxLength={MAX_ADDRESS_LENGTH}
            placeholder="/dns4/peer.example.org/tcp/4001/p2p/12D3KooW…"
            isDisabled={isOff(FIELD)}
            error={isKnown ? t('addressKnown') : isTried && isRefused ? t('addressForm') : undefined}
            suffix={
              <Button
                icon={<Plus aria-hidden />}
                isDisabled={isOff(FIELD) || address === '' || isKnown}
                onPress={() => void add()}
              >
                {t('add')}
              </Button>
            }
          />
        )}
      </Setting>
    </Card>
  )
}
