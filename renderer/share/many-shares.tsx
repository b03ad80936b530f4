/** Several things shared in one go: each is a share of its own, with its own link. */
import { useTranslations } from 'use-intl'
import { openSheet } from '../app/sheets.ts'
import { Button } from '../design/button.tsx'
import { CopyButton } from '../design/copy-field.tsx'
import { Dialog } from '../design/dialog.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { useErrorText } from '../i18n/error-text.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './share.module.css'
import { nameOf } from './subject.ts'
import { useSubject } from './use-subject.ts'
import { workOf } from './work.ts'
import { WorkBar } from './work-view.tsx'

export function ManyShares({ ids, onClose }: { ids: readonly string[]; onClose: () => void }) {
  const t = useTranslations('share')
  return (
    <Dialog
      isOpen
      size="lg"
      title={t('manyTitle', { count: ids.length })}
      onClose={onClose}
      footer={<Button onPress={onClose}>{t('done')}</Button>}
    >
      <p className={css.explain}>{t('manyExplained')}</p>
      <ul className={css.many}>
        {ids.map((id) => (
          <li key={id} className={css.manyRow}>
            <OneOfMany id={id} />
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

function OneOfMany({ id }: { id: string }) {
  const t = useTranslations('share')
  const formats = useFormats()
  const errorText = useErrorText()
  const subject = useSubject({ kind: 'task', id })
  const work = subject.kind === 'task' || subject.kind === 'job' ? workOf(subject) : undefined
  return (
    <>
      <div className={css.manyName}>
        <NetworkText text={nameOf(subject)} clip />
        {work === undefined ? null : work.phase === 'failed' ? (
          <span className={css.failed}>{errorText(work.error)}</span>
        ) : (
          <WorkBar work={work} />
        )}
        {subject.kind === 'share' ? (
          <span className="muted numeric">{formats.bytes(subject.share.totalBytes ?? 0)}</span>
        ) : null}
        {subject.kind === 'gone' ? <span className="muted">{t('gone')}</span> : null}
      </div>
      {subject.kind === 'share' ? (
        <>
          <CopyButton text={subject.share.link} label={t('copyLink')} size="sm" />
          <Button size="sm" variant="quiet" onPress={() => openSheet({ kind: 'share', root: subject.share.root })}>
            {t('open')}
          </Button>
        </>
      ) : null}
    </>
  )
}
