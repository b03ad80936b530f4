/** What can be done with a share from its sheet: stop sharing it (after a question), see its details, close the sheet. */
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Checkbox } from '../design/field.tsx'
import { toastDone } from '../design/toasts.tsx'
import { useApi, useReplica, useSwarm } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { holdersOf, wholeCopiesElsewhere } from './copies.ts'
import css from './share.module.css'
import { isUploadCopy } from './upload-copy.ts'

export function ShareFooter({ share, onClose }: { share: ShareSummary; onClose: () => void }) {
  const t = useTranslations('share')
  const [, navigate] = useLocation()
  const [asks, setAsks] = useState(false)
  const command = useCommand()
  const isPaused = share.state === 'paused' && share.trouble === undefined
  return (
    <>
      <Button variant="quiet" onPress={() => setAsks(true)}>
        {t('stop')}
      </Button>
      <span className={css.gap} />
      {isPaused ? <Button onPress={() => void command((api) => api.resume(share.root))}>{t('resume')}</Button> : null}
      <Button
        onPress={() => {
          onClose()
          navigate(`/transfers/${share.root}`)
        }}
      >
        {t('details')}
      </Button>
      <Button variant="primary" onPress={onClose}>
        {t('done')}
      </Button>
      {asks ? <StopDialog share={share} onStopped={onClose} onClose={() => setAsks(false)} /> : null}
    </>
  )
}

function StopDialog(props: { share: ShareSummary; onStopped: () => void; onClose: () => void }) {
  const { share, onStopped, onClose } = props
  const t = useTranslations('share')
  const command = useCommand()
  const api = useApi()
  const profile = useReplica((replica) => replica.node.profile)
  const swarm = useSwarm(share.root)
  const { chunkCount } = share
  const others = wholeCopiesElsewhere(holdersOf(chunkCount === undefined ? {} : { chunkCount }, swarm.values()))
  const isCopy = isUploadCopy(share, profile)
  const [deletesCopy, setDeletesCopy] = useState(true)
  const stop = async () => {
    const withData = isCopy && deletesCopy
    const done = await command(async (engine) => {
      await engine.remove({ root: share.root, withData })
      return true
    })
    if (done !== true) return
    toastDone(t('stopped', { name: visible(share.name) }))
    onStopped()
  }
  return (
    <Dialog
      isOpen
      role="alertdialog"
      size="sm"
      title={t('stopTitle')}
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{t('keepSharing')}</Button>
          <Button variant="danger" isDisabled={api === undefined} onPress={() => void stop()}>
            {t('stop')}
          </Button>
        </>
      }
    >
      <div className={css.stop}>
        <p>{t(isCopy ? 'stopCopy' : share.origin === 'in-place' ? 'stopInPlace' : 'stopFetched')}</p>
        <p>{t('stopOthers', { others })}</p>
        {isCopy ? (
          <Checkbox isSelected={deletesCopy} onChange={setDeletesCopy}>
            {t('deleteCopy')}
          </Checkbox>
        ) : null}
      </div>
    </Dialog>
  )
}
