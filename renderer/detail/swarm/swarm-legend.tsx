/** What lines, rings and dots of the picture mean: the same strokes, beside their words. */
import { useTranslations } from 'use-intl'
import css from './swarm.module.css'
import { DASHES } from './swarm-painter.ts'

const PATHS = ['lan', 'direct', 'relay', 'loopback'] as const

export function SwarmLegend({ isStill }: { isStill: boolean }) {
  const t = useTranslations('detail')
  return (
    <ul className={css.legend} aria-label={t('swarm.legend')}>
      {PATHS.map((path) => (
        <li key={path}>
          <svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
            <line x1="1" y1="5" x2="33" y2="5" strokeDasharray={DASHES[path].join(' ')} className={css.line} />
          </svg>
          {t(`peers.path.${path}`)}
        </li>
      ))}
      <li>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="4" className={css.pie} />
          <circle cx="8" cy="8" r="7" className={css.ring} />
        </svg>
        {t('swarm.meansComplete')}
      </li>
      <li>
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" className={css.broken} strokeDasharray="3 3" />
        </svg>
        {t('swarm.meansSuspect')}
      </li>
      <li>
        <svg width="34" height="10" viewBox="0 0 34 10" aria-hidden="true">
          <line x1="1" y1="3" x2="33" y2="3" className={css.down} />
          <line x1="1" y1="8" x2="33" y2="8" className={css.up} />
        </svg>
        {t('swarm.meansRate')}
      </li>
      {isStill ? (
        <li>{t('swarm.meansCounted', { down: '↓', up: '↑' })}</li>
      ) : (
        <>
          <li>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <circle cx="6" cy="6" r="3" className={css.hollow} />
            </svg>
            {t('swarm.meansAsked')}
          </li>
          <li>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <circle cx="6" cy="6" r="4" className={css.pie} />
            </svg>
            {t('swarm.meansDelivered')}
          </li>
          <li>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
              <path d="M2.5 2.5L9.5 9.5M9.5 2.5L2.5 9.5" className={css.cross} />
            </svg>
            {t('swarm.meansRejected')}
          </li>
        </>
      )}
    </ul>
  )
}
