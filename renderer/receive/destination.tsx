/** Where a download will go, how much room there is, and what name it will get. Rule [UI12]. */
import { FolderOpen, HardDrive, TriangleAlert } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { visible } from '../../shared/format/visible.ts'
import { Button } from '../design/button.tsx'
import { NetworkText } from '../design/network-text.tsx'
import { Notice } from '../design/parts.tsx'
import { usePathPicker } from '../design/path-browser-pick.tsx'
import { useReplica } from '../engine/hooks.ts'
import { useErrorText } from '../i18n/error-text.ts'
import { useFormats } from '../i18n/formats.ts'
import type { Readiness } from './readiness.ts'
import css from './receive.module.css'
import type { Plan } from './use-plan.ts'

interface Props {
  readonly plan: Plan
  readonly readiness: Readiness
  readonly chosen: string | undefined
  readonly onChoose: (destination: string) => void
}

export function Destination({ plan, readiness, chosen, onChoose }: Props) {
  const t = useTranslations('receive')
  const formats = useFormats()
  const errorText = useErrorText()
  const usual = useReplica((replica) => replica.settings.settings.downloadFolder)
  const { pick, dialog } = usePathPicker()
  const known = plan.state === 'known' ? plan.plan : undefined
  const folder = chosen ?? known?.destination ?? usual
  const choose = () =>
    pick({
      wanted: 'destination',
      title: t('chooseDestination'),
      start: folder,
      onChoose: ([path]) => path !== undefined && onChoose(path),
    })
  return (
    <section aria-label={t('destination')}>
      <h3>{t('destination')}</h3>
      <div className={css.destination}>
        <FolderOpen aria-hidden className={css.destinationIcon} />
        <span className={css.destinationPath}>
          <NetworkText text={folder} clip />
        </span>
        <Button size="sm" onPress={choose}>
          {t('change')}
        </Button>
      </div>
      <p className={css.room}>
        <HardDrive aria-hidden />
        {plan.state === 'failed' ? (
          <span role="alert">{errorText(plan.error)}</span>
        ) : known === undefined ? (
          t(plan.state === 'not-yet' ? 'planNotYet' : 'planAsking')
        ) : known.freeBytes === undefined ? (
          t('roomUnknown', { needed: formats.bytes(known.neededBytes) })
        ) : (
          t('room', { needed: formats.bytes(known.neededBytes), free: formats.bytes(known.freeBytes) })
        )}
      </p>
      {known === undefined ? null : <Warning readiness={readiness} name={known.name} />}
      {dialog}
    </section>
  )
}

function Warning({ readiness, name }: { readiness: Readiness; name: string }) {
  const t = useTranslations('receive')
  if (readiness.can) {
    if (readiness.warning === undefined) return null
    return (
      <Notice tone="warning" icon={<TriangleAlert aria-hidden />}>
        {t(`warning.${readiness.warning}`, { name: visible(name) })}
      </Notice>
    )
  }
  if (readiness.why !== 'missing' && readiness.why !== 'not-writable') return null
  return (
    <Notice tone="danger" icon={<TriangleAlert aria-hidden />}>
      {t(`warning.${readiness.why}`)}
    </Notice>
  )
}
