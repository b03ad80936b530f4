/**
 * What stands in the way of being reached, tested when asked and at the first visit: each test with its result, the reason
 * and a next step. A test is said to have run only when the engine has answered. Rules [UI70] to [UI72].
 */
import { LoaderCircle, RotateCw, Stethoscope } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { DoctorFinding } from '../../shared/contract/model.ts'
import { Button } from '../design/button.tsx'
import { CopyButton } from '../design/copy-field.tsx'
import { EmptyState, Notice, Page } from '../design/parts.tsx'
import { useApi, useNode } from '../engine/hooks.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { useFormats } from '../i18n/formats.ts'
import css from './doctor.module.css'
import { useFindingText } from './finding-text.ts'
import { Findings } from './findings.tsx'
import { reportOf, summaryOf } from './report.ts'

type Examination =
  | { readonly state: 'never' }
  | { readonly state: 'running'; readonly before: readonly DoctorFinding[] | undefined }
  | { readonly state: 'done'; readonly at: number; readonly findings: readonly DoctorFinding[] }
  | { readonly state: 'failed'; readonly error: unknown }

export function DoctorScreen() {
  const t = useTranslations('doctor')
  const api = useApi()
  const node = useNode()
  const { dateTime } = useFormats()
  const errorText = useErrorText()
  const text = useFindingText()
  const [examination, setExamination] = useState<Examination>({ state: 'never' })
  const cancel = useRef(new AbortController())

  const examine = useCallback(() => {
    if (api === undefined) return
    cancel.current.abort()
    const controller = new AbortController()
    cancel.current = controller
    setExamination((now) => ({ state: 'running', before: now.state === 'done' ? now.findings : undefined }))
    api.doctor({ signal: controller.signal }).then(
      (findings) => !controller.signal.aborted && setExamination({ state: 'done', at: Date.now(), findings }),
      (error: unknown) => !controller.signal.aborted && setExamination({ state: 'failed', error }),
    )
  }, [api])

  useEffect(() => {
    examine()
    return () => cancel.current.abort()
  }, [examine])

  const findings =
    examination.state === 'done'
      ? examination.findings
      : examination.state === 'running'
        ? examination.before
        : undefined
  const summary = findings === undefined ? undefined : summaryOf(findings)
  return (
    <Page
      title={t('title')}
      subtitle={examination.state === 'done' ? t('examinedAt', { when: dateTime(examination.at) }) : t('subtitle')}
      actions={
        <>
          {examination.state === 'done' ? (
            <CopyButton
              text={reportOf(examination.findings, node, dateTime(examination.at), text)}
              label={t('copyReport')}
            />
          ) : null}
          <Button
            variant="primary"
            icon={<RotateCw aria-hidden />}
            isDisabled={api === undefined || examination.state === 'running'}
            onPress={examine}
          >
            {t('examine')}
          </Button>
        </>
      }
    >
      <div role="status" className={css.status}>
        {examination.state === 'running' ? (
          <Notice tone="info" icon={<LoaderCircle aria-hidden />}>
            {t('running')}
          </Notice>
        ) : summary === undefined ? null : (
          <Notice tone={summary.tone} icon={<Stethoscope aria-hidden />}>
            <strong>{t(`summary.${summary.kind}`, { problems: summary.problems, warnings: summary.warnings })}</strong>
          </Notice>
        )}
      </div>
      {examination.state === 'failed' ? (
        <Notice tone="danger">
          {t('failed')} {errorText(examination.error)}
        </Notice>
      ) : null}
      {findings === undefined ? (
        examination.state === 'failed' ? null : (
          <EmptyState icon={<Stethoscope />} title={t('empty')} />
        )
      ) : (
        <Findings findings={findings} text={text} isOld={examination.state === 'running'} />
      )}
    </Page>
  )
}
