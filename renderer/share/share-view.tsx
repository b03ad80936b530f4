/** A share that exists: its link as text and as a picture, where it can be had, who has it, and what else is true of it. */
import { CircleAlert, Info } from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { ImportJob, SeveralPaths, ShareSummary } from '../../shared/contract/model.ts'
import { visible } from '../../shared/format/visible.ts'
import { Button } from '../design/button.tsx'
import { classes } from '../design/classes.ts'
import { CopyField } from '../design/copy-field.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Facts, Notice } from '../design/parts.tsx'
import { Qr } from '../design/qr.tsx'
import { qrLink } from '../design/qr-path.ts'
import { useFormats } from '../i18n/formats.ts'
import { useTroubleText } from '../i18n/trouble-text.ts'
import { Announcements } from './announcements.tsx'
import { ClosingWords } from './closing-words.tsx'
import { Copies } from './copies-view.tsx'
import { ReachView } from './reach-view.tsx'
import css from './share.module.css'
import { Skipped } from './skipped.tsx'

const QR_PX = 216
const LARGE_QR_PX = 340

/** `offer` stands below the link. */
export function ShareView(props: { share: ShareSummary; job: ImportJob | undefined; offer?: ReactNode }) {
  const { share, job, offer } = props
  const t = useTranslations('share')
  const troubleText = useTroubleText()
  return (
    <div className={css.view}>
      {share.trouble === undefined ? null : (
        <Notice tone="warning" icon={<CircleAlert aria-hidden />}>
          {troubleText(share, share.trouble)}
        </Notice>
      )}
      <section className={css.link}>
        <h3>{t('linkTitle')}</h3>
        <p className={css.explain}>{t('linkExplained')}</p>
        <CopyField text={share.link} label={t('link')} buttonLabel={t('copyLink')} />
        {offer}
      </section>
      <div className={css.columns}>
        <QrPart link={share.link} name={share.name} />
        <div className={css.column}>
          <ReachView share={share} />
          <Copies share={share} />
        </div>
      </div>
      <ClosingWords share={share} />
      <ShareFacts share={share} />
      <Announcements share={share} />
      <Skipped job={job} />
    </div>
  )
}

function QrPart({ link, name }: { link: string; name: string }) {
  const t = useTranslations('share')
  const { text, addresses } = useMemo(() => qrLink(link), [link])
  const [isLarge, setLarge] = useState(false)
  return (
    <figure className={classes(css.qr, isLarge && css.qrLarge)}>
      <Qr text={text} label={t('qrLabel', { name: visible(name) })} sizePx={isLarge ? LARGE_QR_PX : QR_PX} />
      <figcaption className={css.explain}>
        <p>{t(`qr.${addresses}`)}</p>
        <Button size="sm" variant="quiet" onPress={() => setLarge(!isLarge)}>
          {t(isLarge ? 'qrSmaller' : 'qrLarger')}
        </Button>
      </figcaption>
    </figure>
  )
}

function ShareFacts({ share }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const formats = useFormats()
  return (
    <section>
      <h3 className={css.heading}>{t('facts')}</h3>
      <Facts
        rows={[
          [t('size'), share.totalBytes === undefined ? common('unknown') : formats.bytes(share.totalBytes)],
          [t('files'), share.fileCount === undefined ? common('unknown') : formats.number(share.fileCount)],
          [t('chunks'), share.chunkCount === undefined ? common('unknown') : formats.number(share.chunkCount)],
          [t('sent'), formats.bytes(share.sentBytes)],
          [t('where'), <Where key="where" share={share} />],
          [t('root'), <NetworkText key="root" text={share.root} clip mono />],
        ]}
      />
      {share.paths === undefined ? null : <Places paths={share.paths} />}
      {share.origin === 'in-place' ? (
        <p className={css.inPlace}>
          <Info aria-hidden /> {t('inPlace')}
        </p>
      ) : null}
    </section>
  )
}

function Where({ share: { path, paths } }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  if (path !== undefined) return <NetworkText text={path} clip />
  return paths === undefined ? common('unknown') : t('places', { count: paths.count })
}

/** The first of several, in all the width there is: paths often begin alike. */
function Places({ paths: { count, first } }: { paths: SeveralPaths }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const more = count - first.length
  return (
    <ul className={css.places} aria-label={t('where')}>
      {first.map((one) => (
        <li key={one}>
          <NetworkText text={one} clip />
        </li>
      ))}
      {more > 0 ? <li className="muted">{common('andMore', { count: more })}</li> : null}
    </ul>
  )
}
