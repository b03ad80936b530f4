/** Copies of a share: how many there are, how many departures it survives, and who has them. Rule [UI7]. */
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { NetworkText } from '../design/network-text.tsx'
import { useConnection, useSwarm } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { peerName } from '../model/peer-name.ts'
import { holdersOf, isOnlyOurs, MAX_HOLDERS_SHOWN } from './copies.ts'
import css from './share.module.css'

export function Copies({ share }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const formats = useFormats()
  const isOnline = useConnection().state === 'online'
  const swarm = useSwarm(share.root)
  const { chunkCount } = share
  const holders = useMemo(
    () => holdersOf(chunkCount === undefined ? {} : { chunkCount }, swarm.values()),
    [chunkCount, swarm],
  )
  return (
    <section aria-label={t('copiesTitle')}>
      <h3 className={css.heading}>{t('copiesTitle')}</h3>
      <p className={css.headline}>
        {!isOnline
          ? t('reach.notKnown')
          : isOnlyOurs(share)
            ? t('copiesOnlyOurs')
            : t('copies', { copies: share.availability, survives: share.survives })}
      </p>
      {holders.length === 0 ? null : (
        <ul className={css.holders}>
          {holders.slice(0, MAX_HOLDERS_SHOWN).map((holder) => (
            <li key={holder.peer} className={css.holder}>
              <NetworkText text={peerName(holder)} clip />
              <span className="muted">
                {holder.path === undefined ? null : common(`path.${holder.path}`)}
                {holder.isSuspect ? ` · ${t('suspect')}` : null}
              </span>
              <span className="numeric">
                {holder.fraction === undefined
                  ? '–'
                  : holder.fraction === 1
                    ? t('hasAll')
                    : formats.percentDone(holder.fraction)}
              </span>
            </li>
          ))}
        </ul>
      )}
      {holders.length > MAX_HOLDERS_SHOWN ? (
        <p className={css.explain}>{common('andMore', { count: holders.length - MAX_HOLDERS_SHOWN })}</p>
      ) : null}
    </section>
  )
}
