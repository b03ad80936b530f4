/** The legend of the chunk grid: every look that is on screen, what it means, and how many chunks have it. */
import { useTranslations } from 'use-intl'
import { useFormats } from '../../i18n/formats.ts'
import type { LegendEntry, LegendMeaning } from '../../model/chunk-legend.ts'
import { PeerLabel } from '../peer-label.tsx'
import { Swatch } from '../swatch.tsx'
import css from './chunks.module.css'

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  const t = useTranslations('detail')
  const { number } = useFormats()
  return (
    <ul className={css.legend} aria-label={t('chunks.legend')}>
      {entries.map(({ key, look, meaning, chunks }) => (
        <li key={key}>
          {look === undefined ? null : <Swatch look={look} />}
          <Meaning meaning={meaning} />
          <span className="numeric muted">{number(chunks)}</span>
        </li>
      ))}
    </ul>
  )
}

function Meaning({ meaning }: { meaning: LegendMeaning }) {
  const t = useTranslations('detail')
  const { duration } = useFormats()
  switch (meaning.kind) {
    case 'state':
      return <span>{t(`chunks.state.${meaning.state}`)}</span>
    case 'peer':
      return <PeerLabel peer={meaning.peer} />
    case 'peer-unknown':
      return <span>{t('chunks.fromBefore')}</span>
    case 'more-peers':
      return <span>{t('chunks.morePeers', { count: meaning.peers })}</span>
    case 'copies':
      if (meaning.to === undefined) return <span>{t('chunks.copiesOrMore', { from: meaning.from })}</span>
      if (meaning.to === meaning.from) return <span>{t('chunks.copiesExactly', { count: meaning.from })}</span>
      return <span>{t('chunks.copiesRange', { from: meaning.from, to: meaning.to })}</span>
    case 'age':
      return (
        <span>
          {meaning.upToMs === undefined
            ? t('chunks.ageOlder')
            : t('chunks.ageUpTo', { time: duration(meaning.upToMs) })}
        </span>
      )
    case 'age-unknown':
      return <span>{t('chunks.fromBefore')}</span>
  }
}
