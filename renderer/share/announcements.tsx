/** Who finds a share without addresses in its link: the directories (DHTs) it is announced in, and how old that is. Rule [UI10]. */
import { useTranslations } from 'use-intl'
import type { Announcement, ShareSummary } from '../../shared/contract/model.ts'
import { useSecond } from '../app/use-second.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './share.module.css'

export function Announcements({ share }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const nowAt = useSecond(true)
  return (
    <section>
      <h3 className={css.heading}>{t('announceTitle')}</h3>
      {share.announcements.length === 0 ? (
        <p className={css.explain}>{t('announce.none')}</p>
      ) : (
        <ul className={css.announcements}>
          {share.announcements.map((announcement) => (
            <AnnouncementRow key={announcement.route} announcement={announcement} nowAt={nowAt} />
          ))}
        </ul>
      )}
    </section>
  )
}

function AnnouncementRow({ announcement, nowAt }: { announcement: Announcement; nowAt: number }) {
  const t = useTranslations('share')
  const formats = useFormats()
  const { route, state, peers, lastAt, nextAt } = announcement
  return (
    <li>
      <strong>{t(`route.${route}`)}</strong> {t(`announce.${state}`, { peers })}{' '}
      <span className="muted">
        {lastAt === undefined ? null : t('announceLast', { ago: formats.ago(lastAt, nowAt) })}{' '}
        {nextAt === undefined || nextAt <= nowAt ? null : t('announceNext', { rest: formats.duration(nextAt - nowAt) })}
      </span>
    </li>
  )
}
