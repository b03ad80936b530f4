/** How a share stands: its name, its state with the reason, what is here, what moves, who has it, and what can be done. Rule [UI45]. */
import { ArrowDown, ArrowLeft, ArrowUp, Ellipsis, Pause, Play, Share2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { openSheet } from '../app/sheets.ts'
import { Button, IconButton } from '../design/button.tsx'
import { Menu } from '../design/menu.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { ProgressBar } from '../design/parts.tsx'
import { useConnection } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { copiesOf, isWhole, progressOf, standingOf, toneOf } from '../model/share-state.ts'
import { ShareStatePill } from '../model/share-state-pill.tsx'
import { useShareStateText } from '../model/share-state-text.ts'
import { canBePaused, canResume, canStart } from '../transfers/share-abilities.ts'
import { useShareActions } from '../transfers/use-share-actions.tsx'
import css from './detail.module.css'

export function DetailHeader({ share }: { share: ShareSummary }) {
  const t = useTranslations('detail')
  const common = useTranslations('common')
  const stateText = useShareStateText()
  const [, navigate] = useLocation()
  const actions = useShareActions(() => navigate('/transfers'))
  return (
    <header className={css.header}>
      <div className={css.headline}>
        <IconButton label={t('toTransfers')} onPress={() => navigate('/transfers')}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <h1 className={css.name}>
          <NetworkText text={share.name} clip />
        </h1>
        <ShareStatePill share={share} />
        <div className={css.actions}>
          {canStart(share) ? (
            <Button variant="primary" icon={<Play aria-hidden />} onPress={() => actions.start(share)}>
              {t('start')}
            </Button>
          ) : canResume(share) ? (
            <Button variant="primary" icon={<Play aria-hidden />} onPress={() => actions.resume([share])}>
              {t('resume')}
            </Button>
          ) : canBePaused(share) ? (
            <Button icon={<Pause aria-hidden />} onPress={() => actions.pause([share])}>
              {t('pause')}
            </Button>
          ) : null}
          <IconButton
            label={t('share')}
            variant="secondary"
            onPress={() => openSheet({ kind: 'share', root: share.root })}
          >
            <Share2 aria-hidden />
          </IconButton>
          <Menu
            label={t('actions')}
            trigger={
              <IconButton label={common('more')} variant="secondary">
                <Ellipsis aria-hidden />
              </IconButton>
            }
            groups={actions.menuFor([share])}
          />
        </div>
      </div>
      <p className={css.reason}>{stateText.reason(share)}</p>
      <Progress share={share} />
      <Numbers share={share} />
      {actions.dialogs}
    </header>
  )
}

function Progress({ share }: { share: ShareSummary }) {
  const t = useTranslations('detail')
  const { bytes, percent } = useFormats()
  if (share.origin === 'in-place') return null
  const fraction = progressOf(share)
  const { wantedBytes } = share
  const words =
    fraction === undefined || wantedBytes === undefined
      ? t('progressUnknown')
      : t('progress', {
          // Rounded down: 100 % is said when it is so.
          percent: percent(Math.floor(fraction * 1_000) / 1_000, fraction === 1 ? 0 : 1),
          have: bytes(Math.min(share.haveBytes, wantedBytes)),
          total: bytes(wantedBytes),
        })
  const tone = toneOf(standingOf(share))
  return (
    <div className={css.progress}>
      <ProgressBar
        label={t('progressLabel')}
        fraction={fraction ?? 0}
        valueText={words}
        tone={tone === 'info' ? 'accent' : tone}
      />
      <span className="numeric">{words}</span>
    </div>
  )
}

function Numbers({ share }: { share: ShareSummary }) {
  const t = useTranslations('detail')
  const { rate, duration, bytes } = useFormats()
  const isLost = useConnection().state === 'lost'
  const speed = (value: number) => (isLost ? '–' : rate(value))
  // What peers have is told only while they are asked: a 0 of before would be said as if it were so.
  const copies = copiesOf(share)
  const survives =
    share.totalBytes === undefined
      ? t('survives.unknown')
      : copies === undefined
        ? t('survives.notAsked')
        : copies === 0
          ? t('survives.broken')
          : t('survives.count', { count: share.survives })
  return (
    <dl className={css.numbers}>
      <div>
        <dt>
          <ArrowDown aria-hidden className={css.down} />
          {t('down')}
        </dt>
        <dd className="numeric">{speed(share.downBytesPerSecond)}</dd>
      </div>
      <div>
        <dt>
          <ArrowUp aria-hidden className={css.up} />
          {t('up')}
        </dt>
        <dd className="numeric">{speed(share.upBytesPerSecond)}</dd>
      </div>
      {isWhole(share) ? (
        <div>
          <dt>{t('size')}</dt>
          <dd className="numeric">{share.totalBytes === undefined ? '–' : bytes(share.totalBytes)}</dd>
        </div>
      ) : (
        <div>
          <dt>{t('eta')}</dt>
          <dd className="numeric">{isLost || share.etaMs === undefined ? '–' : duration(share.etaMs)}</dd>
        </div>
      )}
      <div>
        <dt>{t('peersLabel')}</dt>
        <dd className="numeric">
          {copies === undefined
            ? t('peersOnly', { peers: share.peers })
            : t('peersCount', { peers: share.peers, seeds: share.seeds })}
        </dd>
      </div>
      <div className={css.survives}>
        <dt>{t('survivesLabel')}</dt>
        <dd>{survives}</dd>
      </div>
    </dl>
  )
}
