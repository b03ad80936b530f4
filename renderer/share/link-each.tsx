/**
 * In the sheet of a share of several things that this window has begun: the offer of a link each. While they are indexed
 * together it ends that; a share that exists stays, for its link may be out. Rule [UI18].
 */
import { Link2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../design/button.tsx'
import { useApi } from '../engine/hooks.ts'
import { useCommand } from '../engine/run-command.ts'
import css from './share.module.css'
import { shareTasks } from './share-tasks.ts'
import type { Subject } from './subject.ts'
import { oneEach } from './together.ts'
import { useBeginSharing } from './use-begin-sharing.ts'
import { workOf } from './work.ts'

export function LinkEach({ paths, subject }: { paths: readonly string[]; subject: Subject }) {
  const t = useTranslations('share')
  const hasEngine = useApi() !== undefined
  const command = useCommand()
  const begin = useBeginSharing()
  const state = stateOf(subject)
  if (state === 'over') return null
  const press = async () => {
    if (subject.kind === 'task') shareTasks.cancel(subject.task.id)
    else if (state === 'running' && subject.kind === 'job') await command((api) => api.cancelImport(subject.job.job))
    begin(oneEach(paths), 'each')
  }
  return (
    <div className={css.each}>
      <p className={css.explain}>{t(`each.${state}`, { count: paths.length })}</p>
      <Button size="sm" icon={<Link2 aria-hidden />} isDisabled={!hasEngine} onPress={() => void press()}>
        {t('eachButton')}
      </Button>
    </div>
  )
}

function stateOf(subject: Subject): 'running' | 'failed' | 'shared' | 'over' {
  switch (subject.kind) {
    case 'share':
      return 'shared'
    case 'gone':
      return 'over'
    case 'task':
    case 'job': {
      const { phase } = workOf(subject)
      return phase === 'failed' ? 'failed' : phase === 'cancelled' ? 'over' : 'running'
    }
  }
}
