/** A link that was opened: what it brings, who has it, where it will go, and the button that begins. Rules [UI11]-[UI14]. */
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Switch } from '../design/field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { toastDone } from '../design/toasts.tsx'
import { useApi } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { useFormats } from '../i18n/formats.ts'
import { Choice } from './choice.tsx'
import { Destination } from './destination.tsx'
import { readinessOf } from './readiness.ts'
import css from './receive.module.css'
import type { ReceiveSession } from './receive-session.ts'
import { Sources } from './sources-view.tsx'
import { usePlan } from './use-plan.ts'
import { useShareFiles } from './use-share-files.ts'
import { WhatItIs } from './what-it-is.tsx'

interface Props {
  readonly session: ReceiveSession
  readonly share: ShareSummary
  readonly isNew: boolean
  readonly onClose: () => void
}

/** It was said already where to put it, or it is shared from here. */
function isStarted({ origin, path }: ShareSummary): boolean {
  return origin === 'in-place' || path !== undefined
}

export function ReceiveShare({ session, share, isNew, onClose }: Props) {
  const t = useTranslations('receive')
  const common = useTranslations('common')
  const formats = useFormats()
  const [, navigate] = useLocation()
  const command = useCommand()
  const hasEngine = useApi() !== undefined
  const [destination, setDestination] = useState<string>()
  const [sequential, setSequential] = useState(false)
  const [isStarting, setStarting] = useState(false)
  /** How often the selection, which changes in place, was changed. */
  const [changes, setChanges] = useState(0)
  const files = useShareFiles(share.root, share.type === 'directory' ? share.fileCount : undefined)
  const selection = files.state === 'known' ? files.selection : undefined
  const select = () => (selection === undefined || selection.isAll ? undefined : selection.indices())
  const plan = usePlan({
    root: share.root,
    isKnown: share.totalBytes !== undefined,
    destination,
    select,
    version: changes,
  })
  const readiness = readinessOf({
    hasEngine,
    chosenFiles: selection?.fileCount,
    plan: plan.state === 'known' ? plan.plan : undefined,
    planFailed: plan.state === 'failed',
  })
  useGoThere(share, !isNew && isStarted(share) && !isStarting, onClose)

  const turnAway = () => {
    onClose()
    if (session.isToBeTakenBack(isStarted(share))) void command(() => session.takeBack())
  }
  const start = async () => {
    const chosen = select()
    setStarting(true)
    const started = await command((api) =>
      api.start({
        root: share.root,
        sequential,
        ...(destination === undefined ? {} : { destination }),
        ...(chosen === undefined ? {} : { select: chosen }),
      }),
    )
    setStarting(false)
    if (started === undefined) return
    onClose()
    navigate(`/transfers/${share.root}`)
  }
  const bytes = selection?.sizeBytes ?? share.totalBytes
  return (
    <Dialog
      isOpen
      size="lg"
      title={<NetworkText text={share.name} />}
      onClose={turnAway}
      footer={
        <>
          <span className={css.footNote} role="status">
            {readiness.can ? null : t(`cannot.${readiness.why}`)}
          </span>
          <Button onPress={turnAway}>{common('cancel')}</Button>
          <Button variant="primary" isDisabled={!readiness.can || isStarting} onPress={() => void start()}>
            {bytes === undefined ? t('startAll') : t('start', { size: formats.bytes(bytes) })}
          </Button>
        </>
      }
    >
      <div className={css.sheet}>
        <WhatItIs share={share} />
        <Choice share={share} files={files} onChange={() => setChanges((count) => count + 1)} />
        <Sources share={share} />
        <Destination plan={plan} readiness={readiness} chosen={destination} onChoose={setDestination} />
        <Switch isSelected={sequential} onChange={setSequential} hint={t('sequentialHint')}>
          {t('sequential')}
        </Switch>
      </div>
    </Dialog>
  )
}

/** What is here already is not opened a second time: says so, and shows it. */
function useGoThere(share: ShareSummary, isThere: boolean, onClose: () => void): void {
  const t = useTranslations('receive')
  const [, navigate] = useLocation()
  const done = useRef(false)
  useEffect(() => {
    if (!isThere || done.current) return
    done.current = true
    toastDone(t('known', { name: visible(share.name) }), t(share.origin === 'in-place' ? 'knownOwn' : 'knownFetched'))
    onClose()
    navigate(`/transfers/${share.root}`)
  }, [isThere, share, onClose, navigate, t])
}
