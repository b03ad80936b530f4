/** The cells of a transfer that are more than a number. They take primitives, so that a row that changes redraws little. */
import { File, FileQuestionMark, Folder } from 'lucide-react'
import { memo } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { classes } from '../design/classes.ts'
import { NetworkText } from '../design/network-text.tsx'
import { useConnection } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { copiesOf, isWhole, progressOf, standingOf } from '../model/share-state.ts'
import { useShareStateText } from '../model/share-state-text.ts'
import { TransferBar } from './transfer-bar.tsx'
import css from './transfers.module.css'

/** Where a number cannot be known. */
const UNKNOWN = '–'

export function NameCell({ share }: { share: ShareSummary }) {
  const { reason } = useShareStateText()
  return <Name name={share.name} type={share.type} reason={reason(share)} />
}

const Name = memo(function Name(props: { name: string; type: ShareSummary['type']; reason: string }) {
  const Icon = props.type === undefined ? FileQuestionMark : props.type === 'directory' ? Folder : File
  return (
    <span className={css.name}>
      <Icon aria-hidden />
      <span className={css.nameText}>
        <NetworkText text={props.name} clip />
        <span className={css.reason} title={props.reason}>
          {props.reason}
        </span>
      </span>
    </span>
  )
})

export function ProgressCell({ share }: { share: ShareSummary }) {
  const { word } = standingOf(share)
  const copies = copiesOf(share)
  const isStuck = word === 'trouble' || word === 'failed'
  return (
    <TransferBar
      fraction={progressOf(share)}
      rest={copies === undefined ? 'unknown' : copies > 0 ? 'reachable' : 'unreachable'}
      tone={isStuck ? 'trouble' : word === 'paused' ? 'paused' : isWhole(share) ? 'whole' : 'normal'}
    />
  )
}

/** What is not wanted does not count; before the contents are known the link's claim is shown as one. */
export function SizeCell({ share }: { share: ShareSummary }) {
  const t = useTranslations('transfers')
  const { bytes } = useFormats()
  const size = share.wantedBytes ?? share.totalBytes
  if (size !== undefined) return bytes(size)
  if (share.claimedBytes === undefined) return UNKNOWN
  return <span title={t('sizeClaimed')}>{t('about', { size: bytes(share.claimedBytes) })}</span>
}

/** A speed of now: without the engine there is none to tell. */
export const SpeedCell = memo(function SpeedCell(props: { bytesPerSecond: number; direction: 'down' | 'up' }) {
  const { rate } = useFormats()
  const isOnline = useConnection().state === 'online'
  if (!isOnline) return <span className={css.faint}>{UNKNOWN}</span>
  return (
    <span className={classes(props.bytesPerSecond === 0 ? css.faint : css[props.direction])}>
      {rate(props.bytesPerSecond)}
    </span>
  )
})

export const EtaCell = memo(function EtaCell({ etaMs }: { etaMs: number | undefined }) {
  const { duration } = useFormats()
  const isOnline = useConnection().state === 'online'
  if (!isOnline || etaMs === undefined) return <span className={css.faint}>{UNKNOWN}</span>
  return duration(Math.max(1_000, Math.round(etaMs / 1_000) * 1_000))
})

/** `seeds` undefined: nobody is asked what they have now. */
export const PeersCell = memo(function PeersCell(props: { peers: number; seeds: number | undefined }) {
  const { peers, seeds } = props
  const t = useTranslations('transfers')
  const { number } = useFormats()
  return (
    <span
      title={seeds === undefined ? t('peersNotAsked', { peers }) : t('peersOfWhichWhole', { peers, seeds })}
      className={peers === 0 ? css.faint : undefined}
    >
      {seeds === undefined || seeds === 0
        ? number(peers)
        : t('peersCount', { peers: number(peers), seeds: number(seeds) })}
    </span>
  )
})

export const CopiesCell = memo(function CopiesCell(props: { copies: number | undefined; survives: number }) {
  const { copies, survives } = props
  const t = useTranslations('transfers')
  const { number } = useFormats()
  if (copies === undefined) return <span className={css.faint}>{UNKNOWN}</span>
  return <span title={t('copiesMean', { copies, survives })}>{number(copies)}</span>
})
