/** What a link brings: what it says of itself is marked as a claim until the manifest is here and verified. Rule [UI11]. */
import { BadgeCheck, CircleAlert, Quote } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Notice, Pill, ProgressBar } from '../design/parts.tsx'
import { useFormats } from '../i18n/formats.ts'
import { useTroubleText } from '../i18n/trouble-text.ts'
import css from './receive.module.css'

export function WhatItIs({ share }: { share: ShareSummary }) {
  const t = useTranslations('receive')
  const formats = useFormats()
  const troubleText = useTroubleText()
  const { totalBytes, claimedBytes, fileCount, trouble } = share
  const isVerified = totalBytes !== undefined
  const size = totalBytes ?? claimedBytes
  return (
    <section className={css.what} aria-label={t('what')}>
      <div className={css.whatRow}>
        <strong className="numeric">{size === undefined ? t('sizeUnknown') : formats.bytes(size)}</strong>
        {fileCount === undefined ? null : <span>{t('files', { count: fileCount })}</span>}
        {isVerified ? (
          <Pill tone="ok" icon={<BadgeCheck aria-hidden />}>
            {t('verified')}
          </Pill>
        ) : (
          <Pill tone="neutral" icon={<Quote aria-hidden />}>
            {t('claimed')}
          </Pill>
        )}
      </div>
      {isVerified || trouble !== undefined ? null : (
        <>
          <ProgressBar label={t('resolving')} fraction={undefined} tone="info" />
          <p className="muted" role="status">
            {t('resolving')}
          </p>
        </>
      )}
      {trouble === undefined ? null : (
        <Notice tone={share.state === 'failed' ? 'danger' : 'warning'} icon={<CircleAlert aria-hidden />}>
          {troubleText(share, trouble)}
        </Notice>
      )}
    </section>
  )
}
