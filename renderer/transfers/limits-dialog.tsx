/** How fast these shares may fetch and give, each by itself. Empty is no limit; the limits of everything are settings. Rule [UI30]. */
import { useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { RateField } from '../design/rate-field.tsx'
import { draftOf, type RateDraft, type ReadRate, readRate } from '../design/rate-input.ts'
import css from './dialogs.module.css'
import { useRunOnAll } from './run-on-all.ts'
import { useSharesByRoot } from './use-shares-by-root.ts'

interface LimitsDialogProps {
  readonly roots: readonly string[]
  readonly onClose: () => void
}

export function LimitsDialog({ roots, onClose }: LimitsDialogProps) {
  const t = useTranslations('transfers.limits')
  const common = useTranslations('common')
  const locale = useLocale()
  const shares = useSharesByRoot(roots)
  const runOnAll = useRunOnAll()
  const [isSaving, setIsSaving] = useState(false)
  const down = useLimitDraft(shares, ({ limitDownBytesPerSecond }) => limitDownBytesPerSecond)
  const up = useLimitDraft(shares, ({ limitUpBytesPerSecond }) => limitUpBytesPerSecond)
  const read = { down: readRate(down.draft, locale), up: readRate(up.draft, locale) }
  const save = async () => {
    setIsSaving(true)
    const limits = { ...patchOf('down', down.isTouched, read.down), ...patchOf('up', up.isTouched, read.up) }
    const isDone = await runOnAll(shares, (api, { root }) => api.limit({ root, ...limits }))
    setIsSaving(false)
    if (isDone) onClose()
  }
  const isRefused = read.down.type === 'refused' || read.up.type === 'refused'
  return (
    <Dialog
      title={t('title', { count: shares.length })}
      isOpen
      onClose={onClose}
      size="sm"
      footer={
        <>
          <Button onPress={onClose}>{common('cancel')}</Button>
          <Button variant="primary" isDisabled={isRefused || isSaving || shares.length === 0} onPress={save}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className={css.stack}>
        <p className="muted">{t('text', { count: shares.length })}</p>
        <RateField
          label={t('down')}
          draft={down.draft}
          onChange={down.change}
          {...(down.isMixed ? { placeholder: t('mixed') } : {})}
        />
        <RateField
          label={t('up')}
          draft={up.draft}
          onChange={up.change}
          {...(up.isMixed ? { placeholder: t('mixed') } : {})}
        />
      </div>
    </Dialog>
  )
}

/** What the field held when it was opened; untouched it changes nothing, so that different limits stay different. */
function useLimitDraft(shares: readonly ShareSummary[], limitOf: (share: ShareSummary) => number | undefined) {
  const locale = useLocale()
  const [first] = useState(() => {
    const limits = new Set(shares.map(limitOf))
    const [limit] = limits
    return { isMixed: limits.size > 1, draft: draftOf(limits.size > 1 ? undefined : limit, locale) }
  })
  const [changed, setChanged] = useState<RateDraft>()
  return {
    draft: changed ?? first.draft,
    isTouched: changed !== undefined,
    isMixed: first.isMixed && changed === undefined,
    change: setChanged,
  }
}

function patchOf(
  direction: 'down' | 'up',
  isTouched: boolean,
  read: ReadRate,
): { down?: number | null; up?: number | null } {
  if (!isTouched || read.type === 'refused') return {}
  return { [direction]: read.type === 'none' ? null : read.bytesPerSecond }
}
