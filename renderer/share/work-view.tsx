/** Copying and indexing, while they last: bar, numbers that were measured, a way out; and how they ended when they failed. */
import { CircleAlert, CircleSlash, FolderInput } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { Notice, ProgressBar } from '../design/parts.tsx'
import { useConnection } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './share.module.css'
import { shareTasks } from './share-tasks.ts'
import type { Subject } from './subject.ts'
import { useRate } from './use-rate.ts'
import { fractionOf, isOver, type Work, workOf } from './work.ts'

type Running = Extract<Subject, { kind: 'task' | 'job' }>

export function WorkView({ subject }: { subject: Running }) {
  const t = useTranslations('share')
  const common = useTranslations('common')
  const errorText = useErrorText()
  const cancel = useCancel(subject)
  const work = workOf(subject)
  if (work.phase === 'failed') {
    return (
      <Notice tone="danger" icon={<CircleAlert aria-hidden />}>
        <strong>{t('notShared')}</strong> <span role="alert">{errorText(work.error)}</span>
      </Notice>
    )
  }
  if (work.phase === 'cancelled') {
    return (
      <Notice tone="neutral" icon={<CircleSlash aria-hidden />}>
        {t('cancelled')}
      </Notice>
    )
  }
  return (
    <div className={css.work}>
      <WorkBar work={work} />
      <div className={css.workFoot}>
        <p className={css.explain}>{t(work.phase === 'copying' ? 'copyExplained' : 'indexExplained')}</p>
        <Button size="sm" onPress={cancel}>
          {common('cancel')}
        </Button>
      </div>
      {work.phase === 'copying' ? (
        <Notice tone="info" icon={<FolderInput aria-hidden />}>
          {t('copyAdvice')}
        </Notice>
      ) : null}
    </div>
  )
}

/** Bar and sentence; on the home screen too. */
export function WorkBar({ work }: { work: Work }) {
  const t = useTranslations('share')
  const formats = useFormats()
  const isLost = useConnection().state !== 'online'
  const doneBytes = work.phase === 'copying' || work.phase === 'hashing' ? work.doneBytes : 0
  const rate = useRate(doneBytes)
  const sentence = useWorkSentence(work)
  if (isOver(work)) return <p>{sentence}</p>
  const leftBytes = work.phase === 'copying' || work.phase === 'hashing' ? work.totalBytes - work.doneBytes : undefined
  return (
    <div className={css.bar}>
      <ProgressBar label={sentence} fraction={fractionOf(work)} valueText={sentence} />
      <div className={css.barText}>
        <span>{sentence}</span>
        <span className="numeric muted">
          {leftBytes === undefined || rate === undefined || rate <= 0
            ? null
            : isLost
              ? '–'
              : t('speedAndRest', { rate: formats.rate(rate), rest: formats.duration((leftBytes / rate) * 1000) })}
        </span>
      </div>
    </div>
  )
}

function useWorkSentence(work: Work): string {
  const t = useTranslations('share')
  const formats = useFormats()
  switch (work.phase) {
    case 'walking':
      return t('phase.walking', { files: work.files, size: formats.bytes(work.totalBytes) })
    case 'copying':
    case 'hashing':
      return t(`phase.${work.phase}`, {
        done: formats.bytes(work.doneBytes),
        total: formats.bytes(work.totalBytes),
        files: work.files,
      })
    default:
      return t(`phase.${work.phase}`)
  }
}

function useCancel(subject: Running): () => void {
  const command = useCommand()
  return () => {
    if (subject.kind === 'task') shareTasks.cancel(subject.task.id)
    else void command((api) => api.cancelImport(subject.job.job))
  }
}
