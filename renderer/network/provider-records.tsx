/** What we have told the DHTs: one row per share and route, how old, how many peers keep it, and when it is told again. */
import { useTranslations } from 'use-intl'
import { Link } from 'wouter'
import type { Announcement } from '../../shared/contract/model.ts'
import { useSecond } from '../app/use-second.ts'
import { NetworkText } from '../design/network-text.tsx'
import { Card, Pill, type Tone } from '../design/parts.tsx'
import { useShares } from '../engine/hooks.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './network.module.css'

const TONES: Record<Announcement['state'], Tone> = {
  waiting: 'neutral',
  running: 'info',
  announced: 'ok',
  failed: 'warning',
}
/** Rows drawn; the Transfers screen has all shares. */
const MAX_ROWS = 200

export function ProviderRecords() {
  const t = useTranslations('network.records')
  const { ago, number, time } = useFormats()
  const nowAt = useSecond(true)
  const shares = useShares()
  const rows = [...shares.values()].flatMap((share) =>
    share.announcements.map((announcement) => ({ share, announcement })),
  )
  return (
    <Card title={t('title')}>
      <div className={css.stack}>
        <p className="muted">{t('explanation')}</p>
        {rows.length === 0 ? (
          <p>{t('none')}</p>
        ) : (
          <div className={css.scrollX}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th scope="col">{t('share')}</th>
                  <th scope="col">{t('route')}</th>
                  <th scope="col">{t('state')}</th>
                  <th scope="col">{t('keptBy')}</th>
                  <th scope="col">{t('age')}</th>
                  <th scope="col">{t('next')}</th>
                </tr>
              </thead>
              <tbody className="numeric">
                {rows.slice(0, MAX_ROWS).map(({ share, announcement }) => (
                  <tr key={`${share.root} ${announcement.route}`}>
                    <th scope="row" className={css.nameCell}>
                      <Link href={`/transfers/${share.root}`}>
                        <NetworkText text={share.name} clip />
                      </Link>
                    </th>
                    <td>{t(`routes.${announcement.route}`)}</td>
                    <td>
                      <Pill tone={TONES[announcement.state]}>{t(`states.${announcement.state}`)}</Pill>
                    </td>
                    <td>{t('peers', { count: announcement.peers })}</td>
                    <td>{announcement.lastAt === undefined ? '–' : ago(announcement.lastAt, nowAt)}</td>
                    <td>{announcement.nextAt === undefined ? '–' : time(announcement.nextAt)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {rows.length > MAX_ROWS ? (
          <p className="muted">{t('more', { count: number(rows.length - MAX_ROWS) })}</p>
        ) : null}
      </div>
    </Card>
  )
}
