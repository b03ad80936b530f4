/** What closing the app means for this share, in words. Rule [UI8]. */
import { Moon } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { ShareSummary } from '../../shared/contract/model.ts'
import { Notice } from '../design/parts.tsx'
import { useConnection, useReplica, useSwarm } from '../engine/hooks.ts'
import { useShell } from '../shell/shell-context.ts'
import { closingOf } from './closing.ts'
import { holdersOf, wholeCopiesElsewhere } from './copies.ts'

export function ClosingWords({ share }: { share: ShareSummary }) {
  const t = useTranslations('share')
  const { capabilities } = useShell()
  const isOnline = useConnection().state === 'online'
  const keepInBackground = useReplica((replica) => replica.settings.settings.desktop.keepInBackground)
  const swarm = useSwarm(share.root)
  const { chunkCount } = share
  const others = wholeCopiesElsewhere(holdersOf(chunkCount === undefined ? {} : { chunkCount }, swarm.values()))
  return (
    <Notice tone="neutral" icon={<Moon aria-hidden />}>
      {t(`closing.${closingOf(capabilities, { keepInBackground })}`)} {isOnline ? t('withoutUs', { others }) : null}
    </Notice>
  )
}
