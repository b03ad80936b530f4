/**
 * Before shares are removed: what goes, what stays, and what that means for others. Says of each kind what is true of it:
 * files shared where they lie are never touched; what was fetched whole stays unless the user wants it deleted; what is
 * not whole is of use to nobody and goes. Rule [UI29].
 */
import { FileCheck2, Files, FileX2, TriangleAlert, UsersRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Checkbox } from '../design/field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { useFormats } from '../i18n/formats.ts'
import css from './dialogs.module.css'
import { useRunOnAll } from './run-on-all.ts'
import { type Removal, removalOf } from './share-abilities.ts'
import { useSharesByRoot } from './use-shares-by-root.ts'

/** Of many shares only these are named. */
const MAX_NAMES = 3

interface RemoveDialogProps {
  readonly roots: readonly string[]
  readonly onClose: () => void
  readonly onRemoved: (() => void) | undefined
}

export function RemoveDialog({ roots, onClose, onRemoved }: RemoveDialogProps) {
  const t = useTranslations('transfers.remove')
  const common = useTranslations('common')
  const { bytes } = useFormats()
  const shares = useSharesByRoot(roots)
  const runOnAll = useRunOnAll()
  const [withData, setWithData] = useState(false)
  const [isRemoving, setIsRemoving] = useState(false)
  const [only] = shares.length === 1 ? shares : []
  const removal = removalOf(shares)
  const isMixed = shares.length > 1
  const remove = async () => {
    setIsRemoving(true)
    const isDone = await runOnAll(shares, (api, { root, origin }) =>
      api.remove({ root, withData: withData && origin === 'fetched' }),
    )
    setIsRemoving(false)
    onClose()
    if (isDone) onRemoved?.()
  }
  return (
    <Dialog
      title={t('title', { count: shares.length })}
      isOpen
      onClose={onClose}
      role="alertdialog"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button variant="danger" isDisabled={isRemoving || shares.length === 0} onPress={remove}>
            {t(withData && removal.whole.length > 0 ? 'confirmWithData' : 'confirm', { count: shares.length })}
          </Button>
        </>
      }
    >
      <div className={css.stack}>
        {only === undefined ? null : (
          <p className={css.name}>
            <NetworkText text={only.name} />
          </p>
        )}
        <ul className={css.points}>
          <OwnFiles removal={removal} isMixed={isMixed} />
          <Others removal={removal} isMixed={isMixed} />
        </ul>
        {removal.whole.length === 0 ? null : (
          <div className={css.choice}>
            <Checkbox isSelected={withData} onChange={setWithData}>
              {t('withData', { count: removal.whole.length, size: bytes(removal.wholeBytes) })}
            </Checkbox>
            <p className="muted">{t('withDataHint')}</p>
          </div>
        )}
      </div>
    </Dialog>
  )
}

/** What happens on this machine. */
function OwnFiles({ removal, isMixed }: { removal: Removal; isMixed: boolean }) {
  const t = useTranslations('transfers.remove')
  const { bytes } = useFormats()
  const { inPlace, whole, partial } = removal
  const [one] = inPlace.length === 1 ? inPlace : []
  return (
    <>
      {inPlace.length === 0 ? null : (
        <Point icon={<FileCheck2 aria-hidden />} about={isMixed ? inPlace : []}>
          {one?.path === undefined
            ? t('inPlace', { count: inPlace.length })
            : t.rich('inPlaceAt', { path: () => <NetworkText text={one.path ?? ''} /> })}
        </Point>
      )}
      {whole.length === 0 ? null : (
        <Point icon={<Files aria-hidden />} about={isMixed ? whole : []}>
          {t('whole', { count: whole.length })}
        </Point>
      )}
      {partial.length === 0 ? null : (
        <Point icon={<FileX2 aria-hidden />} about={isMixed ? partial : []}>
          {t('partial', { count: partial.length, size: bytes(removal.partialBytes) })}
        </Point>
      )}
    </>
  )
}

/** What it means for those who have it, or want it. */
function Others({ removal, isMixed }: { removal: Removal; isMixed: boolean }) {
  const t = useTranslations('transfers.remove')
  const given = [...removal.inPlace, ...removal.whole].filter(({ state }) => state === 'seeding')
  const [one] = given.length === 1 ? given : []
  return (
    <>
      <Point icon={<UsersRound aria-hidden />} about={[]}>
        {t('others')}
      </Point>
      {removal.lastCopies.length > 0 ? (
        <Point icon={<TriangleAlert aria-hidden />} isWarning about={isMixed ? removal.lastCopies : []}>
          {t('lastCopy', { count: removal.lastCopies.length })}
        </Point>
      ) : one === undefined ? null : (
        <Point icon={<UsersRound aria-hidden />} about={isMixed ? [one] : []}>
          {t('survives', { copies: one.survives })}
        </Point>
      )}
    </>
  )
}

interface PointProps {
  readonly icon: ReactNode
  readonly isWarning?: boolean
  /** Which shares it is said of; empty: all. */
  readonly about: readonly ShareSummary[]
  readonly children: ReactNode
}

function Point({ icon, isWarning, about, children }: PointProps) {
  const common = useTranslations('common')
  return (
    <li className={isWarning === true ? css.warning : css.point}>
      {icon}
      <div>
        {about.length === 0 ? null : (
          <ul className={css.names}>
            {about.slice(0, MAX_NAMES).map(({ root, name }) => (
              <li key={root}>
                <NetworkText text={name} />
              </li>
            ))}
            {about.length > MAX_NAMES ? <li>{common('andMore', { count: about.length - MAX_NAMES })}</li> : null}
          </ul>
        )}
        {children}
      </div>
    </li>
  )
}
