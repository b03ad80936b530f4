/** One share in short: what it is, how it stands, what to do with it next. Drawn anew only when its own numbers change. */
import { Copy, CopyCheck, File, Folder, Share2 } from 'lucide-react'
import { memo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useLocation } from 'wouter'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { openSheet } from '../app/sheets.ts'
import { Button, IconButton } from '../design/button.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { ProgressBar } from '../design/parts.tsx'
import { useCopy } from '../design/use-copy.ts'
import { useConnection } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { progressOf } from '../model/share-state.ts'
import { ShareStatePill } from '../model/share-state-pill.tsx'
import css from './home.module.css'
import { openingOf } from './recent.ts'

export const ShareCard = memo(function ShareCard({ share }: { share: ShareSummary }) {
  const t = useTranslations('home')
  const formats = useFormats()
  const [, navigate] = useLocation()
  const isOnline = useConnection().state === 'online'
  const opening = openingOf(share)
  const progress = progressOf(share)
  const size = share.totalBytes ?? share.claimedBytes
  const open = () => {
    if (opening === 'share') openSheet({ kind: 'share', root: share.root })
    else if (opening === 'receive') openSheet({ kind: 'receive', link: share.link })
    else navigate(`/transfers/${share.root}`)
  }
  return (
    <article className={css.card}>
      <div className={css.cardTop}>
        <span className={css.cardIcon} aria-hidden>
          {share.type === 'file' ? <File /> : <Folder />}
        </span>
        <h3 className={css.cardName}>
          <NetworkText text={share.name} clip />
        </h3>
        <CopyLink link={share.link} name={share.name} />
      </div>
      <div className={css.cardState}>
        <ShareStatePill share={share} />
        <span className="muted numeric">{size === undefined ? null : formats.bytes(size)}</span>
        <span className={css.gap} />
        <span className="muted">{isOnline && isCounted(share) ? t('copies', { count: share.availability }) : '–'}</span>
      </div>
      {opening === 'detail' ? (
        <ProgressBar
          label={t('progressOf', { name: visible(share.name) })}
          fraction={progress ?? 0}
          {...(progress === undefined ? {} : { valueText: formats.percentDone(progress) })}
        />
      ) : null}
      <div className={css.cardFoot}>
        <span className="muted numeric">
          {opening === 'detail'
            ? isOnline
              ? t('cardDown', { rate: formats.rate(share.downBytesPerSecond), peers: share.peers })
              : '–'
            : opening === 'share'
              ? t('cardSent', { sent: formats.bytes(share.sentBytes), peers: share.peers })
              : t('cardWaits')}
        </span>
        <Button size="sm" onPress={open} icon={opening === 'share' ? <Share2 aria-hidden /> : undefined}>
          {t(`cardOpen.${opening}`)}
        </Button>
      </div>
    </article>
  )
})

/** Before it is begun nobody has told which chunks they have: none counted is not none there. */
function isCounted({ state }: ShareSummary): boolean {
  return state !== 'resolving' && state !== 'ready'
}

function CopyLink({ link, name }: { link: string; name: string }) {
  const t = useTranslations('home')
  const common = useTranslations('common')
  const copy = useCopy()
  const [copied, setCopied] = useState<string>()
  return (
    <IconButton
      size="sm"
      label={copied === link ? common('copied') : t('copyLinkOf', { name: visible(name) })}
      onPress={() => copy(link, () => setCopied(link))}
    >
      {copied === link ? <CopyCheck aria-hidden /> : <Copy aria-hidden />}
    </IconButton>
  )
}
