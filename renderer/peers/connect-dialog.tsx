/** Connecting to an address that somebody gave: a multiaddr with a peer id. Closes only when the connection stands. */
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ShoalError } from '../../shared/contract/errors.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { TextField } from '../design/field.tsx'
import { toastDone } from '../design/toasts.tsx'
import { useApi } from '../engine/hooks.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { peerName } from '../model/peer-name.ts'

export function ConnectDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const t = useTranslations('peers.connecting')
  const common = useTranslations('common')
  const form = useTranslations('settings.network')
  const api = useApi()
  const errorText = useErrorText()
  const [address, setAddress] = useState('')
  const [error, setError] = useState<string | undefined>(undefined)
  const [isRunning, setRunning] = useState(false)
  const cancel = useRef<AbortController>(undefined)
  useEffect(() => () => cancel.current?.abort(), [])

  const close = () => {
    cancel.current?.abort()
    setRunning(false)
    setError(undefined)
    onClose()
  }
  const connect = async () => {
    if (api === undefined || address.trim() === '' || isRunning) return
    const controller = new AbortController()
    cancel.current = controller
    setRunning(true)
    setError(undefined)
    try {
      const peer = await api.connect({ address: address.trim() }, { signal: controller.signal })
      if (controller.signal.aborted) return
      toastDone(t('done', { name: peerName(peer) }))
      setAddress('')
      setRunning(false)
      onClose()
    } catch (failure) {
      if (controller.signal.aborted) return
      setRunning(false)
      const isNoAddress = failure instanceof ShoalError && failure.code === 'BAD_INPUT'
      setError(isNoAddress ? form('addressForm') : errorText(failure))
    }
  }
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title={t('title')}
      footer={
        <>
          <Button onPress={close}>{common('cancel')}</Button>
          <Button
            variant="primary"
            // Not while it runs: the focus would be lost, and Escape with it.
            isDisabled={address.trim() === '' || api === undefined}
            onPress={connect}
          >
            {isRunning ? t('running') : t('connect')}
          </Button>
        </>
      }
    >
      <TextField
        autoFocus
        mono
        label={t('address')}
        value={address}
        onChange={setAddress}
        onSubmit={connect}
        error={error}
        hint={t('hint')}
        placeholder="/ip4/192.168.1.20/tcp/4001/p2p/12D3KooW…"
      />
    </Dialog>
  )
}
