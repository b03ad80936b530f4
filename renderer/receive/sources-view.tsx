/** Who has it, as far as it is known by now, and how each was found; more may come while one reads. Rule [UI12]. */
import { Waypoints } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { NetworkText } from '../design/network-text.tsx'
import { Pill } from '../design/parts.tsx'
import { useConnection, useSwarm } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import { peerName } from '../model/peer-name.ts'
import css from './receive.module.css'
import { MAX_SOURCES_SHOWN, sourcesOf } from './sources.ts'

export function Sources({ share }: { share: ShareSummary }) {
  const t = useTranslations('receive')
  const common = useTranslations('common')
  const formats = useFormats()
  const isOnline = useConnection().state === 'online'
  const swarm = useSwarm(share.root)
  const { chunkCount } = share
  const sources = useMemo(
    () => sourcesOf(chunkCount === undefined ? {} : { chunkCount }, swarm.values()),
    [chunkCount, swarm],
  )
  return (
    <section aria-label={t('sourcesTitle')}>
      <h3>{t('sourcesTitle')}</h3>
      <p className="muted" role="status">
        {isOnline ? t('sources', { count: sources.length }) : t('notKnown')}
      </p>
      <ul className={css.sources}>
        {sources.slice(0, MAX_SOURCES_SHOWN).map((source) => (
          <li key={source.peer} className={css.source}>
            <span className={css.sourceName}>
              <NetworkText text={peerName(source)} clip />
            </span>
            <span className={css.routes}>
              {source.routes.map((route) => (
                <Pill key={route} icon={<Waypoints aria-hidden />}>
                  {t(`route.${route}`)}
                </Pill>
              ))}
            </span>
            <span className="muted">{source.path === undefined ? null : common(`path.${source.path}`)}</span>
            <span className="numeric">
              {source.fraction === undefined ? '–' : formats.percentDone(source.fraction)}
            </span>
          </li>
        ))}
      </ul>
      {sources.length > MAX_SOURCES_SHOWN ? (
        <p className="muted">{common('andMore', { count: sources.length - MAX_SOURCES_SHOWN })}</p>
      ) : null}
    </section>
  )
}
